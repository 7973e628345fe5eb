"""The stage of the demo: a folder with servers, systems and parties, and what they do from night to night."""

import json
import os
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der
from cryptography.x509.oid import NameOID
from jinja2 import Environment, StrictUndefined

from hervat.demo import pib, vendor
from hervat.demo.cast import playing
from hervat.errors import UsageError
from hervat.masters import new_master
from hervat.shipped import shipped

_MARKER = ".hervat-demo"


class Server(Protocol):
    """An SSH server that serves the stage's SFTP folder."""

    host: str
    port: int
    user: str
    user_key: Path
    known_hosts: Path


class Urls:
    """Where the register and the two local systems are; SQLite in the demo's folder unless said otherwise."""

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
        self.taalschool = self.sftp_root / "taalschool"
        self.remote = "" if chrooted else str(self.sftp_root)

    def empty(self) -> None:
        """Make the folder, or empty the one of an earlier demo. Raises UsageError for anybody else's folder."""
        if self.directory.exists() and any(self.directory.iterdir()):
            if not (self.directory / _MARKER).exists():
                raise UsageError(
                    f"{self.directory} is not empty and not of an earlier demo; give --directory another one"
                )
            shutil.rmtree(self.directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / _MARKER).write_text("made by hervat demo, which empties this folder\n", encoding="utf-8")

    def build(self, server: Server) -> None:
        """Write configuration, keys, systems and the folders of the parties."""
        answers = [one / "confirmations" for one in (self.welzijn, self.taalschool, self.buurthuis, self.tolkbureau)]
        for folder in (self.systems, self.by_hand, *answers):
            folder.mkdir(parents=True, exist_ok=True)
        (self.sftp_root / "pib").mkdir(exist_ok=True)
        keys = self.directory / "var" / "keys.json"
        keys.parent.mkdir(mode=0o700, exist_ok=True)
        keys.touch(0o600)
        keys.write_text(new_master(), encoding="utf-8")
        _certificate(self.keys / "taalschool.pem", self.keys / "taalschool-key.pem")
        vendor.build(self.urls.inburgering, self.urls.taalregister)
        template = shipped("demo", "hervat.yaml.j2", self.directory).read_text(encoding="utf-8")
        environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - YAML, not HTML
        text = environment.from_string(template).render(server=server, stage=self)
        (self.directory / "hervat.yaml").write_text(text, encoding="utf-8")

    def open_night(self, day: date) -> None:
        """Put there what is offered on this night, and let the local system live on."""
        for file in pib.offered(day):
            self._put(file)
        if day == pib.MARCH_16:
            vendor.disclose_more(self.urls.inburgering, "2022-03-10")
        if day == pib.MAY_24:
            vendor.bring_back(self.urls.inburgering)

    def mend(self) -> None:
        """Offer the file that was cut off again, whole."""
        self._put(pib.mended())

    def will_be_mended(self, file: str, row: int | None) -> bool:
        """Say whether a file in quarantine is one that will be offered again, whole."""
        return row is None and file == pib.mended().name

    def disputes(self) -> list[tuple[str, str]]:
        """Return BSN and law of the persons about whom a dispute must be decided; for use in this process only."""
        return [(person.bsn, "Wi2021") for person in playing("disputed")]

    def confirmations(self, day: date) -> None:
        """Let the parties answer: the school has acted on what it can open, the welfare party has received it.

        The community centre refuses, and the interpreters' office says nothing at all.
        """
        key = load_pem_private_key((self.keys / "taalschool-key.pem").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((self.keys / "taalschool.pem").read_bytes())
        for path in sorted(self.taalschool.glob("*.p7m")):
            notice = json.loads(pkcs7_decrypt_der(path.read_bytes(), certificate, key, []))  # type: ignore[arg-type]
            _confirm(self.taalschool, notice["number"], "done", day)
        for path in sorted(self.welzijn.glob("*.json"))[:1]:
            _confirm(self.welzijn, json.loads(path.read_bytes())["number"], "received", day)
        for path in sorted(self.buurthuis.glob("*.json")):
            number = json.loads(path.read_bytes())["number"]
            _confirm(
                self.buurthuis, number, "refused", day, reason="wij houden geen dossiers bij, dus er is niets te wissen"
            )

    def places(self) -> dict[str, str]:
        """Return where a visitor finds what came out."""
        return {
            "report": str(self.output / "report" / "0000" / "laatste.html"),
            "worklist": str(self.output / "worklist" / "0000.xlsx"),
            "notices": f"{self.taalschool} and {self.welzijn.parent}",
            "quarantine list": f"hervat quarantine list --config {self.directory}",
            "CBS file": str(self.output / "cbs" / "0000" / "2022Q1" / "swi.xml"),
            "configuration": str(self.directory / "hervat.yaml"),
        }

    def _put(self, file: pib.File) -> None:
        folder = self.by_hand if file.by_hand else self.sftp_root / "pib"
        (folder / file.name).write_bytes(file.content)
        stamp = time.time() - (0 if file.growing else 3600)
        os.utime(folder / file.name, (stamp, stamp))


def _confirm(folder: Path, number: str, status: str, day: date, **more: str) -> None:
    path = folder / "confirmations" / f"{number}.json"
    if not path.exists():
        said = {"number": number, "status": status, "day": day.isoformat(), **more}
        path.write_text(json.dumps(said), encoding="utf-8")


def _certificate(path: Path, key_path: Path) -> None:
    """Write a self-signed certificate and its key for the made-up language school."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Taalschool Voorbeeldstad (verzonnen)")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650)).sign(key, SHA256())
    )  # fmt: skip
    path.write_bytes(made.public_bytes(Encoding.PEM))
    key_path.touch(0o600)
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
