"""A small made-up gemeente for tests: a folder source, a local system, a party, and the command line to work them.

All persons are made up; their BSNs are generated to pass the elfproef and belong to nobody that we know of.
"""

import json
import os
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from typer.testing import CliRunner

HEADER = (
    "Signaalcode;Signaalomschrijving;Datum signaal;BSN;V-nummer;Achternaam;Voorvoegsel;Voornamen;Geboortedatum;"
    "Doelgroep;Gemeentecode;Wet;Datum kennisgeving"
)
FAMILY, ASYLUM = "Gezinshereniger", "Asielstatushouder"

SCHEMA = """
create table persoon (id integer primary key, bsn varchar(9), naam varchar(60));
create table plicht (id integer primary key, datum date);
create table inburgeraar (
  id integer primary key, persoon_id integer not null references persoon(id), wet varchar(10), status varchar(40),
  plicht_id integer references plicht(id));
create table traject (id integer primary key, inburgeraar_id integer not null references inburgeraar(id), soort varchar(20));
create table les (id integer primary key, traject_id integer not null references traject(id), uur integer);
create table verstrekking (id integer primary key, bsn varchar(9), partij varchar(20), kenmerk varchar(20), verstrekt_op date);
create table los (id integer primary key, tekst varchar(40))
"""

FOOTPRINT = """
          person: {table: persoon, bsn: bsn}
          root: inburgeraar
          where: {inburgeraar.wet: Wi2021}
          owns: [inburgeraar.plicht_id]"""


