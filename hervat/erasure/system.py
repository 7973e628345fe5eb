"""An open local system: its engine, its schema, and its footprint resolved on that schema."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import monotonic
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.types import TIMESTAMP

from hervat.databases import Database, Timeouts, database_of, engine_of, is_without_zone, without_zone
from hervat.erasure.errors import CleaningError, translated_errors
from hervat.erasure.footprint.coverage import SearchedTable, read_others, read_searched
from hervat.erasure.footprint.marks import Mark, read_marks
from hervat.erasure.footprint.names import resolved_names, truncated_names
from hervat.erasure.footprint.read import read_shape
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Schema
from hervat.erasure.schema.reflect import cached_schema
from hervat.settings import Footprint, System

_RECENT = 60.0  # seconds


def refuse_conditions_on_moments(connection: Connection, system: str, shape: Shape, schema: Schema) -> None:
    """Raise SettingError for a condition on a TIMESTAMP if the server does not know the time zone."""
    columns = [
        f"{condition.table}.{condition.column}"
        for root in shape.roots
        for condition in root.conditions
        if isinstance(schema[condition.table].column(condition.column).type, TIMESTAMP)
    ]
    if columns and is_without_zone(connection):
        raise without_zone(system, columns[0])


@dataclass(frozen=True)
class LocalSystem:
    """A system with a database. Close it, or use it in a `with`."""

    system: System
    engine: Engine
    schema: Schema
    shape: Shape
    marks: tuple[Mark, ...]
    searched: tuple[SearchedTable, ...] = ()
    spare: list[Connection] = field(default_factory=list, repr=False, compare=False)
    read_at: float = field(default_factory=monotonic, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The system's name in the configuration."""
        return self.system.name

    @property
    def database(self) -> Database:
        """The kind of its database."""
        return database_of(self.engine)

    @property
    def footprint(self) -> Footprint | None:
        """Its footprint, with the names as the database spells them."""
        configured = self.system.footprint
        return resolved_names(truncated_names(configured, self.engine.dialect), self.schema) if configured else None

    @property
    def keep(self) -> list[str]:
        """The tables that its footprint never enters."""
        return self.footprint.keep if self.footprint else []

    def close(self) -> None:
        """Close its connections."""
        while self.spare:
            self.spare.pop().close()
        self.engine.dispose()

    @property
    def is_recent(self) -> bool:
        """True if it was opened within the last minute: good for a look, also after it was closed."""
        return monotonic() - self.read_at < _RECENT

    def connected(self) -> Connection:
        """Return a connection to close afterwards: of a system opened for a look, the first time, its `spare`."""
        return self.spare.pop() if self.spare else self.engine.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def remembered(self) -> dict[str, Any]:
        """A cache of what was derived from this footprint on this schema."""
        return {}

    def as_it_is_now(self, connection: Connection) -> "LocalSystem":
        """Return the system with the schema as this transaction sees it: an approval is valid for that one only."""
        now = replace(self, **_fitted(self.system, connection))
        return self if now.schema is self.schema else now


def open_system(system: System, *, to_look: bool = False) -> LocalSystem:
    """Connect, read the schema and resolve the footprint on it.

    to_look: keep the connection for the first look (`connected`), for connecting costs as much as reading the schema.
    Raises ConfigurationError with every mistake in footprint, restrict or coverage, and CleaningError if the database
    can't be read.
    """
    engine = engine_of(system.name, system.database or "", Timeouts(system.lock_timeout, system.statement_timeout))
    try:
        with translated_errors(system.name, "reading the schema"), ExitStack() as opened:
            connection = opened.enter_context(engine.connect())
            if system.footprint:
                tables = [*system.footprint.roots, system.footprint.person.table]
                database_of(engine).settle(engine, connection, tables)
            local = LocalSystem(system, engine, **_fitted(system, connection))
            if to_look:
                connection.rollback()
                opened.pop_all()
                local.spare.append(connection)
            return local
    except BaseException:
        engine.dispose()
        raise


def _fitted(system: System, connection: Connection) -> dict[str, Any]:
    if system.footprint is None:
        raise ValueError("only a system with a database has a footprint")
    footprint = truncated_names(system.footprint, connection.dialect)
    schema = cached_schema(connection, system.database or "", footprint)
    shape = read_shape(system.name, footprint, schema)
    bsn = schema[shape.person].column(shape.bsn)
    if database_of(connection).loses_digits(bsn):
        message = f"{shape.person}.{shape.bsn} is a single-precision number: it has lost digits, nobody is found by it"
        raise CleaningError(f"system {system.name}: {message}; let the vendor give it another type")
    refuse_conditions_on_moments(connection, system.name, shape, schema)
    marks = read_marks(system, shape, schema, database_of(connection))
    searched = read_searched(system, shape, schema, read_others(connection, system, schema))
    return {"schema": schema, "shape": shape, "marks": marks, "searched": searched}
