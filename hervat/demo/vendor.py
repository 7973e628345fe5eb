"""The two local systems of Voorbeeldstad, in forms that vendors use: SQLite files, and how they live on."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection, connect

from hervat.demo.cast import Person, playing

_INBURGERING = """
pragma journal_mode = wal;
create table natuurlijk_persoon (
  id integer primary key, burgerservicenummer char(9), voornamen varchar(80), achternaam varchar(80), geboortedatum date);
create table inburgeringsplicht (id integer primary key, datum_start date, status varchar(20));
create table groepsintake (id integer primary key, datum date, locatie varchar(40));
create table inburgeraar (
  id integer primary key, persoon_id integer not null references natuurlijk_persoon(id), wet varchar(10),
  doelgroep varchar(60), status varchar(40), plicht_id integer references inburgeringsplicht(id),
  groepsintake_id integer references groepsintake(id));
create table traject (
  id integer primary key, inburgeraar_id integer not null references inburgeraar(id), soort varchar(20), start date);
create table brede_intake (id integer primary key, traject_id integer not null references traject(id), datum date);
create table pip (
  id integer primary key, traject_id integer not null references traject(id), datum date, leerroute varchar(1),
  niveau varchar(2), intensiteit integer, alfabetisering varchar(3));
create table taal (id integer primary key, naam varchar(20));
create table traject_taal (
  traject_id integer not null references traject(id), taal_id integer not null references taal(id),
  primary key (traject_id, taal_id));
create table notitie (id integer primary key, inburgeraar_id integer references inburgeraar(id), tekst text);
create table factuur (id integer primary key, traject_id integer references traject(id), bedrag numeric);
create table verstrekking (
  id integer primary key, bsn varchar(9), partij varchar(20), kenmerk varchar(20), verstrekt_op date);
insert into taal values (1, 'Arabisch'), (2, 'Tigrinya'), (3, 'Turks');
"""
_TAALREGISTER = """
create table klant (klantnr integer primary key, bsn integer, naam varchar(80));
create table cursist (id integer primary key, klantnr integer not null references klant(klantnr), regeling varchar(8));
create table presentie (id integer primary key, cursist_id integer not null references cursist(id), uren integer);
"""
_STANDS = ("right", "wrong", "late_wrong", "reinstated", "disputed", "unknown_group", "orphan")


def build(directory: Path) -> None:
    """Make both systems in `directory`, as they stand on 1 March 2022."""
    with closing(connect(directory / "inburgering.db")) as system:
        system.executescript(_INBURGERING)
        _register(system, playing(*_STANDS))
        _share(system)
        _other_dossier(system, playing("wrong")[0])
        _disclose(system)
        system.commit()
    with closing(connect(directory / "taalregister.db")) as system:
        system.executescript(_TAALREGISTER)
        _enrol(system, [*playing("wrong")[5:17], *playing("right")[:40]])
        system.commit()


def bring_back(directory: Path) -> None:
    """An import of the vendor's brings a cleaned person back, as a restored backup would."""
    person = playing("wrong")[2]
    with closing(connect(directory / "inburgering.db")) as system:
        system.execute("insert into inburgeringsplicht values (9001, '2022-01-03', 'lopend')")
        system.execute(
            "insert into inburgeraar values (9001, ?, 'Wi2021', ?, 'actief', 9001, null)", (person.number, person.group)
        )
        system.commit()


def disclose_more(directory: Path, day: str) -> None:
    """The gemeente passes some persons on to the language school on a day."""
    with closing(connect(directory / "inburgering.db")) as system:
        last = system.execute("select max(id) from verstrekking").fetchone()[0]
        for number, person in enumerate(playing("right")[-6:], last + 1):
            row = (number, person.bsn, "taalschool", f"TS-{person.number:04d}", day)
            system.execute("insert into verstrekking values (?, ?, ?, ?, ?)", row)
        system.commit()


def _register(system: Connection, persons: Iterable[Person]) -> None:
    for person in persons:
        n = person.number
        dutch = (n, person.bsn, person.first_names, person.surname, person.born.isoformat())
        system.execute("insert into natuurlijk_persoon values (?, ?, ?, ?, ?)", dutch)
        system.execute("insert into inburgeringsplicht values (?, ?, 'lopend')", (n, person.obliged_on.isoformat()))
        system.execute("insert into inburgeraar values (?, ?, 'Wi2021', ?, 'actief', ?, null)", (n, n, person.group, n))
        system.execute("insert into traject values (?, ?, 'inburgering', '2022-01-17')", (n, n))
        system.execute("insert into brede_intake values (?, ?, '2022-01-19')", (n, n))
        system.execute("insert into notitie values (?, ?, 'eerste gesprek gepland')", (n, n))
        system.execute("insert into traject_taal values (?, ?)", (n, n % 3 + 1))
        system.execute("insert into factuur values (?, ?, 120)", (n, n))
        if n % 2:
            system.execute("insert into pip values (?, ?, '2022-02-01', 'B', 'B1', null, 'NVT')", (n, n))


def _share(system: Connection) -> None:
    """Two persons, one wrongly and one rightly registered, had their intake in one group: a row that they share."""
    wrong, right = playing("wrong")[1], playing("right")[1]
    system.execute("insert into groepsintake values (1, '2022-01-20', 'Stadhuis')")
    system.execute("update inburgeraar set groepsintake_id = 1 where id in (?, ?)", (wrong.number, right.number))


def _other_dossier(system: Connection, person: Person) -> None:
    """A wrongly registered person has a lawful dossier under the Wi2013 in the same system."""
    system.execute("insert into inburgeringsplicht values (8001, '2019-05-01', 'lopend')")
    row = (person.number, person.group)
    system.execute("insert into inburgeraar values (8001, ?, 'Wi2013', ?, 'actief', 8001, null)", row)
    system.execute("insert into traject values (8001, 8001, 'inburgering', '2019-06-01')")
    system.execute("insert into notitie values (8001, 8001, 'lening aangevraagd')")


def _disclose(system: Connection) -> None:
    told = [*playing("wrong")[:14], *playing("right")[26:60], *playing("reinstated"), *playing("disputed")]
    for number, person in enumerate(told, 1):
        party, short = ("taalschool", "TS") if person.number % 3 else ("welzijn", "WZ")
        row = (number, person.bsn, party, f"{short}-{person.number:04d}", "2022-01-24")
        system.execute("insert into verstrekking values (?, ?, ?, ?, ?)", row)


def _enrol(system: Connection, persons: Iterable[Person]) -> None:
    for person in persons:
        n = person.number
        system.execute("insert into klant values (?, ?, ?)", (n, int(person.bsn), person.surname))
        system.execute("insert into cursist values (?, ?, 'WI21')", (n, n))
        system.execute("insert into presentie values (?, ?, 3)", (n, n))
