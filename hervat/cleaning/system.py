"""A local system that is open: its engine, its schema as it is now and its footprint as it fits."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from hervat.cleaning.databases import Database, Waits, database_of, engine_of
from hervat.cleaning.errors import guarded
from hervat.cleaning.footprint import read_shape
from hervat.cleaning.marks import Mark, read_marks
from hervat.cleaning.schema import Schema, read_schema
from hervat.cleaning.shape import Shape
from hervat.settings import System


@dataclass(frozen=True)
class LocalSystem:
    """One system with a database. Close it, or use it in a `with`."""

    system: System
    engine: Engine
    schema: Schema
    shape: Shape
    marks: tuple[Mark, ...]

    @property
    def name(self) -> str:
        """The system's name in the configuration."""
        return self.system.name

    @property
    def database(self) -> Database:
        """The kind of its database."""
        return database_of(self.engine)

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_system(system: System) -> LocalSystem:
    """Connect, read the schema and hold the footprint against it.

    Raises ConfigurationError with every mistake in the footprint, CleaningError when the database can't be read.
    """
    engine = engine_of(system.name, system.database or "", Waits(system.lock_timeout, system.statement_timeout))
    try:
        with guarded(system.name, "reading the schema"), engine.connect() as connection:
            schema = read_schema(connection)
        shape = read_shape(system, schema)
        return LocalSystem(system, engine, schema, shape, read_marks(system, shape, schema, database_of(engine)))
    except BaseException:
        engine.dispose()
        raise
