"""A Prefect server of our own on loopback, as a child process: for `hervat serve`, the demo and the tests.

This file knows how to start the program, and nothing of Prefect's library.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from hervat.errors import HervatError

_START_SECONDS = 120


def prefect_environment(home: Path, port: int) -> dict[str, str]:
    """Return the environment in which Prefect keeps to `home`, speaks to this server and sends no telemetry."""
    return os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_LOGGING_LEVEL": os.environ.get("PREFECT_LOGGING_LEVEL", "WARNING"),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def free_port() -> int:
    """Return a port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PrefectServer:
    """A running server; leaving the context stops it."""

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.home, self.port = home.absolute(), port or free_port()
        self.environment = prefect_environment(self.home, self.port)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ui_url(self) -> str:
        """Where a browser finds the UI."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the process without waiting for it."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until the server answers. Raises HervatError when it stops or takes too long."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            self.check()
            try:
                with urllib.request.urlopen(f"{self.ui_url}/api/health", timeout=2):  # noqa: S310 - loopback
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise HervatError(f"Prefect's server did not answer within {_START_SECONDS} s; see {self.home / 'server.log'}")

    def check(self) -> None:
        """Raise HervatError when the server has stopped."""
        if self._process is None or self._process.poll() is not None:
            raise HervatError(f"Prefect's server has stopped; see {self.home / 'server.log'}")

    def stop(self) -> None:
        """Stop the server and wait for it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        self.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
