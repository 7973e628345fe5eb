"""Split the text of a routine into words: names, quoted names, strings and signs; no comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

NAME, QUOTED, TEXT, SIGN = "name", "quoted", "text", "sign"

_PLAIN = r"'(?:[^']|'')*'"
_ESCAPED = r"'(?:[^'\\]|''|\\.)*'"
_QUOTED = r'"(?:[^"]|"")*"|`(?:[^`]|``)*`'
_BRACKETS = r"\[(?:[^\]]|\]\])*\]"
_DOLLARS = r"\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$"
_NAME = r"[^\W\d][\w$#]*|[@#]+\w+"
_EXECUTED = re.compile(r"/\*M?!\d*|\*/")  # MariaDB executes the text of such a comment


class Word(NamedTuple):
    """One word. `text` is without its quotes; `kind` is `name`, `quoted`, `text` or `sign`."""

    kind: str
    text: str

    @property
    def low(self) -> str:
        """A word of the language in small letters; "" for what is in quotes."""
        return self.text.lower() if self.kind in (NAME, SIGN) else ""


@dataclass(frozen=True)
class Spelling:
    """How a kind of database writes.

    escapes: a backslash in a text takes the next letter with it. hashes: # begins a comment. brackets: [a name].
    nested: a comment may hold another. bare: INSERT, REPLACE and DELETE may go without INTO and FROM.
    into: SELECT ... INTO names a table, not a variable.
    """

    escapes: bool = False
    hashes: bool = False
    brackets: bool = False
    nested: bool = False
    bare: bool = False
    into: bool = False


def words_of(text: str, spelling: Spelling) -> list[Word]:
    """Return the words of a text, its comments left out."""
    return list(_words(_EXECUTED.sub(_opened, text) if spelling.hashes else text, spelling))


def _opened(sign: re.Match[str]) -> str:
    return " " if sign.group().startswith("/*") else sign.group()


def _words(text: str, spelling: Spelling) -> Iterator[Word]:
    form, at = _form(spelling), 0
    while match := form.match(text, at):
        kind = match.lastgroup if match.lastgroup != "tag" else TEXT
        at = match.end()
        if kind == "comment":
            at = _after_comment(text, match.start(), spelling) if match.group() == "/*" else at
        elif kind != "blank":
            yield _word(str(kind), match)


def _form(spelling: Spelling) -> re.Pattern[str]:
    comment = r"--[^\n]*|/\*" + (r"|\#[^\n]*" if spelling.hashes else "")
    quoted = f"{_QUOTED}|{_BRACKETS}" if spelling.brackets else _QUOTED
    string = _ESCAPED if spelling.escapes else rf"[eE]{_ESCAPED}|{_PLAIN}|{_DOLLARS}"
    parts = {"blank": r"\s+", "comment": comment, TEXT: string, QUOTED: quoted, NAME: _NAME, SIGN: r"."}
    return re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items()), re.DOTALL)


def _after_comment(text: str, start: int, spelling: Spelling) -> int:
    depth, at = 1, start + 2
    for sign in re.compile(r"/\*|\*/").finditer(text, at):
        depth += (1 if spelling.nested else 0) if sign.group() == "/*" else -1
        if not depth:
            return sign.end()
    return len(text)


def _word(kind: str, match: re.Match[str]) -> Word:
    text = match.group()
    if kind == TEXT and text.startswith("$"):
        tag = f"${match['tag']}$"
        return Word(TEXT, text[len(tag) : -len(tag)])
    if kind == TEXT:
        return Word(TEXT, text[text.index("'") + 1 : -1].replace("''", "'"))
    if kind == QUOTED:
        return Word(QUOTED, text[1:-1].replace(text[-1] * 2, text[-1]))
    return Word(kind, text)
