"""The stage of the demo: a folder with servers, systems and parties, and their acts from night to night."""

import os
import shlex
import shutil
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

from hervat.demo import parties, pib, vendor
from hervat.demo.cast import Story, playing
from hervat.demo.certificates import key_of, self_made
from hervat.demo.news import news
from hervat.demo.parties import answer_mails
from hervat.demo.post_office import PostOffice
from hervat.errors import UsageError
from hervat.masters import new_master
from hervat.new_installation import DEMO_MARKER
from hervat.settings import Mail
from hervat.shipped import shipped

GEMEENTE, PARTY = "inburgering@voorbeeldstad.example", "administratie@leerwerkbedrijf.example"
_STRANGERS: tuple[Story, ...] = ("ours", "not_ours", "left")
_MADE, _OFFERED = "made by hervat demo, which empties this folder\n", "news was offered\n"


class Server(Protocol):
    """An SSH server that serves the stage's SFTP folder."""

    host: str
    port: int
    user: str
    user_key: Path
    known_hosts: Path


class Urls:
    """The URLs of the register and the two local systems; by default SQLite in the demo's folder."""

    def __init__(self, directory: Path, register: str = "", inburgering: str = "", taalregister: str = "") -> None:
        self.register = register or "sqlite:///var/register.db"
        self.inburgering = inburgering or f"sqlite:///{directory}/systems/inburgering.db"
        self.taalregister = taalregister or f"sqlite:///{directory}/systems/taalregister.db"


