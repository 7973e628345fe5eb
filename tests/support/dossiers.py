"""A local system in the form of the Gemeentelijk Gegevensmodel, with made-up persons, for the tests of cleaning.

natuurlijk_persoon <- vreemdeling <- inburgeraar (the root), and all that hangs from an inburgeraar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from hervat.settings import System

SCHEMA = """
create table gemeente (id integer primary key, naam varchar(40));
create table natuurlijk_persoon (id integer primary key, burgerservicenummer varchar(20), naam varchar(40), "laatste_plicht_id" integer);
create table vreemdeling (id integer primary key references natuurlijk_persoon (id), vnummer bigint);
create table inburgeraar (
  id integer primary key references vreemdeling (id), wet varchar(10), datum date, status varchar(30) default 'actief',
  gemeente_id integer references gemeente (id), plicht_id integer, aanbod_id integer);
create table inburgeringsplicht (id integer primary key, datum_start date, soort varchar(20));
create table inburgeringsaanbod (id integer primary key, soort varchar(20));
create table termijn (id integer primary key, plicht_id integer not null references inburgeringsplicht (id), einde date);
create table traject (id integer primary key, plicht_id integer references inburgeringsplicht (id), vorige_id integer references traject (id));
create table ontheffing (id integer primary key, plicht_id integer references inburgeringsplicht (id), reden varchar(20));
create table brede_intake (id integer primary key, traject_id integer references traject (id), verslag varchar(40));
create table examen (id integer primary key, traject_id integer references traject (id), "order" integer);
create table examenonderdeel (
  id integer primary key, examen_id integer references examen (id), ontheffing_id integer references ontheffing (id));
create table vrijstelling (
  id integer primary key, plicht_id integer references inburgeringsplicht (id),
  examenonderdeel_id integer references examenonderdeel (id));
create table pip (id integer primary key, aanbod_id integer references inburgeringsaanbod (id));
create table "Leerroute" ("Id" integer primary key, pip_id integer references pip (id), route varchar(1));
create table plicht_gemeente (
  plicht_id integer references inburgeringsplicht (id), gemeente_id integer references gemeente (id));
create table traject_pip (
  traject_id integer references traject (id), pip_id integer references pip (id), primary key (traject_id, pip_id));
create table taalles (id integer primary key, klant_bsn varchar(20), uren integer);
create table factuur (id integer primary key, traject_id integer references traject (id), bedrag numeric(8, 2));
"""
LATER = """
alter table inburgeraar add foreign key (plicht_id) references inburgeringsplicht (id);
alter table inburgeraar add foreign key (aanbod_id) references inburgeringsaanbod (id);
alter table natuurlijk_persoon add foreign key (laatste_plicht_id) references inburgeringsplicht (id);
"""
FOOTPRINT: dict[str, Any] = {
    "person": {"table": "natuurlijk_persoon", "bsn": "burgerservicenummer"},
    "root": "inburgeraar",
    "path": ["inburgeraar.id", "vreemdeling.id"],
    "where": {"inburgeraar.wet": "Wi2021"},
    "owns": ["inburgeraar.plicht_id", "inburgeraar.aanbod_id"],
    "belongs": {
        "vrijstelling": ["plicht_id", "examenonderdeel_id"],
        "examenonderdeel": ["examen_id", "ontheffing_id"],
        "traject": ["plicht_id"],
    },
    "links": ["taalles.klant_bsn -> natuurlijk_persoon.burgerservicenummer"],
    "keep": ["factuur"],
}


@cache
def bsn(number: int) -> str:
    """Return the made-up BSN of that number: nine digits that pass the elfproef."""
    found = -1
    for candidate in range(100_000_000, 999_999_999):
        digits = [int(one) for one in str(candidate)]
        if sum(weight * one for weight, one in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0:
            found += 1
            if found == number:
                return str(candidate)
    raise ValueError(number)


@dataclass
class Base:
    """A database of the tests."""

    url: str

    def __post_init__(self) -> None:
        given: dict[str, Any] = {"poolclass": NullPool}
        if self.is_mariadb:  # whose connections cost most: they are kept
            given = {
                "connect_args": {
                    "init_command": "set session sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES'"
                }
            }
        self.engine: Engine = create_engine(self.url, **given)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def is_mariadb(self) -> bool:
        return self.url.startswith("mariadb")

    def run(self, script: str) -> None:
        """Execute the statements of a script, foreign keys not enforced (SQLite) or enforced (PostgreSQL)."""
        with self.engine.begin() as connection:
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement.replace("%", "%%") if not self.is_sqlite else statement)

    def trigger(self, name: str, event: str, table: str, body: str) -> None:
        """Make a trigger ("after delete", say) that does this one statement for each row."""
        head = f"create trigger {name} {event} on {table}"
        with self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql(f"{head} begin {body}; end")
            elif self.is_mariadb:
                connection.exec_driver_sql(f"{head} for each row begin {body}; end")
            else:
                function = (
                    f"create function {name}() returns trigger language plpgsql as $$ begin {body}; return old; end $$"
                )
                connection.exec_driver_sql(function)
                connection.exec_driver_sql(f"{head} for each row execute function {name}()")

    def drop_trigger(self, name: str, table: str) -> None:
        """Take a trigger away."""
        self.run(f"drop trigger {name}" + ("" if self.is_sqlite or self.is_mariadb else f" on {table}"))

    @property
    def refusal(self) -> str:
        """The statement by which a trigger refuses, with a text that is a secret."""
        if self.is_mariadb:
            return "signal sqlstate '45000' set message_text = 'geheim'"
        return "select raise(abort, 'geheim')" if self.is_sqlite else "raise exception 'geheim'"

    def add(self, table: str, *rows: tuple[Any, ...]) -> None:
        """Insert rows; values in the order of the columns (the first so many)."""
        with self.engine.begin() as connection:
            names = list(connection.execute(text(f'select * from "{table}" where 1 = 0')).keys()) if rows else []
            for width, alike in groupby(rows, key=len):
                values = ", ".join(f":v{at}" for at in range(width))
                columns = ", ".join(f'"{name}"' for name in names[:width])
                connection.execute(
                    text(f'insert into "{table}" ({columns}) values ({values})'),
                    [{f"v{at}": value for at, value in enumerate(row)} for row in alike],
                )

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return all rows of a table, sorted."""
        with self.engine.connect() as connection:
            return sorted((tuple(row) for row in connection.execute(text(f'select * from "{table}"'))), key=repr)

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        return {name: self.rows(name) for name in inspect(self.engine).get_table_names()}

    def system(self, footprint: Mapping[str, Any] | None = None, **options: Any) -> System:
        """Return the system over this database."""
        return System.model_validate(
            {"name": "proef", "database": self.url, "footprint": footprint or FOOTPRINT, **options}
        )


