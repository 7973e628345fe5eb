"""The living demo for `hervat serve`: its SFTP and mail servers, and third parties that answer notices."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hervat.demo.embedded import EmbeddedServer, is_free
from hervat.demo.post_office import PostOffice
from hervat.demo.stage import Stage
from hervat.errors import UsageError, redacted
from hervat.settings import Settings
from hervat.today import today

_PAUSE = 2
"""Seconds between two looks of the parties at their notices."""

Log = Callable[[str], None]


@contextmanager
def alive(settings: Settings, log: Log) -> Iterator[None]:
    """Keep the world of a played demo alive: its servers on the ports of its hervat.yaml, its parties, news of today.

    Raises UsageError for a port that somebody else has meanwhile, and for a hervat.yaml that names none.
    """
    stage = Stage(settings.directory)
    sftp_port, mail_port = _ports(settings)
    with (
        EmbeddedServer(stage.sftp_root, stage.keys, sftp_port),
        PostOffice(stage.keys, stage.mailboxes, mail_port) as post,
    ):
        log(f"Voorbeeldstad is alive: its SFTP server is on port {sftp_port}, its mail server on port {mail_port}")
        stage.way_back(post)
        if files := stage.offer_news():
            log(f"DUO offers {files} new downloads of today; the deployment `nightly` takes them in")
        with _parties(stage, log):
            yield


def _ports(settings: Settings) -> tuple[int, int]:
    """Return the ports of the SFTP and the mail server. Raises UsageError if one is missing or taken."""
    municipality = settings.municipalities[0]
    sftp = (source.sftp.port for source in municipality.sources if source.sftp)
    mail = (party.channel.mail.port for party in municipality.parties if party.channel.mail)
    return (_one("SFTP", sftp, settings.directory), _one("mail", mail, settings.directory))


def _one(what: str, ports: Iterable[int], directory: Path) -> int:
    again = f"`hervat demo --directory {directory}` plays the demo again, on other ports"
    port = next(iter(ports), None)
    if port is None:
        raise UsageError(f"{directory / 'hervat.yaml'} names no {what} server of the demo any more; {again}")
    if not is_free(port):
        raise UsageError(f"port {port} of the demo's {what} server is taken by something else; stop that, or: {again}")
    return port


@contextmanager
def _parties(stage: Stage, log: Log) -> Iterator[None]:
    """Run the third parties in a thread: they answer their notices with today's date."""
    over = threading.Event()
    thread = threading.Thread(target=_live, args=(stage, over, log), daemon=True)
    thread.start()
    log("its third parties answer within seconds; two of the five leave it to you: welzijn and tolkbureau are silent")
    try:
        yield
    finally:
        over.set()
        thread.join(10)


def _live(stage: Stage, over: threading.Event, log: Log) -> None:
    trouble = ""
    while not over.wait(_PAUSE):
        try:
            answered, now = stage.confirmations(today()), ""
        except Exception as error:  # noqa: BLE001 - a party in trouble does not end the world; it tries again
            answered, now = 0, redacted(error)
        if answered:
            log(f"the third parties answered {answered} notices; the next night reads that")
        if now and now != trouble:
            log(f"error: a third party can't answer: {now}")
        trouble = now
