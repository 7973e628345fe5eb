"""A mail server that fails at one moment: it keeps what it took, and dies or says what the test wants."""

import socketserver
import threading
from types import TracebackType
from typing import Literal, Self

Fault = Literal["", "dies after DATA", "dies in DATA", "4xx after DATA", "5xx after DATA", "says 421", "silent"]


class CrippledServer:
    """A context manager: SMTP without TLS on 127.0.0.1. `mails`: what was taken whole, whatever was answered."""

    host = "127.0.0.1"

    def __init__(self, fault: Fault = "") -> None:
        self.fault, self.mails = fault, list[bytes]()

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server((self.host, 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def mail(self) -> dict[str, str | int]:
        """The channel of a party that is told by this server."""
        return {
            "host": self.host, "port": self.port, "security": "none", "sender": "a@gemeente.test", "to": "s@party.test",
        }  # fmt: skip

    def talk(self, peer: socketserver.StreamRequestHandler) -> None:
        """Speak with one client until it goes or the fault comes."""
        if self.fault == "silent":
            peer.rfile.read(1)
            return
        self._say(peer, "421 4.3.2 not today" if self.fault == "says 421" else "220 crippled.test")
        while line := peer.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say(peer, "354 go on")
                if not self._data(peer):
                    return
            else:
                self._say(peer, "221 bye" if verb == b"QUIT" else "250 yes")

    def _data(self, peer: socketserver.StreamRequestHandler) -> bool:
        """Take a mail; return whether the talk goes on."""
        lines: list[bytes] = []
        while (line := peer.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
            if self.fault == "dies in DATA" or not line:
                return False
        self.mails.append(b"".join(lines))
        if self.fault == "dies after DATA":
            return False
        answers = {"4xx after DATA": "451 4.3.0 try later", "5xx after DATA": "554 5.6.0 never"}
        self._say(peer, answers.get(self.fault, "250 taken"))
        return True

    def _say(self, peer: socketserver.StreamRequestHandler, text: str) -> None:
        peer.wfile.write(text.encode() + b"\r\n")