class Stage:
    """The folder of the demo. It is emptied only when the demo itself made it."""

    def __init__(self, directory: Path, urls: Urls | None = None, chrooted: bool = True) -> None:
        self.directory = directory
        self.urls = urls or Urls(directory)
        self.keys, self.sftp_root = directory / "keys", directory / "sftp"
        self.systems, self.by_hand = directory / "systems", directory / "by-hand"
        self.output, self.welzijn = directory / "var" / "output", directory / "parties" / "welzijn"
        self.tolkbureau, self.buurthuis = directory / "parties" / "tolkbureau", directory / "parties" / "buurthuis"
        self.taalschool, self.leerwerkbedrijf = self.sftp_root / "taalschool", directory / "parties" / "leerwerkbedrijf"
        self.mailbox, self.mailed = directory / "mailbox", self.keys / "leerwerkbedrijf.pem"
        self._marker = directory / DEMO_MARKER
        self.remote = "" if chrooted else str(self.sftp_root)

    @property
    def mailboxes(self) -> dict[str, Path]:
        """The folder for the mail of each address."""
        return {PARTY: self.leerwerkbedrijf, GEMEENTE: self.mailbox}

    def empty(self) -> None:
        """Make the folder, or empty the one of an earlier demo. Raises UsageError for anybody else's folder."""
        if self.directory.exists() and any(self.directory.iterdir()):
            if not self._marker.exists():
                raise UsageError(
                    f"{self.directory} is not empty and not of an earlier demo; give --directory another one"
                )
            shutil.rmtree(self.directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._marker.write_text(_MADE, encoding="utf-8")

    def build(self, server: Server, post: PostOffice) -> None:
        """Write configuration, keys, systems and the folders of the parties."""
        answers = [
            folder / "confirmations" for folder in (self.welzijn, self.taalschool, self.buurthuis, self.tolkbureau)
        ]
        for folder in (self.systems, self.by_hand, self.directory / "ingevuld", *answers):
            folder.mkdir(parents=True, exist_ok=True)
        (self.sftp_root / "pib").mkdir(exist_ok=True)
        keys = self.directory / "var" / "keys.json"
        keys.parent.mkdir(mode=0o700, exist_ok=True)
        keys.touch(0o600)
        keys.write_text(new_master(), encoding="utf-8")
        for name in ("taalschool", "leerwerkbedrijf"):
            self_made(self.keys / f"{name}.pem", f"{name.capitalize()} Voorbeeldstad (verzonnen)")
        self_made(self.keys / "gemeente.pem", "Gemeente Voorbeeldstad (verzonnen)")
        vendor.build(self.urls.inburgering, self.urls.taalregister)
        template = shipped("demo", "hervat.yaml.j2", self.directory).read_text(encoding="utf-8")
        environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - YAML, not HTML
        text = environment.from_string(template).render(server=server, post=post, stage=self, sender=GEMEENTE, to=PARTY)
        (self.directory / "hervat.yaml").write_text(text, encoding="utf-8")
        self.way_back(post)

    def way_back(self, post: PostOffice) -> None:
        """Tell the party that is notified by mail where to send its answers."""
        self._back = Mail(
            host=post.host, port=post.port, sender=PARTY, to=GEMEENTE, ca_file=post.certificate,
            sign_certificate=self.mailed, sign_key=key_of(self.mailed),
        )  # fmt: skip

    def open_night(self, day: date) -> None:
        """Put the night's files in place, and let the local system live on."""
        for file in pib.offered(day):
            self._put(file)
        if day == pib.MARCH_16:
            vendor.disclose_more(self.urls.inburgering, "2022-03-10")
        if day == pib.MARCH_25:
            vendor.take_away(self.urls.inburgering)
        if day == pib.MAY_24:
            vendor.bring_back(self.urls.inburgering)

    def offer_news(self) -> int:
        """Offer downloads of this moment, on the first call; return the number of files."""
        if _OFFERED in self._marker.read_text(encoding="utf-8"):
            return 0
        files = news(datetime.now(ZoneInfo("Europe/Amsterdam")) - timedelta(hours=1))
        for file in files:
            self._put(file)
        self._marker.write_text(_MADE + _OFFERED, encoding="utf-8")
        return len(files)

    def mend(self) -> None:
        """Offer the file that was cut off again, whole, and DUO's file about a choice."""
        self._put(pib.mended())
        self._put(pib.chosen())

    def will_be_mended(self, file: str, row: int | None) -> bool:
        """True if a quarantined file will be offered again, whole."""
        return row is None and file == pib.mended().name

    def laws(self, day: date) -> list[tuple[str, str, date | None]]:
        """Return BSN, law and wrong kennisgeving of those whose law is decided on a day; for use in this process only.

        The kennisgeving belongs to a choice; the others are disputes that a person decides.
        """
        if day == pib.MARCH_16:
            return [(person.bsn, "Wi2013", None) for person in playing("seen_after")]
        disputes = [(person.bsn, "Wi2021", None) for person in playing("disputed", "two_laws")]
        return disputes + [(person.bsn, "Wi2021", date(2022, 1, 12)) for person in playing("chooser")]

    def strangers(self) -> list[tuple[str, str]]:
        """Return BSN and decision of those who are, or were, in a system unseen; for use in this process only."""
        whose = [("ours" if person.story == "ours" else "not ours", person) for person in playing(*_STRANGERS)]
        return [(person.bsn, decision) for decision, person in whose]

    def confirmations(self, day: date) -> int:
        """Let the parties answer: two acted, one received, one refuses, the interpreters' office is silent.

        Return how many notices are newly answered.
        """
        return (
            parties.act_on_encrypted(self.taalschool, self.keys / "taalschool.pem", day)
            + parties.receive_first(self.welzijn, day)
            + parties.refuse(self.buurthuis, day)
            + answer_mails(self.leerwerkbedrijf, self.mailbox, self.mailed, self._back, day)
        )

    def places(self) -> dict[str, str]:
        """Return where a visitor finds the results."""
        return {
            "report": str(self.output / "report" / "0000" / "laatste.html"),
            "worklist": str(self.output / "worklist" / "0000.xlsx"),
            "notices": f"{self.taalschool} and {self.welzijn.parent}",
            "mails": str(self.leerwerkbedrijf),
            "quarantine list": f"hervat quarantine list --config {self.directory}",
            "CBS file": str(self.output / "cbs" / "0000" / "2022Q1" / "swi.xml"),
            "configuration": str(self.directory / "hervat.yaml"),
        }

    def commands(self) -> dict[str, str]:
        """Return commands to paste, for a visitor who looks at the results."""
        mail = min(self.leerwerkbedrijf.glob("*.eml"))
        decrypt = ["openssl", "cms", "-decrypt", "-in", mail, "-inkey", key_of(self.mailed)]
        verify = ["openssl", "cms", "-verify", "-CAfile", self.keys / "gemeente.pem"]
        return {"a mail opens with": " | ".join(shlex.join(map(str, command)) for command in (decrypt, verify))}

    def _put(self, file: pib.DemoFile) -> None:
        folder = self.by_hand if file.by_hand else self.sftp_root / "pib"
        (folder / file.name).write_bytes(file.content)
        stamp = time.time() - (0 if file.growing else 3600)
        os.utime(folder / file.name, (stamp, stamp))
