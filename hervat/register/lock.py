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

from hervat.errors import HervatError
from hervat.register.lock_session import LockSession
from hervat.register.store import Register

_TURN_SECONDS, _PLACE_SECONDS = 2, 0.2


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
    if register.is_sqlite:
        return _keys_file(register, shared=True)
    session, number = LockSession.of(register), _number("keys")
    if not session.share(number):
        raise _keys_busy()
    return _Held(partial(session.give_up, number))


@contextmanager
def keys_alone(register: Register) -> Iterator[None]:
    """Lock the keys exclusively, to renew them. Raises Busy at once if any process uses them, this one too."""
    try:
        held = _keys_alone(register)
    except Busy:
        gc.unfreeze()  # this process may have used them before, and what held them may be garbage
        gc.collect()
        held = _keys_alone(register)
    try:
        yield
    finally:
        held.end()


class _Held:
    """A lock that ends when this object is deleted, or with the process that took it; not with a fork of it."""

    def __init__(self, end: Callable[[], None]) -> None:
        self.end = weakref.finalize(self, _ended_by, os.getpid(), end)


def _ended_by(process: int, end: Callable[[], None]) -> None:
    if os.getpid() == process:
        end()


def _keys_file(register: Register, shared: bool) -> _Held:
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


def _keys_alone(register: Register) -> _Held:
    """Take the lock; on PostgreSQL in a session of its own, so that what this process shares is in its way too."""
    if register.is_sqlite:
        return _keys_file(register, shared=False)
    LockSession.of(register).settle()
    session = LockSession(register)
    if not session.take(_number("keys")):
        session.close()
        raise _keys_busy()
    return _Held(session.close)


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


@contextmanager
def _advisory_lock(register: Register, code: str) -> Iterator[None]:
    session, number = LockSession.of(register), _number(code)
    if not session.take(number):
        raise _busy(code)
    try:
        yield
    finally:
        session.release(number)


class ServerPlaces:
    """So many places at a server, over all processes of this installation: SFTP servers refuse who comes with many."""

    def __init__(self, register: Register, most: int, patience: float) -> None:
        self._register, self._most, self._patience = register, most, patience

    @contextmanager
    def at(self, server: str) -> Iterator[None]:
        """Hold a place at a server. Raises Busy when none came free within the patience (seconds)."""
        until = time.monotonic() + self._patience
        with ExitStack() as held:
            while not self._taken(server, held):
                if time.monotonic() >= until:
                    raise Busy(f"{server}: all {self._most} connections that may be open at once are in use")
                time.sleep(_PLACE_SECONDS)
            yield

    def _taken(self, server: str, held: ExitStack) -> bool:
        lock = _file_lock if self._register.is_sqlite else _advisory_lock
        name = hashlib.sha256(server.encode()).hexdigest()[:12]
        for place in range(self._most):
            with suppress(Busy):
                held.enter_context(lock(self._register, f"at-{name}-{place}"))
                return True
        return False