def made_up_bsn(number: int) -> str:
    """Return a made-up BSN that passes the elfproef, from a number of at most seven digits."""
    digits = [int(d) for d in f"9{number:07d}"]
    rest = sum(w * d for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
    return made_up_bsn(number + 1_000_000) if rest == 10 else "".join(map(str, digits)) + str(rest)


def row(code: str, day: str, bsn: str = "", **more: str) -> str:
    """Return a line of a download; `day` as dd-mm-jjjj."""
    names = ("v", "name", "prefix", "first", "born", "group", "gemeente", "wet", "told")
    values = {"gemeente": "0000", "wet": "Wi2021"} | more
    return ";".join([code, "", day, bsn, *[values.get(name, "") for name in names]])


@dataclass
class Town:
    """The made-up gemeente: a directory with a configuration, an incoming folder and a local database."""

    directory: Path
    register: str = "sqlite:///var/register.db"
    local: str = ""
    approval: str = "automatic"
    policy: str = "policy: erase"
    more_systems: str = ""
    source: str = ""
    more: str = ""
    numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.incoming = self.directory / "incoming"
        self.incoming.mkdir(exist_ok=True)
        self.local = self.local or f"sqlite:///{self.directory}/local.db"
        self.engine = create_engine(self.local)
        with self.engine.begin() as connection:
            for statement in SCHEMA.split(";"):
                connection.execute(text(statement))
        self.hervat("init", str(self.directory), config=False)
        self.configure()

    def configure(self) -> None:
        """Write the configuration over the one that init wrote."""
        source = (
            self.source or '{name: by-hand, folder: {directory: incoming, pattern: "PIB_*"}, stable_after_seconds: 0}'
        )
        (self.directory / "hervat.yaml").write_text(f"""
register: {self.register}
vault: var/vault
output: var/output
keys: {{file: var/keys.json}}
municipalities:
  - code: "0000"
    name: Voorbeeldstad
    former_codes: ["0001"]
    sources:
      - {source}
    systems:
      - name: inburgering
        database: {self.local}
        footprint:{FOOTPRINT}
        {self.policy}
        approval: {self.approval}
        brake: {{persons: 1000, share: 1.0}}
{self.more_systems}
    disclosures:
      - {{system: inburgering, query: "select bsn, partij, kenmerk, verstrekt_op from verstrekking"}}
    contact: {{name: Team Inburgering, telephone: "14 0000"}}
    parties:
      - {{name: school, identifier: reference, channel: {{folder: out/school}}}}
{self.more}
    cbs:
      reporter: "0000"
      records:
        system: inburgering
        query: "select p.bsn from persoon p join inburgeraar i on i.persoon_id = p.id where i.wet = 'Wi2021' and :peildatum is not null"
""")

    def offer(self, day: str, *rows: str, name: str = "", encoding: str = "utf-8", raw: bytes | None = None) -> Path:
        """Put a download in the incoming folder; `day` as jjjjmmdd is its date of making."""
        path = self.incoming / (name or f"PIB_Wi2021_0000_{day}_{next(self.numbers):06d}.csv")
        path.write_bytes(raw if raw is not None else ("\r\n".join([HEADER, *rows]) + "\r\n").encode(encoding))
        old = time.time() - 3600
        os.utime(path, (old, old))
        return path

    def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run a statement in the local system and return its rows."""
        with self.engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return [tuple(one) for one in found] if found.returns_rows else []

    def register_person(self, number: int, bsn: str, wet: str | None = "Wi2021", lessons: int = 2) -> None:
        """Register a person in the local system with a plicht, a traject and lessons; his rows are numbered after him."""
        self.sql("insert into persoon values (:n, :bsn, :naam)", n=number, bsn=bsn, naam=f"Verzonnen {number}")
        self.sql("insert into plicht values (:n, '2022-01-03')", n=number)
        self.sql("insert into inburgeraar values (:n, :n, :wet, 'actief', :n)", n=number, wet=wet)
        self.sql("insert into traject values (:n, :n, 'B1')", n=number)
        for lesson in range(lessons):
            self.sql("insert into les values (:i, :n, 2)", i=number * 100 + lesson, n=number)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table of the local system."""
        tables = ("persoon", "plicht", "inburgeraar", "traject", "les", "verstrekking", "los")
        return {name: self.sql(f"select * from {name} order by id") for name in tables}

    def register_rows(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of a table of the register (SQLite), in their order."""
        with sqlite3.connect(self.directory / "var" / "register.db") as database:
            return database.execute(f"select * from {table} order by 1").fetchall()

    def hervat(self, *arguments: str, config: bool = True, stdin: str | None = None) -> Any:
        """Run a command in this process; return the result with exit_code, stdout and stderr."""
        from hervat.cli.commands import app

        options = ["--config", str(self.directory)] if config else []
        return CliRunner().invoke(app, [*arguments, *options], input=stdin)

    def json(self, *arguments: str, status: int | None = None, stdin: str | None = None) -> dict[str, Any]:
        """Run a command with --json and return its object; `status` is the exit status it must have."""
        result = self.hervat(*arguments, "--json", stdin=stdin)
        if status is not None:
            assert result.exit_code == status, (result.exit_code, result.stdout[-3000:], result.stderr[-3000:])
        return dict(json.loads(result.stdout))

    def night(self, day: str, *arguments: str, status: int | None = 0) -> dict[str, Any]:
        """Run a night and return the account of the municipality."""
        told = self.json("run", "--as-of", day, *arguments, status=status)
        return told["municipalities"][0] | {"errors": told["errors"], "attention": told["attention"]}


def waiting_town(directory: Path, wrong: Sequence[str]) -> Town:
    """Return a town in which the plan for these two persons (numbers 71 and 72) waits for an approval."""
    town = Town(directory, approval="required")
    for number, bsn in enumerate(wrong, 71):
        town.register_person(number, bsn)
    town.offer("20220112", *[row("SS101", "10-01-2022", bsn, group=FAMILY, name="Verzonnen") for bsn in wrong])
    town.offer("20220301", row("SS190", "01-03-2022", wrong[0]), row("SS190", "02-03-2022", wrong[1]))
    town.night("2022-03-02", status=1)
    return town


def integrity(path: Path) -> list[tuple[Any, ...]]:
    """Return what SQLite's own foreign key check finds wrong in a file."""
    with sqlite3.connect(path) as connection:
        return list(connection.execute("pragma foreign_key_check"))
