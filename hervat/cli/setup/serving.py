"""`hervat serve`: Prefect's server and UI, the work pool, all deployments and a worker, as one command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from pathlib import Path

from hervat.cli.setup.watching import Watch
from hervat.errors import HervatError
from hervat.new_installation import DEMO_MARKER
from hervat.prefect_server import Home, PrefectServer, one_at_a_time, uninterrupted
from hervat.register import Register, refuse_unmigrated
from hervat.settings import Settings, read_settings

POOL = "hervat"


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
