"""TCP listeners that misbehave: one that delays, hiccups, cuts or stalls a connection, and ones that speak no SSH.

`python -m tests.support.proxy PORT SECONDS` passes connections on to PORT, each way later by SECONDS.
"""

import contextlib
import queue
import socket
import sys
import threading
import time
from types import TracebackType
from typing import Literal, Self


class Proxy:
    """Passes connections on to a port; `connections` counts them.

    after: bytes from the server after which it cuts the connection, or lets it stall (None: never); it does so with
    the first `times` connections.
    delay: seconds each way. hiccup: seconds that each hundredth piece from the server comes later than it should,
    with all that is behind it, as where a packet is lost and sent again.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        target: int,
        after: int | None = None,
        how: Literal["cut", "stall"] = "cut",
        delay: float = 0,
        hiccup: float = 0,
        times: int = sys.maxsize,
    ) -> None:
        self._times = times
        self._target, self._after, self._how = target, after, how
        self._delay, self._hiccup, self.connections = delay, hiccup, 0
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
                self.connections += 1
                server = socket.create_connection((self.host, self._target))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pump(client, server, None, 0)
                after = self._after if self.connections <= self._times else None
                self._pump(server, client, after, self._hiccup)

    def _pump(self, source: socket.socket, sink: socket.socket, left: int | None, hiccup: float) -> None:
        pieces: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        threading.Thread(target=self._take, args=(source, pieces, left, hiccup), daemon=True).start()
        threading.Thread(target=self._give, args=(pieces, source, sink), daemon=True).start()

    def _take(self, source: socket.socket, pieces: "queue.SimpleQueue", left: int | None, hiccup: float) -> None:
        late, count = self._delay, 0
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                if left is not None and (left := left - len(data)) <= 0:
                    if self._how == "stall":
                        self._over.wait()
                    break
                count += 1
                pieces.put((time.monotonic() + late + (hiccup if count % 100 == 0 else 0), data))
        pieces.put((time.monotonic() + late, b""))

    def _give(self, pieces: "queue.SimpleQueue", source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = pieces.get()
                if (wait := due - time.monotonic()) > 0:
                    time.sleep(wait)
                if not data:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Silent:
    """Accepts connections and never says a word; with `says` it says that at once, and nothing else."""

    host = "127.0.0.1"

    def __init__(self, says: bytes = b"") -> None:
        self._says, self._held = says, []

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        if self._says:
            threading.Thread(target=self._speak, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for one in self._held:
            one.close()

    def _speak(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                one, _ = self._listener.accept()
                self._held.append(one)
                one.sendall(self._says)


def main() -> None:
    with Proxy(int(sys.argv[1]), delay=float(sys.argv[2])) as proxy:
        print(proxy.port, flush=True)
        sys.stdin.read()
        print(proxy.connections, flush=True)


if __name__ == "__main__":
    main()
