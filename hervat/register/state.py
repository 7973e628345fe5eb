"""The state of a register (absent, older, current), its version, and whether it can be written. Nothing is changed."""

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hervat.register.store import MIGRATIONS, Register, RegisterError, is_current


class RegisterState(Enum):
    """The state of a register, with what the next run does first."""

    ABSENT = "it is not there yet; the first run makes it"
    OLDER = "an older hervat made it; the next run migrates it, so make a backup first"
    CURRENT = "nothing"


MIGRATE = "run `hervat register migrate` once, while no run is at work"


@dataclass(frozen=True)
class RegisterSchema:
    """The version of a register's tables (None: there are none), and what this hervat needs before it can work."""

    version: str | None
    head: str
    pending: tuple[str, ...]

    @property
    def state(self) -> RegisterState:
        """The same in a word."""
        if not self.pending:
            return RegisterState.CURRENT
        return RegisterState.ABSENT if self.version is None else RegisterState.OLDER


def schema_of(register: Register) -> RegisterSchema:
    """Return the version of a register. Raises RegisterError if it can't be read, or a newer hervat made it."""
    from alembic.migration import MigrationContext
    from alembic.util.exc import CommandError

    if register.is_sqlite and not _size(register):
        return _schema(None)
    try:
        with register.engine.connect() as connection:
            return _schema(MigrationContext.configure(connection).get_current_revision())
    except (SQLAlchemyError, CommandError) as error:
        raise register.unopened(error) from None


def state_of(register: Register) -> RegisterState:
    """Return the state of a register. Raises RegisterError if it can't be read, or a newer hervat made it."""
    if register.is_sqlite and not _size(register):
        return RegisterState.ABSENT
    try:
        with register.engine.connect() as connection:
            if is_current(connection):  # most are, and do without Alembic
                return RegisterState.CURRENT
    except SQLAlchemyError as error:
        raise register.unopened(error) from None
    return schema_of(register).state


def refuse_unmigrated(register: Register) -> None:
    """Raise RegisterError unless its tables are those of this hervat; nothing is made or migrated."""
    state = state_of(register)
    if state is not RegisterState.CURRENT:
        what = "has no tables yet" if state is RegisterState.ABSENT else "was made by an older hervat"
        raise RegisterError(f"the register {what} and the configuration says `migrate: never`; {MIGRATE}")


def unwritable(register: Register, state: RegisterState) -> list[str]:
    """Return why the next run can't make or write the register; [] if it can."""
    if register.is_sqlite:
        return _unwritable_file(Path(register.url.database or ""))
    if state is RegisterState.CURRENT:
        return []
    try:
        with register.engine.connect() as connection:
            asked = text("select current_user, current_schema(), has_schema_privilege(current_schema(), 'CREATE')")
            user, schema, may = connection.execute(asked).one()
    except SQLAlchemyError as error:
        raise register.unopened(error) from None
    problem = f"{user} may make no tables in schema {schema}; grant usage, create on schema {schema} to {user}"
    return [] if may else [problem]


def _unwritable_file(path: Path) -> list[str]:
    folder = next((parent for parent in path.absolute().parents if parent.exists()), path)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return [f"{folder} can't be written; give this account rights there"]
    if path.exists() and not os.access(path, os.W_OK):
        return [f"{path} can't be written; give this account rights on it"]
    return []


def _size(register: Register) -> int:
    path = Path(register.url.database or "")
    return path.stat().st_size if path.is_file() else 0


def _schema(version: str | None) -> RegisterSchema:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(MIGRATIONS))
    head = scripts.get_current_head() or ""
    if version is not None:
        scripts.get_revision(version)  # raises for one that only a newer hervat knows
    pending = [one.revision for one in scripts.iterate_revisions(head, version or "base")]
    return RegisterSchema(version, head, tuple(reversed(pending)))
