"""A made-up country: gemeenten like the demo's, each with persons of its own, on one SSH server and one PostgreSQL.

Nobody in it exists: the BSNs are counted up and pass the elfproef. Every gemeente has ten downloads of 2,900 rows in
all (one cut off, one twice, rows that are wrong or of others), two local systems (SQLite, PostgreSQL) and five parties.
"""

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import yaml
from sqlalchemy import Index, MetaData, create_engine

from benchmarks.made_up import bsns
from hervat.demo import pib, vendor
from hervat.demo.cast import cast, playing
from hervat.demo.certificates import self_made
from hervat.masters import new_master
from tests.support.postgres import Cluster
from tests.support.sshd import Sshd

DAY, QUIET_DAY, EMPTY_DAY = date(2022, 3, 25), date(2022, 3, 26), date(2022, 3, 27)
PARTIES = ("taalschool", "leerwerkbedrijf", "welzijn", "tolkbureau", "buurthuis")
_PERSONS = len(cast())
_BSN, _V_NUMBER = re.compile(rb"\b99999\d{4}\b"), re.compile(rb"\b200\d{7}\b")
_QUERY = """select p.burgerservicenummer as bsn, i.doelgroep, b.datum as datum_brede_intake, pip.datum as datum_pip,
    pip.leerroute, pip.niveau, pip.alfabetisering
    from inburgeraar i join natuurlijk_persoon p on p.id = i.persoon_id
    left join traject t on t.inburgeraar_id = i.id left join brede_intake b on b.traject_id = t.id
    left join pip on pip.traject_id = t.id where i.wet = 'Wi2021' and :peildatum is not null"""
_INBURGERING = {
    "natuurlijk_persoon": "id", "inburgeringsplicht": "id", "groepsintake": "id",
    "inburgeraar": "id persoon_id plicht_id groepsintake_id", "traject": "id inburgeraar_id",
    "brede_intake": "id traject_id", "pip": "id traject_id", "traject_taal": "traject_id",
    "notitie": "id inburgeraar_id", "factuur": "id traject_id", "verstrekking": "id",
}  # fmt: skip
_TAALREGISTER = {"klant": "klantnr", "cursist": "id klantnr", "presentie": "id cursist_id"}
_BSN_COLUMNS = {
    "natuurlijk_persoon": ("burgerservicenummer", "id"), "verstrekking": ("bsn", "id"), "klant": ("bsn", "klantnr"),
}  # fmt: skip
_STRIDE = 100_000  # between the keys of one block of persons and the next


