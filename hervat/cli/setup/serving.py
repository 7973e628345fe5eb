"""`hervat serve`: Prefect's server and UI, the work pool, all deployments, a worker, and the watch over the nights."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import inspect

from hervat.alerts import of_stopped, send
from hervat.errors import HervatError
from hervat.new_installation import DEMO_MARKER
from hervat.prefect_server import Health, Home, PrefectServer, health, one_at_a_time, uninterrupted
from hervat.register import Register, gone_silent, refuse_unmigrated
from hervat.settings import Settings, read_settings

POOL = "hervat"
_HERE = ZoneInfo("Europe/Amsterdam")
_OFTEN, _SELDOM = 5, 60
_GRACE = 90
"""Seconds that the server gets to schedule its first night: its scheduler comes by once a minute."""


class Watch:
    """A regular look at the health of a server; prints each news once."""

    def __init__(self, settings: Settings, server: PrefectServer, log: Callable[[str], None]) -> None:
        self._settings, self._server, self._log = settings, server, log
        self._begun = self._looked = time.monotonic()
        self._last: Health | None = None

    def look_when_due(self) -> None:
        """Look every minute; more often at first, until it is known when the next night starts."""
        now = time.monotonic()
        early = now - self._begun < _GRACE and (self._last is None or self._last.next_night is None)
        if now - self._looked >= (_OFTEN if early else _SELDOM):
            self._looked = now
            self._look(early)

    def _look(self, early: bool) -> None:
        now = health(self._server.api, self._server.place.log)
        if early and now.next_night is None and now.scheduled:
            return  # its scheduler has not come by yet
        now.wrong.extend(self._overdue())
        before = self._last or Health()
        if now.next_night is not None and now.next_night != before.next_night:
            self._log(f"the next night starts on {local(now.next_night)}")
        fresh = [text for text in now.wrong if _kind(text) not in {_kind(old) for old in before.wrong}]
        for text in fresh:
            self._log(f"error: {text}")
        if fresh and self._settings.alert is not None:
            for text in send(self._settings.alert, of_stopped("age"), self._log):
                self._log(f"error: {text}")
        self._last = now

    def _overdue(self) -> list[str]:
        """Return the municipalities whose last good night is too long ago; one without any yet is new."""
        register = Register(self._settings.register_url)
        if not register.exists():
            return []
        try:
            with register.session() as session:
                if not inspect(session.connection()).has_table("run"):
                    return []
                return [
                    told
                    for municipality in self._settings.municipalities
                    if (told := gone_silent(session, municipality.code))
                ]
        except HervatError as error:
            return [str(error)]
        finally:
            register.close()


def _kind(text: str) -> str:
    """Return a line without its figures: how long ago and how often grow by the minute."""
    return re.sub(r"\d+ (?:minutes|hours|days|times)|\d{4}-\d\d-\d\d at \d\d:\d\d", "", text)


def local(moment: datetime) -> str:
    """Return a moment as day and time in the Netherlands."""
    return f"{moment.astimezone(_HERE):%Y-%m-%d at %H:%M}"


def serve_until_stopped(config: Path, port: int, log: Callable[[str], None]) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Raises HervatError when a part does not start or stops, UsageError for a port that is in use.
    """
    settings = read_settings(config, partly=True)  # what is wrong of one gemeente is said below
    _refuse_unmigrated(settings)
    with ExitStack() as parts, _stoppable():
        try:
            server = parts.enter_context(_server(settings, port, log))
            log(f"the server and UI are at {server.ui_url}; log in with the one line in {server.place.login_file}")
            environment = worker_environment(server, settings)
            deploy(environment)
            worker = parts.enter_context(_worker(environment))
            log("the deployments are ready; a worker waits for runs. Ctrl-C stops everything")
            _watch(server, worker, Watch(settings, server, log))
        except KeyboardInterrupt:
            log("stopping")
    return 0


def _refuse_unmigrated(settings: Settings) -> None:
    """Raise RegisterError if `migrate: never` would make every run fail."""
    if settings.migrate == "never":
        with closing(Register(settings.register_url, looks_only=True)) as register:
            refuse_unmigrated(register)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Make SIGTERM end this as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _server(settings: Settings, port: int, log: Callable[[str], None]) -> Iterator[PrefectServer]:
    home = Home(settings.directory / "var" / "prefect")
    with (
        one_at_a_time(home),
        company(settings, log),
        PrefectServer(home.path, port, settings.prefect.history_days) as server,
    ):
        home.port_file.write_text(f"{port}\n", encoding="ascii")  # for the doctor
        yield server


def company(settings: Settings, log: Callable[[str], None]) -> AbstractContextManager[None]:
    """Return a context manager that keeps the demo's world alive if `hervat demo` made this configuration.

    A real installation imports nothing of the demo.
    """
    if not (settings.directory / DEMO_MARKER).exists():
        return nullcontext()
    from hervat.demo import alive

    return alive(settings, log)


def worker_environment(server: PrefectServer, settings: Settings) -> dict[str, str]:
    """Return the environment of a worker: it alone says which installation the runs work for."""
    ours = {"HERVAT_CONFIG": str(settings.directory)}
    return server.environment | ours | {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "INFO"}


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    worker = None
    try:
        with uninterrupted():
            worker = subprocess.Popen(worker_command(), env=environment, cwd=house())  # noqa: S603
        yield worker
    finally:
        if worker is not None:
            stop(worker)


def worker_command() -> list[str]:
    """Return the command of a worker that runs at most as many runs as there are cores, and at least two.

    A fleet waits for its nights: with one slot it would wait for ever.
    """
    limit = max(2, os.cpu_count() or 1)
    return [*prefect(), "worker", "start", "--pool", POOL, "--type", "process", "--limit", str(limit)]


def _watch(server: PrefectServer, worker: "subprocess.Popen[bytes]", watch: Watch) -> None:
    """Check every second whether the parts are alive, and now and then whether the nights will start."""
    while worker.poll() is None:
        server.check()
        watch.look_when_due()
        time.sleep(1)
    raise HervatError("the worker has stopped by itself")


def stop(worker: "subprocess.Popen[bytes]") -> None:
    """Stop the worker: politely, and after a while by force."""
    worker.terminate()
    try:
        worker.wait(15)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def prefect() -> list[str]:
    """Return the command that starts Prefect's own command line."""
    return [sys.executable, "-m", "prefect"]


def house() -> Path:
    """Return the folder in which the package hervat is: a checkout, or site-packages."""
    return Path(__file__).parents[3]


def deploy(environment: dict[str, str]) -> None:
    """Put all deployments on the server of this environment, by `hervat deploy`. Raises HervatError."""
    command = [sys.executable, "-m", "hervat.cli", "deploy"]
    done = subprocess.run(command, env=environment, cwd=house(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise HervatError(f"the deployments could not be made: {done.stderr.strip()[-500:]}")
