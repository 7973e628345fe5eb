"""Read the text of a trigger, rule or routine: tables written to, routines called."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hervat.databases.texts.dynamic import executed, reaches_out
from hervat.databases.texts.words import NAME, QUOTED, Spelling, Word, words_of

Name: TypeAlias = tuple[Word, ...]

INSERT, UPDATE, DELETE, TRUNCATE = "INSERT", "UPDATE", "DELETE", "TRUNCATE"

# Words that may precede the name of a table, and words that end a list of tables.
_BEFORE = {"into", "from", "only", "table", "ignore", "low_priority", "high_priority", "delayed", "quick", "or"}
_BEFORE |= {"if", "not", "exists", "unlogged", "replace", "abort", "rollback", "fail", "all", "first"}
_AFTER_OR = {"replace", "ignore", "abort", "rollback", "fail"}
_WORDS = (
    "set values value select from into where when then on as or of for begin end and not using default with returning"
    " is do also instead nothing if else elsif loop return declare exception raise perform execute exec call in out to"
    " inserting updating deleting each row statement cascade restrict no action key join left right inner outer cross"
    " full natural limit order group having union except intersect case while repeat until by null matched go"
    " insert update delete merge truncate replace copy create table output top immediate"
)
_LANGUAGE = frozenset(_WORDS.split())
_NO_UPDATE_AFTER = {"for", "key", "on", "before", "after", ","}
_NO_CALL_AFTER = {"into", "table", "update", "as", "index", "references", "."}


@dataclass(frozen=True)
class Write:
    """A table that is written to, by the parts of its name, and how: INSERT, UPDATE, DELETE, TRUNCATE."""

    name: Name
    events: frozenset[str]


@dataclass(frozen=True)
class StatementRead:
    """The effects of a text. `texts`: the SQL in it that is put together or executed as text.

    unseen: ways in which it writes that the text does not show.
    """

    writes: tuple[Write, ...] = ()
    calls: tuple[Name, ...] = ()
    unseen: tuple[str, ...] = ()
    texts: tuple[str, ...] = field(default=(), repr=False)


def read_text(text: str, spelling: Spelling, depth: int = 2) -> StatementRead:
    """Read a text, and what it executes as text; that a part of it is put together only when it runs is `unseen`."""
    words = words_of(text, spelling)
    aliases = dict(_aliases(words))
    writes = tuple(_named(write, aliases) for write in _writes(words, spelling))
    calls = tuple(_calls(words, {write.name for write in writes}))
    texts, hidden = executed(words)
    whole = texts if depth and not hidden else []  # of what is put together each text is but a part
    inner = [read_text(statement, spelling, depth - 1) for statement in whole]
    return StatementRead(
        writes=tuple(dict.fromkeys([*writes, *(write for part in inner for write in part.writes)])),
        calls=tuple(dict.fromkeys([*calls, *(call for part in inner for call in part.calls)])),
        unseen=tuple(dict.fromkeys([*hidden, *reaches_out(words), *(why for part in inner for why in part.unseen)])),
        texts=tuple(texts),
    )


def name_at(words: Sequence[Word], at: int) -> tuple[Name, int]:
    """Return the name that begins at a word, () where none does, and where it ends."""
    parts: list[Word] = []
    while at < len(words) and (words[at].kind == QUOTED or (words[at].kind == NAME and (parts or _free(words[at])))):
        parts.append(words[at])
        if at + 1 >= len(words) or words[at + 1].text != ".":
            return tuple(parts), at + 1
        at += 2
        while at < len(words) and words[at].text == ".":  # SQL Server: database..table
            at += 1
    return (), at  # cut off at a dot: the rest is put together elsewhere


def _free(word: Word) -> bool:
    return word.low not in _LANGUAGE


def _skip(words: Sequence[Word], at: int, what: set[str]) -> int:
    while at < len(words) and words[at].low in what:
        at += 1
    if at < len(words) and words[at].low == "top":  # SQL Server: DELETE TOP (10) FROM ...
        return _skip(words, at + 4, what)
    return at


def _list_at(words: Sequence[Word], at: int, between: set[str]) -> Iterator[Name]:
    """Yield the names of a list of tables, each perhaps with an alias or a condition behind it, up to the next word."""
    name, at = name_at(words, at)
    if not name:
        return
    yield name
    while at < len(words) and words[at].low not in between and words[at].low not in ("set", "from", "where", ";"):
        at += 1
    if at < len(words) and words[at].low in between:
        yield from _list_at(words, _skip(words, at + 1, {"only"}), between)


Reader: TypeAlias = Callable[[Sequence[Word], int, Spelling], Iterator[Write]]


def _writes(words: Sequence[Word], spelling: Spelling) -> Iterator[Write]:
    for at, word in enumerate(words):
        if word.kind == NAME and (reader := _READERS.get(word.low)):
            yield from (write for write in reader(words, at, spelling) if not write.name[0].text.startswith(("@", "#")))


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""


def _insert(words: Sequence[Word], at: int, spelling: Spelling) -> Iterator[Write]:
    after = _skip(words, at + 1, _BEFORE)
    name, _ = name_at(words, after)
    if name and (spelling.bare or _low(words, after - 1) == "into"):
        yield Write(name, frozenset([INSERT]))


def _replace(words: Sequence[Word], at: int, spelling: Spelling) -> Iterator[Write]:
    if _low(words, at - 1) == "or":  # CREATE OR REPLACE, INSERT OR REPLACE
        return
    after = _skip(words, at + 1, _BEFORE)
    name, _ = name_at(words, after)
    if name and (spelling.bare or _low(words, after - 1) == "into"):
        yield Write(name, frozenset([INSERT, DELETE]))


def _update(words: Sequence[Word], at: int, _spelling: Spelling) -> Iterator[Write]:
    if _low(words, at - 1) in _NO_UPDATE_AFTER or _low(words, at + 1) == "of":
        return
    for name in _list_at(words, _skip(words, at + 1, _BEFORE), {",", "join"}):
        yield Write(name, frozenset([UPDATE]))


def _delete(words: Sequence[Word], at: int, spelling: Spelling) -> Iterator[Write]:
    if _low(words, at - 1) == "on":
        return
    after = _skip(words, at + 1, _BEFORE)
    if spelling.bare or _low(words, after - 1) in ("from", "only"):
        between = {","} if spelling.bare else set[str]()
        for name in _list_at(words, after, between):
            yield Write(name[:-1] if name[-1].text == "*" else name, frozenset([DELETE]))


def _merge(words: Sequence[Word], at: int, _spelling: Spelling) -> Iterator[Write]:
    name, _ = name_at(words, _skip(words, at + 1, _BEFORE))
    if name:
        yield Write(name, frozenset([INSERT, UPDATE, DELETE]))


def _truncate(words: Sequence[Word], at: int, _spelling: Spelling) -> Iterator[Write]:
    for name in _list_at(words, _skip(words, at + 1, _BEFORE), {","}):
        yield Write(name, frozenset([TRUNCATE]))


def _copy(words: Sequence[Word], at: int, _spelling: Spelling) -> Iterator[Write]:
    name, after = name_at(words, at + 1)
    if name and "from" in {_low(words, near) for near in range(after, after + 1)} | _behind_columns(words, after):
        yield Write(name, frozenset([INSERT]))


def _behind_columns(words: Sequence[Word], at: int) -> set[str]:
    if _low(words, at) != "(":
        return set()
    while at < len(words) and words[at].low != ")":
        at += 1
    return {_low(words, at + 1)}


def _into(words: Sequence[Word], at: int, spelling: Spelling) -> Iterator[Write]:
    if not spelling.into or _low(words, at - 1) in ("insert", "merge", "ignore", *_AFTER_OR):
        return
    name, _ = name_at(words, at + 1)
    if name:
        yield Write(name, frozenset([INSERT]))


def _create(words: Sequence[Word], at: int, _spelling: Spelling) -> Iterator[Write]:
    """CREATE TABLE ... AS; not a temporary one, which nobody else sees."""
    if _low(words, at + 1) in ("table", "unlogged"):
        name, after = name_at(words, _skip(words, at + 1, _BEFORE))
        if name and {"as", "select", "like"} & {_low(words, near) for near in range(after, after + 3)}:
            yield Write(name, frozenset([INSERT]))


_READERS: dict[str, Reader] = {
    "insert": _insert,
    "replace": _replace,
    "update": _update,
    "delete": _delete,
    "merge": _merge,
    "truncate": _truncate,
    "copy": _copy,
    "into": _into,
    "create": _create,
}


def _calls(words: Sequence[Word], written: set[Name]) -> Iterator[Name]:
    """Yield the names that a bracket follows, and what CALL or EXEC names."""
    for at, word in enumerate(words):
        if word.kind not in (NAME, QUOTED) or _low(words, at - 1) in _NO_CALL_AFTER:
            continue
        name, after = name_at(words, at)
        called = _low(words, after) == "(" or _low(words, at - 1) in ("call", "exec", "execute")
        if name and called and name not in written:
            yield name


def _aliases(words: Sequence[Word]) -> Iterator[tuple[str, Name]]:
    """Yield (alias, table): UPDATE and DELETE may name a table by the alias that it gets further on."""
    for at, word in enumerate(words):
        if word.low in ("from", "join", ","):
            name, after = name_at(words, _skip(words, at + 1, {"only"}))
            after += _low(words, after) == "as"
            if name and after < len(words) and words[after].kind == NAME and _free(words[after]):
                yield words[after].low, name


def _named(write: Write, aliases: dict[str, Name]) -> Write:
    if len(write.name) > 1 or write.events & {INSERT, TRUNCATE}:
        return write
    return Write(aliases.get(write.name[0].low, write.name), write.events)
