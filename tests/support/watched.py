"""Play the demo in a process of its own and keep what stood in the local systems before and after each night.

A process of its own: Prefect's library keeps to the first server that it met.
`embedded` is the command `hervat demo` itself.
Usage: python -m tests.support.watched FOLDER (embedded | sshd) [REGISTER INBURGERING TAALREGISTER]
"""

import os
import pickle
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text

from hervat.cli.demo import play
from hervat.cli.demo.player import Played
from hervat.demo.stage import Stage, Urls


class Watched(Stage):
    """A stage that keeps the content of every table of the local systems around each night."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.seen: list[tuple[str, dict[tuple[str, str], set[tuple[Any, ...]]]]] = []
        self.printed = ""

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
    stage.printed = done.stdout
    stage.seen, played = pickle.loads((place.parent / "seen.pickle").read_bytes())
    return stage, played


def main(place: Path, kind: str, urls: list[str]) -> None:
    """Play, and write what was seen beside the folder."""
    stage = stage_of(place, kind, urls)
    played = _by_command(stage) if kind == "embedded" else _on_openssh(stage)
    (place.parent / "seen.pickle").write_bytes(pickle.dumps((stage.seen, played)))
    sys.stdout.flush()
    os._exit(0)  # Prefect's threads still want to speak to the server that is gone


def _by_command(stage: Watched) -> Played:
    """Run the command as a person does, on this stage; return what it came to."""
    outcomes, play_on = list[Played](), play.play_on

    def kept(*arguments: Any) -> Played:
        outcomes.append(play_on(*arguments))
        return outcomes[0]

    play.Stage, play.play_on = lambda _directory: stage, kept  # type: ignore[misc,assignment]
    sys.argv = ["hervat", "demo", "--directory", str(stage.directory)]
    try:
        runpy.run_module("hervat.cli", run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            raise
    return outcomes[0]


def _on_openssh(stage: Watched) -> Played:
    from tests.support.sshd import Sshd

    stage.empty()
    for folder in (stage.sftp_root, stage.keys):
        folder.mkdir()
    return play.play_on(stage, Sshd(stage.sftp_root), lambda line: print(line, file=sys.stderr))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
