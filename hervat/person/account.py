"""Show all that hervat holds about one person, say what was not searched, and write the letter to them (AVG 12, 15)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.attribution import Signed
from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices import dutch, pdf_of, rendered
from hervat.person.originals import Originals, search_originals
from hervat.person.places import PLACES, PersonPlace
from hervat.person.search import Rows, Search
from hervat.person.subject import Subject, subject_of
from hervat.person.why import OWN, HeldFor
from hervat.register import LOADED, scope
from hervat.register.models import Delivery, Download
from hervat.rules import catalogue
from hervat.vault import Vault


@dataclass(frozen=True)
class PlaceRows:
    """A place and the rows in it; term: as configured, in Dutch. It has no repr."""

    place: PersonPlace
    term: str
    rows: Rows

    def __repr__(self) -> str:
        return f"PlaceRows({self.place.name})"


@dataclass(frozen=True)
class DataRecipient:
    """Who received data about the person: a party, a supplier or CBS; days: of what it received, or was told."""

    name: str
    kind: str
    received: list[str]
    told: list[str]


@dataclass(frozen=True)
class PersonAccount:
    """What is held about one person in one gemeente (AVG 15). not_searched: in Dutch. Personal data: it has no repr."""

    code: str
    name: str
    as_of: date
    number: int | None
    searched_vault: bool
    places: list[PlaceRows] = field(repr=False)
    recipients: list[DataRecipient] = field(repr=False)
    not_searched: list[str]

    @property
    def anything(self) -> bool:
        """True if something about the person was found."""
        return any(found.rows for found in self.places)


def show(night: Night, number: int | None, typed: str | None, who: Signed, search_vault: bool) -> PersonAccount | None:
    """Return what is held about a person; None if a `number` is not of this gemeente. The journal records it first.

    Raises UsageError for what can be neither a BSN nor a V-nummer.
    """
    with night.register.session() as session:
        subject = subject_of(session, night, number, typed)
        if subject is None:
            return None
        where = "register, and the originals in the vault" if search_vault else "register"
        night.record(session, "person shown", subject.named, f"{where}; {who.reason}".rstrip("; "), by=who)
    with night.register.session() as session:
        return _account(session, night, subject, search_vault)


def _account(session: Session, night: Night, subject: Subject, search_vault: bool) -> PersonAccount:
    originals = _opened(session, night, subject) if search_vault else None
    vault = Vault(night.settings.vault, night.keyring)
    objects = vault.objects(ended_too=True)
    search = Search(session, night, subject, originals, objects)
    for place in PLACES:
        search.found[place.name] = list(place.find(search))
    found = [PlaceRows(place, place.why.term(night.settings), search.found[place.name]) for place in PLACES]
    return PersonAccount(
        night.code, night.municipality.name, night.as_of, subject.number, search_vault, found,
        list(_recipients(search)),
        [*_not_opened(session, night, originals), *_destroyed(vault), *_unremembered(session, night), *_ELSEWHERE],
    )  # fmt: skip


def _opened(session: Session, night: Night, subject: Subject) -> Originals:
    if not subject.keys:
        raise HervatError(f"{subject.named} has no BSN or V-nummer in the register, so no original can be searched")
    downloads = session.scalars(select(Download).where(scope(Download, night.code))).all()
    return search_originals(night, subject, downloads)


_ELSEWHERE = (
    "de lokale systemen en die van leveranciers: hervat heeft daar geen kopie van; vraag het aan de beheerder",
    "bestanden buiten register en kluis: rapporten, werklijsten, klaargezette leveringen en berichten, back-ups",
)


def _not_opened(session: Session, night: Night, originals: Originals | None) -> Iterator[str]:
    """Yield what of the originals was not searched, in Dutch: never without a word."""
    if originals is None:
        yield _counted(session, night)
        return
    if originals.digits_only:
        yield f"niet als tabel te lezen, alleen op de cijfers doorzocht: {', '.join(originals.digits_only)}"
    if originals.unread:
        yield f"niet te openen: {', '.join(originals.unread)}"


def _destroyed(vault: Vault) -> Iterator[str]:
    """Yield the number of originals that were destroyed after their term, in Dutch."""
    count = len(vault.objects("download", ended_too=True)) - len(vault.objects("download"))
    if count:
        yield f"{count} originelen zijn vernietigd: wat daarin stond, is niet meer te zien"


def _unremembered(session: Session, night: Night) -> Iterator[str]:
    """Yield the number of deliveries of which it is not known whom they held, in Dutch."""
    query = select(func.count()).where(scope(Delivery, night.code), Delivery.remembers.is_(False))
    if count := session.scalar(query):
        yield f"{count} leveringen aan het CBS van een oudere hervat: die hield niet bij wie erin stond"


def _counted(session: Session, night: Night) -> str:
    foreign_rows, held_rows = func.sum(Download.rows_foreign), func.sum(Download.rows_quarantined)
    unloaded = func.count().filter(Download.status != LOADED)
    query = select(func.coalesce(foreign_rows, 0), func.coalesce(held_rows, 0), unloaded).where(
        scope(Download, night.code)
    )
    foreign, quarantined, files = session.execute(query).one()
    return (
        f"de originelen in de kluis: {foreign} rijen voor een andere gemeente, {quarantined} rijen in quarantaine of"
        f" afgekeurd, en {files} bestanden die niet zijn geladen; `hervat person show --search-vault` opent ze"
    )


def _recipients(search: Search) -> Iterator[DataRecipient]:
    disclosed, notices = search.found["disclosure"], search.found["notice"]
    parties = {row["party"] for row in disclosed} | {row["party"] for row in notices if row["audience"] == "party"}
    suppliers = {row["party"] for row in notices if row["audience"] != "party"}
    for kind, names in (("party", parties), ("supplier", suppliers)):
        for name in sorted(names):
            received = [str(row["provided_on"]) for row in disclosed if kind == "party" and row["party"] == name]
            told = [str(row["number"]) for row in notices if row["party"] == name and (row["audience"] == kind)]
            yield DataRecipient(name, kind, received, told)
    if quarters := sorted({row["quarter"] for row in search.found["delivery"]}):
        yield DataRecipient("CBS", "cbs", quarters, [])


_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike on paper or sound alike by telephone
_GROUPS, _GROUP = 4, 5


def letter_for(night: Night, account: PersonAccount) -> str:
    """Return the letter, in Dutch at level B1. Personal data of this person, and of nobody else."""
    rows = {found.place.name: found.rows for found in account.places}
    whys = [why for why in HeldFor if any(found.rows for found in account.places if found.place.why is why)]
    terms = dict.fromkeys((why.value.purpose, why.value.ground, why.term(night.settings)) for why in whys)
    return rendered(
        None, "inzage.txt.j2", nl=dutch, account=account, rows=rows, details=_details(rows),
        signals=[{**row, "text": catalogue().text(row["code"])} for row in rows["signal"]],
        sources=sorted({why.value.source for why in whys} - {OWN}),
        terms=list(terms), contact=night.municipality.contact,
    )  # fmt: skip


def _details(rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return kind -> value of what identifies the person."""
    identifiers = [(row["kind"], str(row["value"])) for row in rows["identifier"]]
    said = [(name, value) for row in rows["personalia"] for name, value in row["value"].items() if value]
    return [(dutch(kind), value) for kind, value in (*identifiers, *said)]


def protected(text: str, account: PersonAccount) -> tuple[bytes, str]:
    """Return the letter as a PDF encrypted with AES-256, and the password, which must go along another way."""
    drawn = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    password = "-".join(drawn)
    return pdf_of(text, account.as_of, password=password), password
