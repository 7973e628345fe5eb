"""How fast hervat fetches over SFTP beside OpenSSH's own `sftp` client, measured side by side in one run.

`python -m benchmarks.sftp` prints one line a ratio (name, ratio, goal) and ends with 0 only when every goal holds; a
ratio is how many times as fast as `sftp` hervat is. It starts a server of its own. Lines that begin with # are figures
without a goal.

sftp-100mib: one file of 100 MiB on loopback, encryption into the vault and the register included.
sftp-345: 345 files of 20 KiB in 345 folders, each a source, with 20 ms of latency (a round trip; 10 ms each way),
against one `sftp` batch over one connection; hervat makes at most four.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast

from hervat.intake.fetch import fetch
from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register import Register
from hervat.settings import Settings
from tests.support.sshd import Sshd

GOALS = {"sftp-100mib": 0.3, "sftp-345": 3.0}
FOLDERS, SMALL, LARGE = 345, 20 * 1024, 100 << 20
ROUND_TRIP = 0.020
Ratio = tuple[str, float]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Served:
    """A server with files, and the two ways of fetching them into `place`, each time from scratch."""

    def __init__(self, server: Sshd, place: Path, port: int) -> None:
        self._server, self._place, self._port, self._times = server, place, port, 0
        known = server.known_hosts.read_text(encoding="utf-8").split()
        self._known = place / "known_hosts"
        self._known.write_text(f"[127.0.0.1]:{port} {known[1]} {known[2]}\n", encoding="utf-8")

    def by_openssh(self, files: list[Path]) -> float:
        """Return the seconds of one `sftp` batch over one connection."""
        target = self._fresh()
        batch = "".join(f"get {file} {target}/{at}\n" for at, file in enumerate(files))
        options = ["IdentitiesOnly=yes", f"UserKnownHostsFile={self._known}", "GlobalKnownHostsFile=/dev/null"]
        command = ["sftp", "-q", "-F", "none", "-P", str(self._port), "-i", str(self._server.user_key), "-b", "-"]
        command += [word for option in options for word in ("-o", option)] + [f"{self._server.user}@127.0.0.1"]
        seconds = timed(lambda: subprocess.run(command, input=batch.encode(), stdout=subprocess.DEVNULL, check=True))
        assert sum(path.stat().st_size for path in target.iterdir()) == sum(file.stat().st_size for file in files)
        return seconds

    def by_hervat(self, folders: list[Path]) -> float:
        """Return the seconds of a night's fetch from all folders, each of them a source."""
        night = self._night(folders)
        counts: list[Any] = []
        seconds = timed(lambda: counts.append(fetch(night)))
        night.register.close()
        assert not night.errors, night.errors
        assert counts[0]["files"]["fetched"] == len(folders)
        return seconds

    def _night(self, folders: list[Path]) -> Night:
        directory = self._fresh()
        server = {
            "host": "127.0.0.1", "port": self._port, "user": self._server.user,
            "key": str(self._server.user_key), "known_hosts": str(self._known), "pattern": "*.csv",
        }  # fmt: skip
        sources = [
            {"name": f"s{at}", "stable_after_seconds": 0, "sftp": {**server, "directory": str(folder)}}
            for at, folder in enumerate(folders)
        ]
        given = {
            "directory": directory, "register": f"sqlite:///{directory}/register.db", "vault": str(directory / "vault"),
            "output": str(directory / "output"), "keys": {"env": "NONE"},
            "municipalities": [{"code": "0000", "name": "Voorbeeldstad", "sources": sources}],
        }  # fmt: skip
        settings = Settings.model_validate(given)
        register = Register(settings.register_url)
        register.migrate()
        keyring, nobody = Keyring(os.urandom(32), "0000"), cast(Any, None)
        return Night(settings, settings.municipalities[0], register, keyring, nobody, nobody, date(2022, 3, 1))

    def _fresh(self) -> Path:
        self._times += 1
        folder = self._place / str(self._times)
        folder.mkdir()
        return folder


@contextmanager
def late(port: int, round_trip: float) -> Iterator[int]:
    """Give a port behind which `port` answers a round trip later, in a process of its own."""
    command = [sys.executable, "-m", "tests.support.proxy", str(port), str(round_trip / 2)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.communicate()


def large(server: Sshd, place: Path, rounds: int = 3) -> Iterator[Ratio]:
    """One file of 100 MiB, in turn."""
    folder = server.directory / "large"
    folder.mkdir()
    file = folder / "a.csv"
    file.write_bytes(os.urandom(LARGE))
    served = Served(server, place, server.port)
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(served.by_openssh([file]))
        ours.append(served.by_hervat([folder]))
    print(f"# sftp-100mib: hervat {min(ours):.2f} s, sftp {min(theirs):.2f} s", flush=True)
    yield "sftp-100mib", min(theirs) / min(ours)


def many(server: Sshd, place: Path, rounds: int = 1) -> Iterator[Ratio]:
    """345 small files in 345 folders, 20 ms away, in turn."""
    folders = [server.directory / f"folder-{at:03}" for at in range(FOLDERS)]
    for folder in folders:
        folder.mkdir()
        (folder / "a.csv").write_bytes(os.urandom(SMALL))
    with late(server.port, ROUND_TRIP) as port:
        served = Served(server, place, port)
        theirs, ours = [], []
        for _ in range(rounds):
            ours.append(served.by_hervat(folders))
            theirs.append(served.by_openssh([folder / "a.csv" for folder in folders]))
    print(f"# sftp-345: hervat {min(ours):.2f} s, sftp {min(theirs):.2f} s", flush=True)
    yield "sftp-345", min(theirs) / min(ours)


def ratios() -> Iterator[Ratio]:
    """Yield every ratio, each as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="hervat-bench-") as name:
        root, place = Path(name) / "served", Path(name) / "fetched"
        root.mkdir()
        for part in ("large", "many"):
            (place / part).mkdir(parents=True)
        with Sshd(root) as server:
            yield from large(server, place / "large")
            yield from many(server, place / "many")


def main() -> int:
    """Print each ratio with its goal; return 0 when every goal holds."""
    failed = 0
    for name, ratio in ratios():
        failed += ratio < GOALS[name]
        print(f"{name} {ratio:.2f} {GOALS[name]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
