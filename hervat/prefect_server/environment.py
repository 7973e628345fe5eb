"""The folder and log-in of our own server, the environment that makes Prefect use them, and repeated errors in its log.

The log is the only place where failures of Prefect's own services show.
"""

import fcntl
import os
import re
import secrets
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from hervat.errors import HervatError, UsageError

_USER = "hervat"
_LONGEST = 200


@dataclass(frozen=True)
class Home:
    """The folder of a server: database, log, log-in, UI files and temporary files lie in it, for one account alone."""

    path: Path

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.path / "server.log"

    @property
    def login_file(self) -> Path:
        """The log-in, USER:SECRET on one line; only its owner may read it."""
        return self.path / "login"

    @property
    def port_file(self) -> Path:
        """The port on which the server of this home listened last."""
        return self.path / "port"

    def make(self) -> None:
        """Make the folder and those in it. Raises HervatError when that can't be."""
        try:
            for place in (self.path, self.path / "tmp"):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as error:
            problem = f"{self.path} can't be made ({type(error).__name__})"
            raise HervatError(f"{problem}; give this account rights there") from None

    def login(self) -> str:
        """Return the log-in; the first time it is made. Raises HervatError when others could read or change it."""
        self.make()
        try:
            handle = os.open(self.login_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self._read_login()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{_USER}:{secrets.token_urlsafe(32)}\n")
        return self._read_login()

    def _read_login(self) -> str:
        state = self.login_file.stat()
        if state.st_mode & 0o077 or state.st_uid != os.geteuid():
            problem = f"{self.login_file} can be read by others; whoever read it can do all that hervat can"
            raise HervatError(f"{problem}: remove the file, and the next `hervat serve` makes a new log-in")
        text = self.login_file.read_text(encoding="ascii", errors="replace").strip()
        if not text.startswith(f"{_USER}:") or not len(_USER) + 16 < len(text) < _LONGEST or "\n" in text:
            raise HervatError(f"{self.login_file} holds no log-in; remove the file and a new one is made")
        return text

    def port(self) -> int | None:
        """Return the port on which the server listened last; None when none was ever started."""
        try:
            return int(self.port_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None


def prefect_environment(home: Home, port: int, history_days: int = 90, console: str = "ERROR") -> dict[str, str]:
    """Return the environment in which Prefect keeps to `home`, speaks to this server and sends no telemetry.

    history_days: how long Prefect keeps runs that ended, with their logs. console: from which level on log lines are
    printed too; all lines from INFO on go to the server, whatever the level here.
    """
    path, login, url = home.path, home.login(), f"http://127.0.0.1:{port}/api"
    return os.environ | {
        "PREFECT_HOME": str(path),
        "PREFECT_PROFILES_PATH": str(path / "profiles.toml"),
        "PREFECT_UI_STATIC_DIRECTORY": str(path / "ui" / version("prefect")),  # made once, for this version
        "TMPDIR": str(path / "tmp"),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_UI_API_URL": url,
        "PREFECT_API_AUTH_STRING": login,
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",  # SQLite has one writer at a time; 10 s is short on a busy machine
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(history_days * 86400),
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": console,
        "PREFECT_LOGGING_FORMATTERS_STANDARD_DATEFMT": DATE_FORMAT,
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def free_port() -> int:
    """Return a free port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def one_at_a_time(home: Home) -> Iterator[None]:
    """Hold a home for one `hervat serve`; the hold ends with the process. Raises UsageError while another has it."""
    home.make()
    with (home.path / "serve.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError("`hervat serve` is at work for this installation already; stop that one first") from None
        yield


def refuse_used(port: int) -> None:
    """Raise UsageError when somebody listens on the port: a server there may be another gemeente's."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            problem = f"port {port} can't be used: something listens there, perhaps another gemeente's server"
            raise UsageError(f"{problem}; stop it, or give another port with --port") from None


DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
"""How our servers write the moment of a line."""
_LINE = re.compile(r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* \| (?P<level>\w+)\s*\| (?P<who>[\w.]+) - ")
_RAISED = re.compile(r"^(?P<name>[A-Za-z_][\w.]*(?:Error|Exception|Timeout))\b")
_SEVERE = ("ERROR", "CRITICAL")
_OFTEN, _LATELY = 3, timedelta(hours=1)
_LAST = 2_000_000


def repeated_errors(log: Path, now: datetime | None = None) -> list[str]:
    """Return the errors that occur three times or more in the last hour of a log: logger, class, count.

    A line's own text is not repeated: it may hold what a flow was given. now: by the machine's own clock.
    """
    since = (now or datetime.now()) - _LATELY
    counts: Counter[str] = Counter()
    who = ""
    for line in _lines(log):
        if head := _LINE.match(line):
            severe = head["level"] in _SEVERE and datetime.strptime(head["at"], DATE_FORMAT) >= since
            who = head["who"] if severe else ""
            counts[who] += bool(who)
        elif who and (raised := _RAISED.match(line)):
            counts[who] -= 1
            counts[f"{who} ({raised['name'].rpartition('.')[2]})"] += 1
            who = ""
    return [f"{name}, {count} times in an hour" for name, count in counts.items() if count >= _OFTEN]


def _lines(log: Path) -> list[str]:
    """Return the lines of a log, of the last two megabytes at most; none where there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
