"""A gemeente for tests of the delivery: a real register, real SQLite systems in a folder, made-up persons."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register import Register
from hervat.register.models import Identifier, JournalLine, Person, SignalRow
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import Settler
from hervat.rules.signals import catalogue
from hervat.settings import read_settings

CODE = "0000"
DAY = date(2022, 4, 1)
QUARTER = "2022Q1"
QUERY = (
    "select p.bsn as bsn, i.leerroute as leerroute, i.datum_pip as datum_pip, i.uren as uren_taal"
    " from inburgeraar i join persoon p on p.id = i.persoon_id"
    " where i.wet = 'Wi2021' and (i.datum_pip is null or i.datum_pip <= :peildatum)"
)
_TABLES = """
create table persoon (id integer primary key, bsn text);
create table inburgeraar (id integer primary key, persoon_id integer references persoon(id), wet text, status text,
                          leerroute text, datum_pip text, uren text);
"""
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def made_up_bsns(count: int) -> list[str]:
    """Return made-up BSNs that pass the elfproef, from the range 9997xxxxx."""
    found: list[str] = []
    for tail in range(100_000):
        digits = f"9997{tail:05}"
        if sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11 == 0:
            found.append(digits)
        if len(found) == count:
            break
    return found


class DeliveryWorld:
    """Systems: inburgering (feeds CBS), elders (another database); more by `systems`."""

    def __init__(
        self, folder: Path, template: Path | None = None, register: str = "sqlite:///register.db", **cbs: Any
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._url = folder, register
        self.cbs: dict[str, Any] | None = {
            "reporter": CODE,
            "records": {"system": "inburgering", "query": QUERY},
            **cbs,
        }
        self.policy: dict[str, Any] = {}
        self.more: list[dict[str, Any]] = []
        self.configure()
        if template:
            shutil.copy(template, folder / "register.db")
        self.register = Register(self.settings.register_url)
        if not template:
            self.register.migrate()
        for name in ("inburgering", "elders"):
            with self.local(name) as local:
                local.executescript(_TABLES)
        self.keyring = Keyring(b"k" * 32, CODE)
        self.rounds = read_rounds(["restart-2022.yaml"], folder)
        self.settler = Settler(self.rounds, catalogue())

    def configure(self) -> None:
        """Write hervat.yaml anew from cbs, policy (of both databases) and more (systems), and read it."""
        systems = [self._database(name) for name in ("inburgering", "elders")] + self.more
        one: dict[str, Any] = {"code": CODE, "name": "Voorbeeldstad", "systems": systems}
        if self.cbs:
            one["cbs"] = self.cbs
        whole = {
            "register": self._url,
            "vault": "vault",
            "output": "output",
            "keys": {"file": "keys.json"},
            "municipalities": [one],
        }
        (self.folder / "hervat.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
        self.settings = read_settings(self.folder)

    def _database(self, name: str) -> dict[str, Any]:
        footprint = {
            "person": {"table": "persoon", "bsn": "bsn"},
            "root": "inburgeraar",
            "where": {"inburgeraar.wet": "Wi2021"},
        }
        return {"name": name, "database": f"sqlite:///{name}.db", "footprint": footprint, **self.policy}

    @contextmanager
    def local(self, name: str = "inburgering") -> Iterator[sqlite3.Connection]:
        """Open a local system; committed at the end."""
        with closing(sqlite3.connect(self.folder / f"{name}.db")) as connection, connection:
            yield connection

    def night(self, day: date = DAY) -> Night:
        """Return a night of the gemeente."""
        one = self.settings.municipalities[0]
        return Night(self.settings, one, self.register, self.keyring, self.rounds, self.settler, day)

    @property
    def directory(self) -> Path:
        """Where the delivery of QUARTER is put."""
        return self.folder / "output" / "cbs" / CODE / QUARTER

    def stand(self, bsn: object, system: str = "inburgering", wet: str | None = "Wi2021", **columns: Any) -> None:
        """Put a person with a root in a local system."""
        with self.local(system) as local:
            person = local.execute("insert into persoon (bsn) values (?)", (bsn,)).lastrowid
            values = {"persoon_id": person, "wet": wet, **columns}
            marks = ", ".join("?" * len(values))
            local.execute(f"insert into inburgeraar ({', '.join(values)}) values ({marks})", list(values.values()))

    def gone(self, system: str = "inburgering") -> None:
        """Empty a local system."""
        with self.local(system) as local:
            local.execute("delete from inburgeraar")
            local.execute("delete from persoon")

    def person(self, bsn: str | None, story: str) -> int:
        """Make a person of a story: right, corrected, disputed, parked, reinstated or wi2007. Return the id."""
        with self.register.session() as session:
            person = Person(municipality=CODE)
            session.add(person)
            session.flush()
            kind, value = ("bsn", bsn) if bsn else ("v", str(person.id))
            pseudonym, sealed = self.keyring.pseudonym(kind, value), self.keyring.seal(value.encode(), "identifier")
            row = {"kind": kind, "pseudonym": pseudonym, "sealed": sealed, "person_id": person.id}
            session.add(Identifier(municipality=CODE, **row))
            for code, day, wet, seen in STORIES[story]:
                signal = {"code": code, "date": day, "wet": wet, "gemeentecode": CODE, "doelgroep": "Overig"}
                session.add(SignalRow(municipality=CODE, person_id=person.id, **signal, first_seen=day, last_seen=seen))
            return person.id

    def journalled(self) -> list[tuple[str, str, str, str]]:
        """Return (actor, action, object, result) of every journal line."""
        with self.register.session() as session:
            return [(one.actor, one.action, one.object, one.result) for one in session.query(JournalLine)]


_JANUARY, _MARCH, _LATER = date(2022, 1, 10), date(2022, 3, 1), date(2022, 3, 28)
_WRONG = ("SS101", _JANUARY, "Wi2021", _JANUARY)
_SS190 = ("SS190", _MARCH, "", _MARCH)
STORIES = {
    "right": [("SS101", _JANUARY, "Wi2021", _LATER)],
    "corrected": [_WRONG, _SS190],
    "disputed": [_WRONG, _SS190, ("SS101", _MARCH, "Wi2021", _LATER)],
    "parked": [_WRONG],
    "reinstated": [_WRONG, _SS190, ("SS101", date(2022, 3, 20), "Wi2021", _LATER)],
    "none": [],
    "wi2007": [("SS101", _JANUARY, "Wi2007", _JANUARY)],
}
