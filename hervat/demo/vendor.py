"""The two local systems of Voorbeeldstad, in forms that vendors use, and their life from night to night."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from hervat.demo.cast import CastMember, Story, playing

_INBURGERING = """
create table natuurlijk_persoon (
  id integer primary key, burgerservicenummer char(9), voornamen varchar(80), achternaam varchar(80),
  geboortedatum date);
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
insert into taal values (1, 'Arabisch'), (2, 'Tigrinya'), (3, 'Turks')
"""
_TAALREGISTER = """
create table klant (klantnr integer primary key, bsn integer, naam varchar(80));
create table cursist (id integer primary key, klantnr integer not null references klant(klantnr), regeling varchar(8));
create table presentie (id integer primary key, cursist_id integer not null references cursist(id), uren integer)
"""
_TOLD: tuple[Story, ...] = (
    "reinstated", "disputed", "ended", "seen_after", "two_laws", "chooser", "not_ours", "ours", "left",
)  # fmt: skip
_STANDS: tuple[Story, ...] = ("right", "wrong", "late_wrong", "unknown_group", "orphan", *_TOLD)
_OF_A_TRAJECT = ("brede_intake", "pip", "traject_taal", "factuur")


def build(inburgering: str, taalregister: str) -> None:
    """Create both systems at these URLs, as of 1 March 2022."""
    with _system(inburgering) as system:
        _create(system, _INBURGERING)
        _register(system, playing(*_STANDS))
        _share(system)
        _other_dossier(system, playing("wrong")[0])
        _disclose(system)
    with _system(taalregister) as system:
        _create(system, _TAALREGISTER)
        _enrol(system, [*playing("wrong")[5:17], *playing("right")[:40]])


def bring_back(inburgering: str) -> None:
    """An import of the vendor's brings a cleaned person back, as a restored backup would."""
    person = playing("wrong")[2]
    with _system(inburgering) as system:
        _insert(system, "inburgeringsplicht", 9001, "2022-01-03", "lopend")
        _insert(system, "inburgeraar", 9001, person.number, "Wi2021", person.group, "actief", 9001, None)


def take_away(inburgering: str) -> None:
    """Remove by hand a person from the system whose party was told to hold."""
    (person,) = playing("left")
    with _system(inburgering) as system:
        for table in _OF_A_TRAJECT:
            system.execute(text(f"delete from {table} where traject_id = :id"), {"id": person.number})
        for table in ("traject", "notitie", "inburgeraar", "inburgeringsplicht"):
            system.execute(text(f"delete from {table} where id = :id"), {"id": person.number})


def disclose_more(inburgering: str, day: str) -> None:
    """The gemeente passes some persons on to the language school on a day."""
    with _system(inburgering) as system:
        last = int(system.execute(text("select max(id) from verstrekking")).scalar_one())
        for number, person in enumerate(playing("right")[-6:], last + 1):
            _insert(system, "verstrekking", number, person.bsn, "taalschool", f"TS-{person.number:04d}", day)


@contextmanager
def _system(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        yield connection


def _create(system: Connection, schema: str) -> None:
    for statement in schema.split(";"):
        system.execute(text(statement))


def _insert(system: Connection, table: str, *values: object) -> None:
    marks = {f"v{number}": value for number, value in enumerate(values)}
    system.execute(text(f"insert into {table} values ({', '.join(f':{mark}' for mark in marks)})"), marks)


def _register(system: Connection, persons: Iterable[CastMember]) -> None:
    for person in persons:
        n = person.number
        born = person.born.isoformat()
        _insert(system, "natuurlijk_persoon", n, person.bsn, person.first_names, person.surname, born)
        _insert(system, "inburgeringsplicht", n, person.obliged_on.isoformat(), "lopend")
        _insert(system, "inburgeraar", n, n, "Wi2021", person.group, "actief", n, None)
        _insert(system, "traject", n, n, "inburgering", "2022-01-17")
        _insert(system, "brede_intake", n, n, "2022-01-19")
        _insert(system, "notitie", n, n, "eerste gesprek gepland")
        _insert(system, "traject_taal", n, n % 3 + 1)
        _insert(system, "factuur", n, n, 120)
        if n % 2:
            _insert(system, "pip", n, n, "2022-02-01", "B", "B1", None, "NVT")


def _share(system: Connection) -> None:
    """Two persons, one wrongly and one rightly registered, had their intake in one group: a row that they share."""
    _insert(system, "groepsintake", 1, "2022-01-20", "Stadhuis")
    for person in (playing("wrong")[1], playing("right")[1]):
        system.execute(text("update inburgeraar set groepsintake_id = 1 where id = :id"), {"id": person.number})


def _other_dossier(system: Connection, person: CastMember) -> None:
    """A wrongly registered person has a lawful dossier under the Wi2013 in the same system."""
    _insert(system, "inburgeringsplicht", 8001, "2019-05-01", "lopend")
    _insert(system, "inburgeraar", 8001, person.number, "Wi2013", person.group, "actief", 8001, None)
    _insert(system, "traject", 8001, 8001, "inburgering", "2019-06-01")
    _insert(system, "notitie", 8001, 8001, "lening aangevraagd")


def _disclose(system: Connection) -> None:
    told = [*playing("wrong")[:14], *playing("right")[26:60], *playing(*_TOLD)]
    for number, person in enumerate(told, 1):
        party, short = ("taalschool", "TS") if person.number % 3 else ("welzijn", "WZ")
        _insert(system, "verstrekking", number, person.bsn, party, f"{short}-{person.number:04d}", "2022-01-24")
    wrong, right = playing("wrong"), playing("right")
    some = [*zip((*right[66:68], *wrong[2:4]), ("tolkbureau", "tolkbureau", "buurthuis", "buurthuis"), strict=True)]
    some += [(person, "leerwerkbedrijf") for person in (*wrong[4:7], *right[60:64])]
    for number, (person, party) in enumerate(some, len(told) + 1):
        _insert(
            system, "verstrekking", number, person.bsn, party, f"{party[:2].upper()}-{person.number:04d}", "2022-01-24"
        )


def _enrol(system: Connection, persons: Iterable[CastMember]) -> None:
    for person in persons:
        n = person.number
        _insert(system, "klant", n, int(person.bsn), person.surname)
        _insert(system, "cursist", n, n, "WI21")
        _insert(system, "presentie", n, n, 3)
