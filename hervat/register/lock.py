"""A lock per municipality that dies with its holder: a PostgreSQL advisory lock, or a file lock beside SQLite."""

import fcntl
import gc
import hashlib
import os
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases import SHARED_SESSIONS, shares_sessions
from hervat.driver_errors import unconnected
from hervat.errors import HervatError
from hervat.register.store import Register, RegisterError

_TURN_SECONDS = 2


class Busy(HervatError):
    """Another run holds the municipality; nothing was done."""


@contextmanager
def municipality_lock(register: Register, code: str, patience: float = 0) -> Iterator[None]:
    """Hold the lock of a municipality. Raises Busy when another process still has it after `patience` seconds."""
    lock, until = (_file_lock if register.is_sqlite else _advisory_lock), time.monotonic() + patience
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(lock(register, code))
                break
            except Busy:
                if time.monotonic() >= until:
                    raise
            time.sleep(min(_TURN_SECONDS, patience))
        yield


def keys_in_use(register: Register) -> object:
    """Lock the keys for shared use, as long as the returned object lives. Raises Busy.

    Many processes may at once, and none during a renewal of the keys: nothing is written with old keys after it.
    """
    return _held_keys(register, shared=True)


@contextmanager
def keys_alone(register: Register) -> Iterator[None]:
    """Lock the keys exclusively, to renew them. Raises Busy at once if any other process uses them."""
    try:
        held = _held_keys(register, shared=False)
    except Busy:
        gc.collect()  # this process may have used them before, and what held them may be garbage
        held = _held_keys(register, shared=False)
    try:
        yield
    finally:
        held.end()


class _Held:
    """A lock that ends when this object is deleted."""

    def __init__(self, end: Callable[[], None]) -> None:
        self.end = weakref.finalize(self, end)


def _held_keys(register: Register, shared: bool) -> _Held:
    if register.is_sqlite:
        path = Path(f"{register.url.database}.keys.lock")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        held = _Held(partial(os.close, handle))
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            held.end()
            raise _keys_busy() from None
        return held
    _refuse_unlockable(register)
    connection = _connected(register)
    held = _Held(connection.close)
    connection.detach()  # in the pool it would keep the lock
    how = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
    got = connection.execute(text(f"select {how}(:number)"), {"number": _number("keys")}).scalar_one()
    connection.commit()
    if not got:
        held.end()
        raise _keys_busy()
    return held


def _keys_busy() -> Busy:
    return Busy("the keys are being renewed, or are in use while you want to renew them; try again when that has ended")


def _number(purpose: str) -> int:
    """Return the number of an advisory lock."""
    return int.from_bytes(hashlib.sha256(f"hervat:{purpose}".encode()).digest()[:8], "big", signed=True)


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


_WHOLE: "weakref.WeakSet[Register]" = weakref.WeakSet()  # registers known to keep a session for each connection


def unlockable(register: Register) -> str | None:
    """Return why a lock on the register would hold nothing: two runs would both think to have it. None if it holds."""
    if register.is_sqlite or register in _WHOLE:
        return None
    try:
        if shares_sessions(register.engine):
            return f"the register can't be locked: {SHARED_SESSIONS}"
    except SQLAlchemyError as error:
        raise _unreached(register, error) from None
    _WHOLE.add(register)
    return None


def _refuse_unlockable(register: Register) -> None:
    if reason := unlockable(register):
        raise RegisterError(reason)


def _connected(register: Register) -> Connection:
    try:
        return register.engine.connect()
    except SQLAlchemyError as error:
        raise _unreached(register, error) from None


def _unreached(register: Register, error: SQLAlchemyError) -> RegisterError:
    why = f"; {reason}" if (reason := unconnected(error)) else ""
    return RegisterError(f"the register can't be reached ({type(error).__name__}): {register.place}{why}")


@contextmanager
def _advisory_lock(register: Register, code: str) -> Iterator[None]:
    number = _number(code)
    _refuse_unlockable(register)
    with _connected(register) as connection:
        held = connection.execute(text("select pg_try_advisory_lock(:number)"), {"number": number}).scalar_one()
        connection.commit()
        if not held:
            raise _busy(code)
        try:
            yield
        finally:
            with suppress(SQLAlchemyError):  # the register went down, and the lock with the connection
                connection.execute(text("select pg_advisory_unlock(:number)"), {"number": number})
                connection.commit()
