"""A thread that closes a stalled connection: paramiko has waits without a time-out."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType


class Watchdog:
    """Calls `close` once when an operation has gone on for `seconds` (each operation restarts the count)."""

    def __init__(self, close: Callable[[], None], seconds: float) -> None:
        self._close, self._seconds = close, seconds
        self._since: float | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sftp-watchdog", daemon=True)

    def __enter__(self) -> "Watchdog":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Watch over the block: it must end within the time."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    def beat(self) -> None:
        """Report progress within an operation: its time restarts."""
        self._since = time.monotonic()

    def _watch(self) -> None:
        while not self._stopped.wait(min(1.0, self._seconds / 4)):
            since = self._since
            if since is not None and time.monotonic() - since > self._seconds:
                self._close()
                return
