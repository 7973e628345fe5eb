"""TCP listeners that misbehave: one that cuts or stalls a connection, and one that accepts and says nothing."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Literal, Self


class Proxy:
    """Passes connections on to a port; after `after` bytes from the server it cuts them, or lets them stall."""

    host = "127.0.0.1"

    def __init__(self, target: int, after: int, how: Literal["cut", "stall"] = "cut") -> None:
        self._target, self._after, self._how = target, after, how
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self.host, self._target))
                threading.Thread(target=self._pump, args=(client, server, None), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, self._after), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                if left is not None and (left := left - len(data)) <= 0:
                    if self._how == "stall":
                        self._over.wait()
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Silent:
    """Accepts connections and never says a word."""

    host = "127.0.0.1"

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
