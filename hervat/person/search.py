"""The search so far: what one place found leads to the next (signals to downloads, notices to receipts)."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, inspect, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.person.originals import Originals
from hervat.person.subject import Subject
from hervat.register.models import Base
from hervat.vault import VaultObject

Rows = list[dict[str, Any]]

_OPENED = {
    ("identifier", "sealed"): "identifier", ("personalia", "sealed"): "details", ("disclosure", "bsn"): "disclosure",
    ("disclosure", "reference"): "disclosure", ("answer", "sealed"): "answer", ("kept_value", "sealed"): "kept",
    ("receipt", "reason"): "receipt",
}  # fmt: skip
"""(table, column) -> the context of its seal: what is about this person alone, and so is opened."""
_SHOWN_AS = {"sealed": "value"}  # it is opened by then
_LEFT_OUT = frozenset(
    {
        "municipality",
        "key",
        "other_key",
        "pseudonym",
        "reference_key",
        "content",
        "outcome",
        "proof",
        "gate",
        "figures",
        "changes",
        "basis",
        "mark",
    }
)
"""Columns that are not shown: the marks by which a person is found, and counts over many."""


@dataclass
class Search:
    """Whom it is about, the register, and the rows found so far, by table. originals: None if not asked for.

    objects: those of the vault, read once. It has no repr.
    """

    session: Session
    night: Night
    subject: Subject
    originals: Originals | None
    objects: list[VaultObject]
    found: dict[str, Rows] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Search(...)"

    def numbers(self, table: str, column: str = "id") -> set[Any]:
        """Return the values of a column in the rows found in a table."""
        return {row[column] for row in self.found.get(table, [])} - {None}

    def hits(self) -> Mapping[tuple[int | None, int | None], dict[str, str]]:
        """Return (download, row) -> cells of the rows with the person in the opened originals."""
        return {(row.download, row.row): row.cells for row in self.originals.rows} if self.originals else {}

    def rows(self, model: type[Base], *where: ColumnElement[bool]) -> Rows:
        """Return the rows of a table, sealed columns opened: one statement. What is about others too is left out."""
        columns = [column for column in inspect(model).columns if _is_shown(column)]
        names = [column.name for column in columns]
        query = select(*(getattr(model, name) for name in names)).where(*where).order_by(*inspect(model).primary_key)
        table = model.__tablename__
        return [
            {_SHOWN_AS.get(name, name): self._plain(table, name, value) for name, value in zip(names, row, strict=True)}
            for row in self.session.execute(query)
        ]

    def _plain(self, table: str, name: str, value: Any) -> Any:
        if not isinstance(value, bytes):
            return value
        text = self.night.keyring.open(value, _OPENED[table, name]).decode()
        return json.loads(text) if text.startswith("{") else text


def _is_shown(column: Any) -> bool:
    sealed = isinstance(column.type, LargeBinary)
    return column.name not in _LEFT_OUT and (not sealed or (column.table.name, column.name) in _OPENED)


Find = Callable[[Search], Iterable[dict[str, Any]]]
