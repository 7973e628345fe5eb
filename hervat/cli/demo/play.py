"""`hervat demo`: the restart of 2022 for a made-up gemeente, through the Prefect flows, on embedded parts."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from pathlib import Path

from hervat.cli.demo.player import Log, Played, Player, timed
from hervat.demo import EmbeddedServer, PostOffice, Server, Stage, lasting_port
from hervat.prefect_server import Home, PrefectServer, one_at_a_time

NIGHTS = (date(2022, 3, 1), date(2022, 3, 16), date(2022, 3, 25), date(2022, 5, 24))


def play(directory: Path, log: Log) -> Played:
    """Play the demo in `directory`, which is emptied first (only one that the demo itself made). Raises HervatError."""
    stage = Stage(directory.absolute())
    with _unserved(stage.directory):
        stage.empty()
    return play_on(stage, EmbeddedServer(stage.sftp_root, stage.keys, lasting_port()), log)


@contextmanager
def _unserved(directory: Path) -> Iterator[None]:
    """Hold off `hervat serve` from an earlier demo. Raises UsageError while it is at work there."""
    home = Home(directory / "var" / "prefect")
    with one_at_a_time(home) if home.path.exists() else nullcontext():
        yield


def play_on(stage: Stage, ssh: AbstractContextManager[Server], log: Log) -> Played:
    """Play the demo on a stage, with an SSH server that serves its SFTP folder."""
    played = Played()
    prefect = PrefectServer(stage.directory / "var" / "prefect")  # where `hervat serve` finds the history of the nights
    prefect.start()  # it takes its time while the stage is built
    try:
        with (
            timed(played, "the stage"),
            ssh as server,
            PostOffice(stage.keys, stage.mailboxes, lasting_port()) as post,
        ):
            stage.build(server, post)
            log("built Voorbeeldstad: an SFTP and a mail server, two local systems, five third parties")
            with timed(played, "Prefect's server"):
                prefect.wait()
            with _speaking_to(prefect, stage.directory):
                _play(Player(stage, played, log))
    finally:
        prefect.stop()
    played.seconds["the stage"] -= sum(s for name, s in played.seconds.items() if name != "the stage")
    played.places, played.commands, played.go_on = stage.places(), stage.commands(), _go_on(stage, prefect.place)
    return played


def _go_on(stage: Stage, home: Home) -> list[str]:
    """Return how to go on after the demo, in lines."""
    command = "hervat" if shutil.which("hervat") else sys.argv[0]
    return [
        f"To go on, with this world alive and news of today from DUO: {command} serve --config {stage.directory}",
        f"Then log in at http://127.0.0.1:4200 with the one line in {home.login_file},",
        "and follow docs/how-to/a-morning-in-prefect.md.",
    ]


def _play(player: Player) -> None:
    first, middle, asylum, last = NIGHTS
    player.night(first)
    player.night(middle)
    player.deliver(middle, written=False)
    player.decide_laws(middle)
    player.approve_all(middle)
    player.night(asylum)
    player.decide_strangers(asylum)
    player.night(last)
    player.put_right(last)
    player.night(last, again=True)
    player.accept(last)
    player.deliver(last, written=True)
    player.confirm()


@contextmanager
def _speaking_to(server: PrefectServer, directory: Path) -> Iterator[None]:
    """Point Prefect's library, even if already imported, and the flows to this server."""
    os.environ.update(server.environment | {"HERVAT_CONFIG": str(directory)})
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    ours = {setting: server.environment[setting.name] for setting in (PREFECT_API_URL, PREFECT_API_AUTH_STRING)}
    with temporary_settings(ours):
        yield
        APILogWorker.drain_all(timeout=10)  # the log goes to the server while it runs
        EventsWorker.drain_all(timeout=10)
