"""The server as a child process that Ctrl-C does not reach: for `hervat serve`, the demo and the tests."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from hervat.errors import HervatError
from hervat.prefect_server.api import Api
from hervat.prefect_server.environment import Home, free_port, prefect_environment, refuse_used

_STOPS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Put off SIGTERM and SIGINT until the block has ended; a child that it starts gets them as ever.

    Only the main thread is interrupted by signals: in another this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {number: signal.signal(number, lambda number, _: heard.append(number)) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])


_START_SECONDS = 120


class PrefectServer:
    """A running server; leaving the context stops it. Raises UsageError for a port that somebody listens on.

    home: the folder of its own. history_days: how long Prefect keeps runs that ended.
    """

    def __init__(self, home: Path, port: int | None = None, history_days: int = 90) -> None:
        self.home, self.port = home.absolute(), port or free_port()
        self.place = Home(self.home)
        self.environment = prefect_environment(self.place, self.port, history_days)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ui_url(self) -> str:
        """Where a browser finds the UI."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> Api:
        """The server's API, with our log-in."""
        return Api(f"{self.ui_url}/api", self.place.login())

    def start(self) -> None:
        """Start the process without waiting for it."""
        refuse_used(self.port)
        self.place.make()
        with self.place.log.open("ab") as log, uninterrupted():
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until the server answers to our log-in. Raises HervatError when it stops or takes too long."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            self.check()
            try:
                with urllib.request.urlopen(f"{self.ui_url}/api/health", timeout=2):  # noqa: S310 - loopback
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        else:
            raise HervatError(f"Prefect's server did not answer within {_START_SECONDS} s; see {self.place.log}")
        self.check()
        self.api.ask("flow_runs/count")  # who answers takes our log-in

    def check(self) -> None:
        """Raise HervatError when the server has stopped."""
        if self._process is None or self._process.poll() is not None:
            raise HervatError(f"Prefect's server has stopped; see {self.place.log}")

    def stop(self) -> None:
        """Stop the server, all its processes, and wait for it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)  # its session is its own
                self._process.wait()

    def __enter__(self) -> Self:
        try:
            self.start()
            self.wait()
        except BaseException:  # SIGTERM in between, too: nobody would stop it any more
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
