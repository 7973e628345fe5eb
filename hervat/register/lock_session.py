"""The session of PostgreSQL that holds all advisory locks of this process: one connection beside the one that works."""

from contextlib import suppress
from threading import RLock

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases import SHARED_SESSIONS, shares_sessions
from hervat.driver_errors import unconnected
from hervat.register.store import Register, RegisterError


class LockSession:
    """Takes and releases locks by number. The server releases them all when this process is gone.

    A session may take its own lock again, so what is held is known here too: this process counts as one holder.
    """

    def __init__(self, register: Register) -> None:
        self._register, self._connection = register, _connected(register)
        self._held: set[int] = set()
        self._given_up: list[int] = []  # shared ones whose holder was deleted: garbage is collected anywhere
        self._one, self._asking = RLock(), False

    @classmethod
    def of(cls, register: Register) -> "LockSession":
        """Return the session of a register's locks. Raises RegisterError if a lock there would hold nothing."""
        with register.opening:
            if register.lock_session is None:
                if reason := unlockable(register):
                    raise RegisterError(reason)
                register.lock_session = cls(register)
            assert isinstance(register.lock_session, cls)  # noqa: S101 - typed loosely there, for it comes from here
            return register.lock_session

    def take(self, number: int) -> bool:
        """Take a lock for this process alone; False if it is held, by this process too."""
        with self._one:
            if number in self._held or not self._asked("pg_try_advisory_lock", number):
                return False
            self._held.add(number)
            return True

    def release(self, number: int) -> None:
        """Release a lock; if the connection is gone, so is the lock."""
        with self._one:
            self._held.discard(number)
            try:
                self._asked("pg_advisory_unlock", number)
            except RegisterError:
                return

    def share(self, number: int) -> bool:
        """Take a lock that other processes may share; False if one has it alone."""
        with self._one:
            return self._asked("pg_try_advisory_lock_shared", number)

    def give_up(self, number: int) -> None:
        """Release a shared lock, with the next statement if one is under way: for finalizers, which come anywhere."""
        self._given_up.append(number)
        if self._one.acquire(blocking=False):
            try:
                if not self._asking:
                    with suppress(RegisterError):  # the connection is gone, and the lock with it
                        self.settle()
            finally:
                self._one.release()

    def close(self) -> None:
        """End the session, and with it all its locks."""
        self._connection.close()

    def settle(self) -> None:
        """Release what was given up."""
        with self._one:
            while self._given_up:
                self._execute("pg_advisory_unlock_shared", self._given_up.pop())

    def _asked(self, function: str, number: int) -> bool:
        self.settle()
        return self._execute(function, number)

    def _execute(self, function: str, number: int) -> bool:
        self._asking = True
        try:
            return bool(self._connection.execute(text(f"select {function}(:number)"), {"number": number}).scalar_one())
        except SQLAlchemyError as error:
            self._register.lock_session = None  # the next lock has a session of its own; those of this one are gone
            raise _unreached(self._register, error) from None
        finally:
            self._asking = False


def unlockable(register: Register) -> str | None:
    """Return why a lock on the register would hold nothing: two runs would both think to have it. None if it holds."""
    if register.is_sqlite or register.lock_session is not None:
        return None
    try:
        if shares_sessions(register.engine):
            return f"the register can't be locked: {SHARED_SESSIONS}"
    except SQLAlchemyError as error:
        raise _unreached(register, error) from None
    return None


def _connected(register: Register) -> Connection:
    try:
        connection = register.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # in the pool it would keep its locks
    except SQLAlchemyError as error:
        raise _unreached(register, error) from None
    return connection


def _unreached(register: Register, error: SQLAlchemyError) -> RegisterError:
    why = f"; {reason}" if (reason := unconnected(error)) else ""
    return RegisterError(f"the register can't be reached ({type(error).__name__}): {register.place}{why}")
