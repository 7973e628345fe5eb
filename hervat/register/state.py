"""The state of a register (absent, older, current), and whether it can be written. Nothing is changed."""

import os
from enum import Enum
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.register.store import MIGRATIONS, Register, is_current


class RegisterState(Enum):
    """The state of a register, with what the next run does first."""

    ABSENT = "it is not there yet; the first run makes it"
    OLDER = "an older hervat made it; the next run migrates it, so make a backup first"
    CURRENT = "nothing"


def state_of(register: Register) -> RegisterState:
    """Return the state of a register. Raises RegisterError if it can't be read, or a newer hervat made it."""
    if register.is_sqlite and not _size(register):
        return RegisterState.ABSENT
    try:
        with register.engine.connect() as connection:
            return RegisterState.CURRENT if is_current(connection) else _other_state(register, connection)
    except SQLAlchemyError as error:
        raise register.unopened(error) from None


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


def _other_state(register: Register, connection: Connection) -> RegisterState:
    from alembic.migration import MigrationContext  # a current register does without
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    try:
        version = MigrationContext.configure(connection).get_current_revision()
        if version is None:
            return RegisterState.ABSENT
        ScriptDirectory(str(MIGRATIONS)).get_revision(version)
    except CommandError as error:
        raise register.unopened(error) from None
    return RegisterState.OLDER
