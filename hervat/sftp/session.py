"""A logged-in SSH session, over a jump host where one is configured; each hop's host key and log-in are checked."""

import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress

from paramiko import Channel, SFTPClient, Transport

from hervat.settings import SftpServer, SshLogin
from hervat.sftp.connection import connected, sftp_over, start, through, transport_over
from hervat.sftp.errors import in_our_words
from hervat.sftp.key_file import private_key
from hervat.sftp.known_hosts import pinned
from hervat.sftp.login import log_in
from hervat.sftp.places import place_at
from hervat.sftp.secrets import secret
from hervat.sftp.watchdog import Watchdog


class Session:
    """The transports to an SFTP server, one a hop; `close` them through the stack that was given."""

    def __init__(self, server: SftpServer, opening: ExitStack) -> None:
        self._server, self._opening, self._seconds = server, opening, server.timeout_seconds
        self._ends: list[tuple[socket.socket | Channel, Transport]] = []
        # everything that may be wrong here is checked before anything is opened
        hops = [hop for hop in (server.jump, server) if hop is not None]
        self._ready = [self._prepared(hop) for hop in hops]
        self.watchdog = Watchdog(self._cut, 2 * self._seconds)

    def open(self) -> SFTPClient:
        """Connect, hop by hop, and return the SFTP session. Raises SftpError."""
        self._opening.enter_context(self.watchdog)
        for hop in self._ready:
            hop()
        with in_our_words(self._server.host, "logging in", self.alive), self.watchdog.operation():
            return sftp_over(self._ends[-1][1], self._server)

    def alive(self) -> bool:
        """True if each hop is still up."""
        return all(transport.is_active() for _, transport in self._ends)

    def _prepared(self, hop: SshLogin) -> Callable[[], None]:
        allowed, key = pinned(hop), private_key(hop)
        password = secret(hop.password_env, "password_env", hop.host)

        def perform() -> None:
            self._opening.enter_context(place_at(hop))
            connection = self._connected(hop)
            transport = transport_over(connection, allowed, self._seconds)
            self._opening.callback(transport.close)
            self._ends.append((connection, transport))
            with in_our_words(hop.host, "logging in", self.alive), self.watchdog.operation():
                start(transport, hop, allowed, self._seconds)
                log_in(transport, hop, key, password, self._seconds)

        return perform

    def _connected(self, hop: SshLogin) -> socket.socket | Channel:
        if self._ends:
            return through(self._ends[-1][1], hop, self._seconds)
        return self._opening.enter_context(connected(hop, self._seconds))

    def _cut(self) -> None:
        """End a connection on which nothing moves, from another thread: what waits on it wakes up with an error."""
        for connection, transport in self._ends:
            with suppress(OSError, EOFError):  # the other side may have cut it already; what is left is our end
                connection.shutdown(socket.SHUT_RDWR)
            transport.close()