@dataclass
class Country:
    """The country in a folder. times: how many times the persons of the demo each gemeente has."""

    directory: Path
    count: int
    cluster: Cluster
    server: Sshd
    times: int = 1

    @property
    def codes(self) -> list[str]:
        """The codes of its gemeenten."""
        return [f"{number:04}" for number in range(1, self.count + 1)]

    def build(self) -> None:
        """Make everything that the first night finds."""
        self.directory.mkdir(parents=True)
        keys = self.directory / "var" / "keys.json"
        keys.parent.mkdir(mode=0o700)
        keys.touch(0o600)
        keys.write_text(new_master())
        (self.directory / "keys").mkdir()
        for name in PARTIES[:2]:
            self_made(self.directory / "keys" / f"{name}.pem", f"{name} (verzonnen)")
        (self.directory / "systems").mkdir()
        self.rows = 0
        self._all_bsns = [str(number) for number in bsns(self.count * self.times * _PERSONS)]
        self._systems()
        for at, code in enumerate(self.codes):
            self._offer(at, code, list(_first_night()))
        self._configure()

    def offer_little(self) -> None:
        """Offer twenty new rows to each gemeente, as a quiet night has them."""
        rows = [pib.signal_row("SS137", date(2022, 3, 25), person) for person in playing("right")[:20]]
        little = pib.DemoFile(pib.file_name("Wi2021", QUIET_DAY, "060000"), pib.as_csv(rows))
        for at, code in enumerate(self.codes):
            self._offer(at, code, [little])

    def _offer(self, at: int, code: str, files: Sequence[pib.DemoFile]) -> None:
        folder = self.server.directory / code / "pib"
        for place in (folder, self.directory / "by-hand" / code, self.server.directory / code / "taalschool"):
            place.mkdir(parents=True, exist_ok=True)
        stamp = time.time() - 3600
        for file in files:
            path = folder / file.name.replace("_0000_", f"_{code}_")
            content = self._own(file.content.replace(b";0000;", f";{code};".encode()), at)
            path.write_bytes(content)
            self.rows += content.count(b"\n") - 1
            os.utime(path, (stamp, stamp))

    def _own(self, content: bytes, at: int) -> bytes:
        """Return a download about the persons of this gemeente: each row `times` times, of another person each time."""
        header, _, rows = content.partition(b"\r\n")
        return header + b"\r\n" + b"".join(self._of(rows, at * self.times + turn) for turn in range(self.times))

    def _of(self, rows: bytes, block: int) -> bytes:
        own = self._numbers(block)
        rows = _BSN.sub(lambda found: own[found[0].decode()].encode(), rows)
        return _V_NUMBER.sub(lambda found: str(int(found[0]) + block * 2_000_000).encode(), rows)

    def _numbers(self, block: int) -> dict[str, str]:
        """Return the BSN in this block of persons for each BSN of the demo."""
        own = self._all_bsns[block * _PERSONS : (block + 1) * _PERSONS]
        return {person.bsn: number for person, number in zip(cast(), own, strict=True)}

    def _systems(self) -> None:
        model = self.directory / "systems" / "model.db"
        self.urls = [self.cluster.create()]
        vendor.build(self.urls[0], f"sqlite:///{model}")
        for url in (self.urls[0], f"sqlite:///{model}"):
            _index(url)
        self.urls += [self.cluster.copy(self.urls[0]) for _ in self.codes[1:]]
        for at, code in enumerate(self.codes):
            numbers = [
                (old, turn, new)
                for turn in range(self.times)
                for old, new in self._numbers(at * self.times + turn).items()
            ]
            copy = shutil.copyfile(model, self.directory / "systems" / f"{code}.db")
            with sqlite3.connect(copy) as connection:
                _settle(connection.cursor(), _TAALREGISTER, numbers, "?")
            with psycopg.connect(self.urls[at].replace("+psycopg", "")) as server:
                _settle(server.cursor(), _INBURGERING, numbers, "%s")

    def _configure(self) -> None:
        whole: dict[str, Any] = {
            "register": self.cluster.create(), "vault": "var/vault", "output": "var/output",
            "keys": {"file": "var/keys.json"},
        }  # fmt: skip
        whole["municipalities"] = ["gemeenten/*.yaml"]
        (self.directory / "gemeenten").mkdir()
        for at, code in enumerate(self.codes):
            text = yaml.safe_dump(self._municipality(at, code), sort_keys=False)
            (self.directory / "gemeenten" / f"{code}.yaml").write_text(text, encoding="utf-8")
        (self.directory / "hervat.yaml").write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")

    def _municipality(self, at: int, code: str) -> dict[str, Any]:
        sftp = {
            "host": self.server.host, "port": self.server.port, "user": self.server.user,
            "key": str(self.server.user_key), "known_hosts": str(self.server.known_hosts),
            "directory": f"{self.server.directory}/{code}/pib",
        }  # fmt: skip
        sources = [
            {"name": wet.lower(), "format": f"pib-{wet.lower()}", "sftp": {**sftp, "pattern": f"PIB_{wet}_*"}}
            for wet in ("Wi2021", "Wi2013")
        ]
        folder = {"directory": f"by-hand/{code}", "pattern": "PIB_*"}
        footprint = {
            "person": {"table": "natuurlijk_persoon", "bsn": "burgerservicenummer"}, "root": "inburgeraar",
            "path": ["inburgeraar.persoon_id"], "where": {"inburgeraar.wet": "Wi2021"},
            "owns": ["inburgeraar.plicht_id", "inburgeraar.groepsintake_id"], "keep": ["factuur", "verstrekking"],
        }  # fmt: skip
        other = {
            "person": {"table": "klant", "bsn": "bsn"}, "root": "cursist", "where": {"cursist.regeling": "WI21"},
        }  # fmt: skip
        erase = {"policy": "erase", "approval": "automatic", "brake": {"persons": 100_000, "share": 1.0}}
        to_school = {key: value for key, value in sftp.items() if key != "directory"}
        to_school["directory"] = f"{self.server.directory}/{code}/taalschool"
        return {
            "code": code,
            "name": f"Gemeente {code}",
            "contact": {"name": "Team Inburgering", "telephone": "14 0000"},
            "sources": [*sources, {"name": "by-hand", "format": "pib-wi2021", "folder": folder}],
            "systems": [
                {"name": "inburgering", "database": self.urls[at], "footprint": footprint, **erase},
                {"name": "taalregister", "database": f"sqlite:///systems/{code}.db", "footprint": other, **erase},
            ],
            "disclosures": [
                {"system": "inburgering", "query": "select bsn, partij, kenmerk, verstrekt_op from verstrekking"}
            ],
            "parties": [self._party(name, code, to_school) for name in PARTIES],
            "cbs": {"reporter": code, "records": {"system": "inburgering", "query": _QUERY}},
        }

    def _party(self, name: str, code: str, sftp: dict[str, Any]) -> dict[str, Any]:
        channel = {"sftp": sftp} if name == "taalschool" else {"folder": f"parties/{code}/{name}"}
        encrypted = {"identifier": "bsn", "certificate": f"keys/{name}.pem"} if name in PARTIES[:2] else {}
        return {"name": name, "role": "verzonnen", "channel": channel, "identifier": "reference", **encrypted}


