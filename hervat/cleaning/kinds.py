"""A key that points to one table or another, by what a second column says: `... when notitie.onderwerp_type = X`."""

import re
from dataclasses import dataclass
from typing import Any

_WHEN = re.compile(r"\s+when(?:\s+|$)", re.IGNORECASE)
_SAID = re.compile(
    r"^(?P<name>[^'\"<>=!()]+?)\s*(?:=(?!=)\s*(?P<one>\S.*)|\s+in\s*\((?P<several>.*)\))$", re.IGNORECASE
)
_VALUE = re.compile(r"""\s*(?:'(?P<a>[^']*)'|"(?P<b>[^"]*)"|(?P<c>[^,'"]+?))\s*(?:,|$)""")


@dataclass(frozen=True)
class When:
    """The key holds where `column`, of the same table, has one of `values`; elsewhere it names nothing."""

    column: str
    values: tuple[Any, ...]

    def __str__(self) -> str:
        values = tuple(map(str, self.values))
        return f"{self.column} = {values[0]}" if len(values) == 1 else f"{self.column} in ({', '.join(values)})"

    def excludes(self, other: "When | None") -> bool:
        """Say whether no row can be of both kinds."""
        return other is not None and self.column == other.column and not set(self.values) & set(other.values)


def split_when(text: str) -> tuple[str, str | None]:
    """Return a link without its condition, and the condition behind `when` (None where there is none)."""
    link, *said = _WHEN.split(text, maxsplit=1)
    return link, said[0].strip() if said else None


def read_kind(said: str) -> tuple[str, list[str]] | None:
    """Return the name and the values of "column = value" or "column in (value, value)", None where it is neither.

    A value may stand in quotes, single or double; without them blanks around it are no part of it.
    """
    found = _SAID.match(said.strip())
    if not found:
        return None
    if found["several"] is None:
        values = [_plain(found["one"].strip())]
    else:
        values = _listed(found["several"].strip())
    return (found["name"].strip(), values) if values and all(values) else None


def _plain(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _listed(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        one = _VALUE.match(text, at)
        if not one:
            return []
        found.append(next(part for part in (one["a"], one["b"], one["c"]) if part is not None))
        at = one.end()
    return found
