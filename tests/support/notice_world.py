"""A gemeente for tests of notices: real register, real local system, parties with folders. All persons are made up."""

import json
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register import Register
from hervat.register.models import Identifier, Notice, Person, PersonState, SignalRow
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import Settler
from hervat.rules.signals import catalogue
from hervat.settings import read_settings
from hervat.settling.people import People, read_people

CODE = "0000"


def made_up_bsn(number: int) -> str:
    """Return the `number`th made-up BSN that passes the elfproef, from the range 9998xxxxx."""
    found = -1
    for tail in range(100_000):
        digits = f"9998{tail:05}"
        weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
        if sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0:
            found += 1
            if found == number:
                return digits
    raise ValueError(number)


def certificate(folder: Path, name: str, *, elliptic: bool = False, expired: bool = False) -> Path:
    """Write NAME.pem and NAME.key into `folder`; return the certificate's path."""
    key = ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    until = datetime.now(UTC) + timedelta(days=-1 if expired else 3650)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(until - timedelta(days=3651))
    path = folder / f"{name}.pem"
    path.write_bytes(made.not_valid_after(until).sign(key, SHA256()).public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(secret)
    return path


def opened(data: bytes, key: Path) -> bytes:
    """Decrypt a notice as its recipient would: with openssl."""
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-inkey", str(key)]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


@cache
def _made(what: str) -> dict[str, bytes]:
    """Return files that every world has alike, made once: a party's certificate and key, or an empty register."""
    with tempfile.TemporaryDirectory() as place:
        if what == "register":
            register = Register(f"sqlite:///{place}/register.db")
            register.migrate()
            register.engine.dispose()
            with sqlite3.connect(f"{place}/register.db") as one:
                one.execute("pragma wal_checkpoint(truncate)")
            one.close()
        else:
            certificate(Path(place), what)
        return {
            path.name: path.read_bytes() for path in Path(place).iterdir() if path.suffix in (".pem", ".key", ".db")
        }


@dataclass
class NoticeWorld:
    """The gemeente in a folder. Parties: taalschool (certificate, BSN), welzijn (no certificate, kenmerk)."""

    folder: Path
    extra: dict[str, Any] = field(default_factory=dict)
    register_url: str = "sqlite:///register.db"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "taalschool.pem").exists():
            for name, content in _made("taalschool").items():
                (self.folder / name).write_bytes(content)
        if self.register_url == "sqlite:///register.db" and not (self.folder / "register.db").exists():
            (self.folder / "register.db").write_bytes(_made("register")["register.db"])
        (self.folder / "hervat.yaml").write_text(yaml.safe_dump(self._configuration()), encoding="utf-8")
        self.settings = read_settings(self.folder)
        self.municipality = self.settings.municipalities[0]
        self.keyring = Keyring(b"k" * 32, CODE)
        self.register = Register(self.settings.register_url)
        self.register.migrate()
        self.rounds = read_rounds(["restart-2022.yaml"], self.folder)
        self.settler = Settler(self.rounds, catalogue())
        with self.local() as local:
            local.execute("create table if not exists verstrekking (bsn, partij, kenmerk, verstrekt_op)")

    def _configuration(self) -> dict[str, Any]:
        footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
        municipality = {
            "code": CODE,
            "name": "Voorbeeldstad",
            "contact": {"name": "Team Inburgering", "telephone": "14 0000"},
            "systems": [{"name": "inburgering", "database": "sqlite:///local.db", "footprint": footprint}],
            "disclosures": [{"system": "inburgering", "query": "select * from verstrekking"}],
            "parties": [
                {
                    "name": "taalschool",
                    "identifier": "bsn",
                    "certificate": "taalschool.pem",
                    "channel": {"folder": "out/taalschool"},
                },
                {"name": "welzijn", "identifier": "bsn", "channel": {"folder": "out/welzijn"}},
            ],
        }
        extra = dict(self.extra)
        municipality["systems"] += extra.pop("more_systems", [])
        return {
            "register": self.register_url,
            "vault": "vault",
            "output": "output",
            "keys": {"file": "keys.json"},
            "municipalities": [{**municipality, **extra}],
        }

    def local(self) -> sqlite3.Connection:
        """Open the local system; as a context manager it commits."""
        return sqlite3.connect(self.folder / "local.db")

    def night(self, day: date, shadow: bool = False) -> Night:
        """Return a night of the gemeente."""
        return Night(
            self.settings, self.municipality, self.register, self.keyring, self.rounds, self.settler, day, shadow
        )

    def disclose(self, bsn: object, party: str | None, reference: object = None, day: object = "2022-01-12") -> None:
        """Write in the local system that a party received a person's data."""
        with self.local() as local:
            local.execute("insert into verstrekking values (?, ?, ?, ?)", (bsn, party, reference, day))

    def person(self, *bsns: str) -> int:
        """Make a person with these BSNs in the register; return the id."""
        with self.register.session() as session:
            person = Person(municipality=CODE)
            session.add(person)
            session.flush()
            for bsn in bsns:
                pseudonym = self.keyring.pseudonym("bsn", bsn)
                sealed = self.keyring.seal(bsn.encode(), "identifier")
                session.add(
                    Identifier(municipality=CODE, kind="bsn", pseudonym=pseudonym, sealed=sealed, person_id=person.id)
                )
            return person.id

    def signal(
        self, person: int, code: str, day: date, seen: date, wet: str = "Wi2021", group: str | None = None
    ) -> None:
        """Give a person a signal, last seen in a download made on `seen`."""
        with self.register.session() as session:
            session.add(
                SignalRow(
                    municipality=CODE, person_id=person, code=code, date=day, wet=wet, gemeentecode=CODE,
                    doelgroep=group, first_seen=seen, last_seen=seen,
                )
            )  # fmt: skip

    def settled(self, person: int, state: str, since: date) -> None:
        """Write a person's state as the step settle does."""
        with self.register.session() as session:
            session.query(PersonState).filter_by(person_id=person).delete()
            session.add(
                PersonState(
                    municipality=CODE, person_id=person, day=since, since=since, state=state, reason="x",
                    reinstated=False, held=False, resumed=False, unknown_group=False,
                )
            )  # fmt: skip

    def wrong(self, *bsns: str) -> int:
        """Make a person who was registered under the Wi2021 in January."""
        person = self.person(*bsns)
        self.signal(person, "SS101", date(2022, 1, 10), date(2022, 1, 14), group="Overig")
        return person

    def corrected(self, *bsns: str) -> int:
        """Make a wrongly registered person for whom an SS190 came on 1 March."""
        person = self.wrong(*bsns)
        self.signal(person, "SS190", date(2022, 3, 1), date(2022, 3, 1), wet="")
        return person

    def people(self, day: date) -> People:
        """Return all persons, settled."""
        with self.register.session() as session:
            return read_people(session, CODE, self.settler, day)

    def notices(self) -> list[Notice]:
        """Return all notices of the register."""
        with self.register.session() as session:
            return session.query(Notice).order_by(Notice.id).all()

    def files(self, name: str) -> dict[str, bytes]:
        """Return the notices' files in a recipient's folder; the letters beside them are left out."""
        folder = self.folder / "out" / name
        found = (path for path in sorted(folder.glob("*")) if path.suffix in (".json", ".p7m"))
        return {path.name: path.read_bytes() for path in found}

    def read(self, name: str) -> list[dict[str, Any]]:
        """Return the notices in a recipient's folder, decrypted where they are encrypted."""
        return [
            json.loads(opened(data, self.folder / f"{name}.key") if file.endswith(".p7m") else data)
            for file, data in self.files(name).items()
        ]

    def answer(self, name: str, number: str, status: str, day: str = "2022-03-02", file: str | None = None) -> None:
        """Put a confirmation in a recipient's folder."""
        folder = self.folder / "out" / name / "confirmations"
        folder.mkdir(parents=True, exist_ok=True)
        content = {"number": number, "status": status, "day": day}
        (folder / (file or f"{number}-{status}.json")).write_text(json.dumps(content))