def _index(url: str) -> None:
    """Give each foreign key of a system an index: without, hervat refuses to erase so many persons from it."""
    engine = create_engine(url)
    model = MetaData()
    model.reflect(engine)
    with engine.begin() as connection:
        for table in model.tables.values():
            for key in table.foreign_key_constraints:
                Index(f"bench_{table.name}_{'_'.join(key.column_keys)}", *key.columns).create(connection)
    engine.dispose()


def _settle(cursor: Any, tables: dict[str, str], numbers: Sequence[tuple[str, int, str]], mark: str) -> None:
    """Give the persons of a copied system their own BSNs, and put as many blocks of persons in it as there are."""
    cursor.execute("create temporary table nummers (oud text, blok integer, nieuw text, primary key (oud, blok))")
    cursor.executemany(f"insert into nummers values ({mark}, {mark}, {mark})", numbers)
    for table, keys in tables.items():
        cursor.execute(f"select * from {table} where 1 = 0")
        names = [column[0] for column in cursor.description]
        chosen = ", ".join(f"{name} + blok * {_STRIDE}" if name in keys.split() else name for name in names)
        blocks = "(select distinct blok from nummers where blok > 0) blokken"
        cursor.execute(f"insert into {table} select {chosen} from {table}, {blocks}")
        if table in _BSN_COLUMNS:
            bsn, key = _BSN_COLUMNS[table]
            own = f"select nieuw from nummers where oud = cast({bsn} as varchar(9)) and blok = {key} / {_STRIDE}"
            kind = "integer" if table == "klant" else "varchar(9)"
            cursor.execute(f"update {table} set {bsn} = cast(({own}) as {kind})")


def _first_night() -> Iterator[pib.DemoFile]:
    """Yield the downloads of March: the demo's own, and two of ordinary weeks."""
    for day in (pib.MARCH_16, pib.MARCH_25):
        for file in pib.offered(day):
            if not file.growing and not file.by_hand:
                yield file
    right = playing("right")
    for made, codes in ((date(2022, 3, 23), range(101, 110)), (date(2022, 3, 24), range(131, 138))):
        rows = [pib.signal_row(f"SS{code}", made, person) for person in right for code in codes]
        yield pib.DemoFile(pib.file_name("Wi2021", made, "050000"), pib.as_csv(rows, bom=True))
