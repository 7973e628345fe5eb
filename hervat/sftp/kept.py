"""Connections that lie idle for a moment between two uses, of one night or of two: logging in costs more than a use."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock, Timer

from paramiko import SFTPError, SSHException
from paramiko.sftp import CMD_NAME, CMD_REALPATH

from hervat.settings import SftpServer
from hervat.sftp.pipeline import Pipeline
from hervat.sftp.session import Session

IDLE = 5.0  # seconds: it holds one of the places at its server, which others wait for


class LoggedIn:
    """A logged-in connection with SFTP on it. Opening raises SftpError."""

    def __init__(self, server: SftpServer) -> None:
        self.hosts = _hosts(server)
        with ExitStack() as opening:
            self.session = Session(server, opening)
            self.sftp = self.session.open()
            self.pipeline = Pipeline(self.sftp)
            self._stack = opening.pop_all()

    def answers(self) -> bool:
        """True if the server still answers: while it lay idle it may have ended the connection, or SFTP on it alone."""
        try:
            with self.session.watchdog.operation():
                self.pipeline.wait(self.pipeline.ask(CMD_REALPATH, "."), CMD_NAME)
        except (SSHException, SFTPError, EOFError, OSError):
            return False
        return True

    def close(self) -> None:
        """End it, and give its places at the servers back."""
        self._stack.close()


def _hosts(server: SftpServer) -> set[tuple[str, int]]:
    """Return where a connection to a server holds a place: there, and at its jump host."""
    return {(hop.host, hop.port) for hop in (server, server.jump) if hop is not None}


class _Store:
    """What lies idle, one connection a log-in, within `logins_kept` of any thread of this process."""

    def __init__(self) -> None:
        self._idle: dict[object, tuple[LoggedIn, Timer]] = {}
        self._nights, self._one = 0, Lock()

    def taken(self, login: object) -> LoggedIn | None:
        with self._one:
            opened, timer = self._idle.pop(login, (None, None))
        if timer:
            timer.cancel()
        if opened and not opened.answers():
            opened.close()
            return None
        return opened

    def opened(self, server: SftpServer) -> LoggedIn:
        """Log in, in the place of what lies idle at that server or jump host: there may be no more than so many."""
        with self._one:
            idle = [login for login, (one, _) in self._idle.items() if one.hosts & _hosts(server)]
            ending = [self._idle.pop(login) for login in idle]
        _end(ending)
        return LoggedIn(server)

    def laid_aside(self, login: object, opened: LoggedIn) -> bool:
        with self._one:
            if not self._nights or login in self._idle:
                return False
            timer = Timer(IDLE, self._expire, (login, opened))
            timer.daemon = True
            self._idle[login] = opened, timer
            timer.start()
            return True

    def _expire(self, login: object, opened: LoggedIn) -> None:
        with self._one:
            if self._idle.get(login, (None,))[0] is not opened:
                return
            del self._idle[login]
        opened.close()

    def begin(self) -> None:
        with self._one:
            self._nights += 1

    def end(self) -> None:
        with self._one:
            self._nights -= 1
            ending = [] if self._nights else [self._idle.pop(login) for login in list(self._idle)]
        _end(ending)


def _end(idle: Iterable[tuple[LoggedIn, Timer]]) -> None:
    for opened, timer in idle:
        timer.cancel()
        opened.close()


STORE = _Store()


@contextmanager
def logins_kept() -> Iterator[None]:
    """Keep what is closed within the block for who logs in likewise within some seconds; end it with the block."""
    STORE.begin()
    try:
        yield
    finally:
        STORE.end()
