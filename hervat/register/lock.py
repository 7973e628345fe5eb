"""A lock per municipality that dies with its holder: a PostgreSQL advisory lock, or a file lock beside SQLite."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.errors import HervatError
from hervat.register.store import Register, RegisterError


class Busy(HervatError):
    """Another run holds the municipality; nothing was done."""


@contextmanager
def municipality_lock(register: Register, code: str) -> Iterator[None]:
    """Hold the lock of a municipality. Raises Busy at once when another process has it."""
    with (_file_lock if register.is_sqlite else _advisory_lock)(register, code):
        yield


def _busy(code: str) -> Busy:
    return Busy(f"another run is at work for {code}; nothing was done, try again when it has ended")


@contextmanager
def _file_lock(register: Register, code: str) -> Iterator[None]:
    path = Path(f"{register.url.database}.{code}.lock")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _busy(code) from None
        yield
    finally:
        os.close(handle)


def _connected(register: Register) -> Connection:
    try:
        return register.engine.connect()
    except SQLAlchemyError as error:
        raise RegisterError(f"the register can't be reached ({type(error).__name__}): {register.place}") from None


@contextmanager
def _advisory_lock(register: Register, code: str) -> Iterator[None]:
    number = int.from_bytes(hashlib.sha256(f"hervat:{code}".encode()).digest()[:8], "big", signed=True)
    with _connected(register) as connection:
        held = connection.execute(text("select pg_try_advisory_lock(:number)"), {"number": number}).scalar_one()
        connection.commit()
        if not held:
            raise _busy(code)
        try:
            yield
        finally:
            with suppress(SQLAlchemyError):  # the register went down meanwhile, and the lock with the connection
                connection.execute(text("select pg_advisory_unlock(:number)"), {"number": number})
                connection.commit()