def sqlite_base(folder: Path) -> Base:
    """Return a new SQLite database."""
    path = folder / "local.db"
    path.touch()
    return Base(f"sqlite:///{path}")


def make_schema(base: Base) -> None:
    """Make the tables."""
    script = SCHEMA
    if base.is_sqlite:
        script = script.replace(
            "plicht_id integer, aanbod_id integer)",
            "plicht_id integer references inburgeringsplicht (id), aanbod_id integer references inburgeringsaanbod (id))",
        )
        script = script.replace(
            '"laatste_plicht_id" integer', '"laatste_plicht_id" integer references inburgeringsplicht (id)'
        )
    base.run(script)
    if not base.is_sqlite:
        base.run(LATER)


def fill(base: Base) -> None:
    """Add six made-up persons; 1 and 2 stand wrongly under the Wi2021, 2 shares his aanbod with 4 under the Wi2013."""
    base.add("gemeente", (1, "Voorbeeldstad"))
    base.add("inburgeringsplicht", *[(100 + at, "2022-01-10", "asiel") for at in range(1, 8)])
    base.add("inburgeringsaanbod", *[(200 + at, "taal") for at in range(1, 8)])
    base.add("natuurlijk_persoon", *[(at, bsn(at), f"naam {at}") for at in range(1, 7)])
    base.add("vreemdeling", *[(at, 7_000_000_000 + at) for at in range(1, 7)])
    laws = {1: "Wi2021", 2: "Wi2021", 3: "Wi2021", 4: "Wi2013", 5: None, 6: "Wi2021"}
    offers = {**{at: 200 + at for at in range(1, 7)}, 4: 202}
    base.add("inburgeraar", *[(at, law, "2022-01-15", "actief", 1, 100 + at, offers[at]) for at, law in laws.items()])
    base.add("termijn", *[(at, 100 + at, "2025-01-01") for at in laws])
    base.add("traject", *[(at, 100 + at) for at in laws])
    base.add("ontheffing", *[(at, 100 + at, "ziek") for at in laws])
    base.add("brede_intake", *[(at, at, "gesprek") for at in laws])
    base.add("examen", *[(at, at, 1) for at in laws])
    base.add("examenonderdeel", *[(at, at, at) for at in laws])
    base.add("vrijstelling", *[(at, None, at) for at in laws])
    base.add("plicht_gemeente", *[(100 + at, 1) for at in laws])
    base.add("taalles", *[(at, bsn(at), 10) for at in laws])
    base.add("pip", *[(at, at) for at in (201, 202, 203)])
    base.add("Leerroute", *[(at, at, "B") for at in (201, 202, 203)])
    base.add("traject_pip", (1, 201), (2, 202), (3, 203))
    base.add("factuur", (1, 1, 12.5), (3, 3, 10))
