"""Play the demo in a process of its own and keep what stood in the local systems before and after each night.

A process of its own: Prefect's library keeps to the first server that it met.
Usage: python -m tests.support.watched FOLDER (embedded | sshd) [REGISTER INBURGERING TAALREGISTER]
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text

from hervat.cli.play import play_on
from hervat.cli.played import Played
from hervat.demo.embedded import EmbeddedServer
from hervat.demo.stage import Stage, Urls


class Watched(Stage):
    """A stage that keeps the content of every table of the local systems around each night."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.seen: list[tuple[str, dict[tuple[str, str], set[tuple[Any, ...]]]]] = []

    def open_night(self, day: Any) -> None:
        super().open_night(day)
        self.seen.append((str(day), self.content()))

    def confirmations(self, day: Any) -> None:
        super().confirmations(day)
        self.seen.append((str(day), self.content()))

    def content(self) -> dict[tuple[str, str], set[tuple[Any, ...]]]:
        found = {}
        for name, url in (("inburgering", self.urls.inburgering), ("taalregister", self.urls.taalregister)):
            engine = create_engine(url)
            with engine.connect() as connection:
                for table in inspect(connection).get_table_names():
                    found[name, table] = {tuple(row) for row in connection.execute(text(f"select * from {table}"))}
            engine.dispose()
        return found


def stage_of(place: Path, kind: str, urls: list[str]) -> Watched:
    """Return the stage that these arguments stand for."""
    return Watched(place, Urls(place, *urls), chrooted=kind == "embedded")


def watched(place: Path, kind: str, urls: list[str]) -> tuple[Watched, Played]:
    """Play the demo in a child process; return its stage with all that was seen, and what it came to."""
    command = [sys.executable, "-m", "tests.support.watched", str(place), kind, *urls]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=500, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr[-4000:]
    stage = stage_of(place, kind, urls)
    stage.seen, played = pickle.loads((place.parent / "seen.pickle").read_bytes())
    return stage, played


def main(place: Path, kind: str, urls: list[str]) -> None:
    """Play, and write what was seen beside the folder."""
    from tests.support.sshd import Sshd

    stage = stage_of(place, kind, urls)
    stage.empty()
    for folder in (stage.sftp_root, stage.keys):
        folder.mkdir()
    ssh = EmbeddedServer(stage.sftp_root, stage.keys) if kind == "embedded" else Sshd(stage.sftp_root)
    played = play_on(stage, ssh, lambda line: print(line, file=sys.stderr))
    (place.parent / "seen.pickle").write_bytes(pickle.dumps((stage.seen, played)))
    os._exit(0)  # Prefect's threads still want to speak to the server that is gone


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
