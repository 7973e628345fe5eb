"""Names of tables and columns: what they say, by lists of words of a Dutch administration."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Date, DateTime, Float, Integer, Numeric, SmallInteger, String

from hervat.erasure.schema.model import Key, TableInfo

BSN = ("burgerservicen", "burgerservicenr", "sofin", "sofi")
PERSON = ("natuurlijkpersoon", "ingeschrevenpersoon", "persoon", "personen")
PERSON_LIKE = ("klant", "client", "burger", "inwoner", "ingezetene", "betrokkene", "subject", "relatie", "mens")
ROLES = (
    "partner", "contact", "medewerker", "ouder", "kind", "gezinslid", "begeleider", "docent", "consulent",
    "behandelaar", "gemachtigde", "vertegenwoordiger", "aangemaakt", "gewijzigd", "gebruiker", "melder",
)  # fmt: skip

ROOT = ("inburgeraar", "inburgeringsplichtige", "wi2021", "wetinburgering2021")
ROOT_FAMILY = "inburger"
ROOT_LIKE = ("cursist", "deelnemer", "kandidaat", "statushouder", "leerling", "plichtige", "dossier", "traject")

LAW = ("wet", "wetgeving", "regime", "regeling", "stelsel", "wetskader", "inburgeringswet")
LAW_NAMED = ("naam", "code", "omschrijving", "afkorting", "wet", "regeling", "titel")
WI2021 = (
    "Wi2021", "WI2021", "wi2021", "Wi 2021", "WI 2021", "WI21", "Wi21", "wi21", "W2021", "Wet inburgering 2021",
    "Wet Inburgering 2021", "wet inburgering 2021", "Inburgering 2021", "2021",
)  # fmt: skip
START = (
    "datumstart", "startdatum", "startdat", "ingang", "aanvang", "begindatum", "datumbegin", "datumplicht",
    "plichtdatum", "datumvanaf", "vanaf",
)  # fmt: skip
IN_FORCE = "2022-01-01"

OWNED = (
    "plicht", "aanbod", "aanvraag", "intake", "leerroute", "traject", "dossier", "beschikking", "besluit", "examen",
    "ontheffing", "vrijstelling", "termijn", "verlenging", "afspraak", "advies", "toets", "plan", "pip", "map", "pvt",
)  # fmt: skip
LOOKUP = (
    "soort", "type", "status", "land", "taal", "gemeente", "code", "categorie", "niveau", "doelgroep", "reden",
    "medewerker", "organisatie", "school", "leverancier", "locatie", "aanbieder", "instelling", "gebruiker", "lookup",
    "stamtabel", "enum", "codelijst", "referentie", "domein", "wet", "regeling", "persoon", "partij", "afdeling",
    "docent", "team", "rol",
)  # fmt: skip
KEPT = (
    "log", "logs", "logboek", "auditlog", "logging", "audit", "journaal", "factuur", "facturen", "betaling", "boeking",
    "grootboek", "declaratie", "financ", "incasso", "vordering", "btw",
)  # fmt: skip

KEY_WORDS = ("id", "nr", "nummer", "key", "fk", "ref", "code", "guid", "uuid", "sleutel", "ids", "num", "no")
GENERIC_KEYS = ("id", "nr", "nummer", "code", "key", "volgnr", "volgnummer", "naam", "guid", "uuid", "rowid", "datum")


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONG_TERM = 5


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `KlantBSN_nr` is klant, bsn, nr."""
    return tuple(word.lower() for word in _WORD.findall(name))


def flat(name: str) -> str:
    """Return the letters and digits of a name in lower case."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def says(name: str, terms: Iterable[str]) -> bool:
    """True if a name contains one of these terms: a long one anywhere, a short one as a word of its own."""
    whole, parts = flat(name), words(name)
    return any(term in whole if len(term) >= _LONG_TERM else term in parts for term in terms)


_DIGITS = 9


def holds_bsn(column: Column[Any]) -> bool:
    """True if a column may hold BSNs: its name says so, and nine digits fit in it as text or as a number."""
    kind, whole = column.type, flat(column.name)
    named = "bsn" in words(column.name) or whole.startswith("bsn") or whole.endswith("bsn")
    if not (named or says(column.name, BSN)):
        return False
    if isinstance(kind, String):
        return kind.length is None or kind.length >= _DIGITS
    return isinstance(kind, Integer | Numeric | Float) and not isinstance(kind, SmallInteger)


def law_columns(table: TableInfo) -> list[str]:
    """Return the columns that name a law, the plainest name first."""
    names = [name for name in table.columns if says(name, LAW)]
    return sorted(names, key=lambda name: (len(words(name)), table.columns.index(name)))


def start_columns(table: TableInfo) -> list[str]:
    """Return the columns with a start date."""
    days = [column.name for column in table.sa.columns if isinstance(column.type, Date | DateTime)]
    return [name for name in days if any(term in flat(name) for term in START)]


def is_text(column: Column[Any]) -> bool:
    """True if a column holds text."""
    return isinstance(column.type, String)


def points_by_primary(key: Key, table: TableInfo) -> bool:
    """True if a key is its table's primary key: the row is a subtype of the row that it points to."""
    return set(key.columns) == set(table.primary)
