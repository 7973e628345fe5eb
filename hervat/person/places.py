"""A place for every table of the register: how a person is found in it, or why it holds nobody.

One statement a table, and the order matters: a later place may use what an earlier one found.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from hervat.delivery import holding, holds_one
from hervat.intake import downloads_with
from hervat.notices import KIND
from hervat.person.search import Find, Rows, Search
from hervat.person.why import HeldFor
from hervat.register import among, scope
from hervat.register.models import (
    Acceptance,
    Answer,
    AnswerFile,
    Approval,
    Base,
    CleaningPlan,
    Decision,
    Delivery,
    Destruction,
    DisclosedTo,
    Download,
    Enclosure,
    ForeignRow,
    Forgetting,
    Forgotten,
    Hold,
    Identifier,
    Incident,
    IncidentStep,
    JournalLine,
    KeptValue,
    KeyCheck,
    Notice,
    Offer,
    Ownership,
    Person,
    Personalia,
    PersonState,
    PlanPerson,
    QuarantinedRow,
    Reappearance,
    Receipt,
    Refilled,
    Retired,
    Run,
    Separate,
    SettledDay,
    SharedRow,
    SignalRow,
    Signature,
    Stranger,
    Told,
    ValidationResult,
    WrongNotification,
)

VAULT = "vault"
ORIGINALS = "original"


@dataclass(frozen=True)
class PersonPlace:
    """Where something about a person may be. title: in Dutch. why: for what, on which ground, for how long, from whom.

    by_number: it is found by the register's numbers and pseudonyms; False: only the opened originals lead to it.
    """

    name: str
    title: str
    why: HeldFor
    find: Find
    by_number: bool = True


def _own(model: Any) -> Find:
    """Rows that have the person's number."""
    return lambda search: search.rows(model, model.person_id == search.subject.number)


def _keyed(model: Any, *columns: Any) -> Find:
    """Rows of the municipality that have a pseudonym of one of the person's numbers."""
    return lambda search: search.rows(model, scope(model, search.night.code), _has_key(search, *columns or [model.key]))


def _has_key(search: Search, *columns: Any) -> ColumnElement[bool]:
    return or_(*(among(column, _marks(search)) for column in columns))


def _marks(search: Search) -> set[str]:
    """Return the marks of a person: the pseudonyms, and the number for who has no BSN."""
    return {*search.subject.keys, search.subject.named}


def _led_to(column: Any, table: str, of: str = "id") -> Find:
    """Rows to which the rows found in another table lead."""
    return lambda search: search.rows(column.class_, among(column, search.numbers(table, of)))


def _persons(search: Search) -> Rows:
    return search.rows(Person, scope(Person, search.night.code), Person.id == search.subject.number)


def _sightings(search: Search) -> Iterator[dict[str, Any]]:
    held = downloads_with(search.session, search.night.code, search.numbers("signal"))
    for download, signals in sorted(held.items()):
        yield {"download_id": download, "signals": sorted(signals)}


def _downloads(search: Search) -> Rows:
    numbers = search.numbers("sighting_block", "download_id") | {download for download, _ in search.hits()}
    return search.rows(Download, scope(Download, search.night.code), among(Download.id, numbers - {None}))


def _in_originals(model: Any) -> Find:
    """Rows that the register knows by their place in a download alone: the originals tell whom they are about."""

    def find(search: Search) -> Rows:
        hits = search.hits()
        rows = search.rows(model, among(model.download_id, {download for download, _ in hits} - {None}))
        return [row for row in rows if (row["download_id"], row["row"]) in hits]

    return find


def _originals(search: Search) -> Iterator[dict[str, Any]]:
    """Yield the rows in the originals, with what became of each."""
    foreign, held = search.found["foreign_row"], search.found["quarantined_row"]
    outcomes = {(row["download_id"], row["row"]): "foreign" for row in foreign}
    outcomes |= {(row["download_id"], row["row"]): f"quarantined, {row['status']}" for row in held}
    status = {row["id"]: row["status"] for row in search.found["download"]}
    for row in search.originals.rows if search.originals else []:
        outcome = outcomes.get((row.download, row.row), f"file {status.get(row.download, 'not in the register')}")
        yield {
            "download": row.download, "object_id": row.object_id, "row": row.row, "outcome": outcome,
            "cells": row.cells,
        }  # fmt: skip


def _incidents(search: Search) -> Rows:
    foreign = among(Incident.download_id, search.numbers("foreign_row", "download_id"))
    is_orphan = bool(search.numbers("stranger", "orphan_since"))
    orphans = and_(Incident.kind == "orphans", Incident.download_id.is_(None)) if is_orphan else false()
    return search.rows(Incident, scope(Incident, search.night.code), or_(foreign, orphans))


def _incident_steps(search: Search) -> Rows:
    of_incidents = among(IncidentStep.incident_id, search.numbers("incident", "id"))
    return search.rows(IncidentStep, scope(IncidentStep, search.night.code), of_incidents)


def _plan_persons(search: Search) -> Rows:
    own = select(CleaningPlan.id).where(scope(CleaningPlan, search.night.code))
    return search.rows(PlanPerson, PlanPerson.plan_id.in_(own), _has_key(search, PlanPerson.key))


def _told(search: Search) -> Rows:
    own = select(Notice.id).where(scope(Notice, search.night.code))
    return search.rows(Told, Told.notice_id.in_(own), _has_key(search, Told.key))


def _blocks(search: Search) -> Iterator[dict[str, Any]]:
    for delivery in sorted(holding(search.session, search.night.keyring, search.subject.keys)):
        yield {"delivery_id": delivery}


def _acceptances(search: Search) -> Iterator[dict[str, Any]]:
    """Yield the acceptances of a reason of the gate that counted the person; their members are about others too."""
    rows = search.session.scalars(
        select(Acceptance).where(scope(Acceptance, search.night.code)).order_by(Acceptance.id)
    )
    marks = _marks(search)
    for row in rows:
        members = json.loads(search.night.keyring.open(row.members, "acceptance"))
        if holds_one(members, marks):
            yield {name: getattr(row, name) for name in ("id", "quarter", "code", "by", "reason", "at")}


def _forgetting(search: Search) -> Rows:
    own = Forgetting.mark == search.subject.mark(search.night.keyring)
    return search.rows(Forgetting, scope(Forgetting, search.night.code), own | _numbered(search))


def _numbered(search: Search) -> ColumnElement[bool]:
    number = search.subject.number
    return false() if number is None else Forgetting.number == number


def _things(search: Search) -> set[str]:
    """Return the things by which the journal names the person: a number, or a row in a download."""
    own = {search.subject.named} if search.subject.number is not None else set[str]()
    return own | {f"download {download} row {row}" for download, row in search.hits()}


def _journal(search: Search) -> Rows:
    objects = _things(search) | search.numbers("notice", "number")
    return search.rows(JournalLine, scope(JournalLine, search.night.code), among(JournalLine.object, objects))


def _signatures(search: Search) -> Rows:
    return search.rows(Signature, scope(Signature, search.night.code), among(Signature.thing, _things(search)))


def _objects(search: Search) -> Iterator[dict[str, Any]]:
    """Yield the lines of the vault's index about originals and archived notices with the person in them."""
    ids = search.numbers("download", "object_id") | {row["object_id"] for row in search.found[ORIGINALS]}
    ids |= set(search.originals.notices if search.originals else [])
    numbers = search.numbers("notice", "number")
    for thing in search.objects:
        if thing.id in ids or (thing.kind == KIND and thing.meta.get("number") in numbers):
            yield {"id": thing.id, "kind": thing.kind, "size": thing.size, "at": thing.at}


PLACES: tuple[PersonPlace, ...] = (
    PersonPlace("person", "Nummer in het register", HeldFor.REGISTRATION, _persons),
    PersonPlace("identifier", "BSN en V-nummer", HeldFor.REGISTRATION, _keyed(Identifier, Identifier.pseudonym)),
    PersonPlace("personalia", "Naam en geboortedatum", HeldFor.PERSONALIA, _own(Personalia)),
    PersonPlace("signal", "Signalen", HeldFor.SIGNALS, _own(SignalRow)),
    PersonPlace("sighting_block", "In welke bestanden de signalen stonden", HeldFor.SIGNALS, _sightings),
    PersonPlace("download", "Bestanden van DUO", HeldFor.ORIGINALS, _downloads),
    PersonPlace(
        "offer", "Waar die bestanden vandaan kwamen", HeldFor.ORIGINALS, _led_to(Offer.download_id, "download")
    ),
    PersonPlace(
        "foreign_row", "Rijen voor een andere gemeente", HeldFor.FOREIGN, _in_originals(ForeignRow), by_number=False
    ),
    PersonPlace(
        "quarantined_row", "Rijen in quarantaine", HeldFor.ORIGINALS, _in_originals(QuarantinedRow), by_number=False
    ),
    PersonPlace(ORIGINALS, "Rijen in de originele bestanden", HeldFor.ORIGINALS, _originals, by_number=False),
    PersonPlace("person_state", "Stand van de registratie", HeldFor.STATE, _own(PersonState)),
    PersonPlace("stranger", "In een systeem zonder geldig signaal", HeldFor.STATE, _own(Stranger)),
    PersonPlace("incident", "Incidenten (mogelijk datalek)", HeldFor.INCIDENT, _incidents),
    PersonPlace("incident_step", "Wat er met die incidenten is gedaan", HeldFor.INCIDENT, _incident_steps),
    PersonPlace("decision", "Besluiten over de wet die geldt", HeldFor.DECISION, _own(Decision)),
    PersonPlace("ownership", "Besluiten over de gemeente", HeldFor.DECISION, _own(Ownership)),
    PersonPlace("hold", "Beperking of bezwaar: niets wordt gewist", HeldFor.HOLD, _own(Hold)),
    PersonPlace(
        "separate",
        "Twee personen onder één nummer",
        HeldFor.DECISION,
        _keyed(Separate, Separate.key, Separate.other_key),
    ),
    PersonPlace("wrong_notification", "Kennisgeving die niet klopte", HeldFor.DECISION, _own(WrongNotification)),
    PersonPlace("answer", "Antwoorden op de werklijst", HeldFor.DECISION, _own(Answer)),
    PersonPlace("answer_file", "Ingevulde werklijsten", HeldFor.DECISION, _led_to(AnswerFile.id, "answer", "file_id")),
    PersonPlace("plan_person", "Opschoning in een systeem", HeldFor.CLEANING, _plan_persons),
    PersonPlace(
        "cleaning_plan", "Plannen daarvoor", HeldFor.CLEANING, _led_to(CleaningPlan.id, "plan_person", "plan_id")
    ),
    PersonPlace(
        "approval", "Akkoord op die plannen", HeldFor.CLEANING, _led_to(Approval.plan_id, "plan_person", "plan_id")
    ),
    PersonPlace("kept_value", "Bewaarde waarden van afgeschermde gegevens", HeldFor.RESTRICTION, _keyed(KeptValue)),
    PersonPlace("reappearance", "Opnieuw gezien na de opschoning", HeldFor.CLEANING, _keyed(Reappearance)),
    PersonPlace("refilled", "Opnieuw ingevuld bij een leverancier", HeldFor.CLEANING, _keyed(Refilled)),
    PersonPlace("disclosure", "Verstrekt aan derden", HeldFor.DISCLOSURE, _keyed(DisclosedTo)),
    PersonPlace("told", "Wat wij aan ontvangers meldden", HeldFor.NOTICE, _told),
    PersonPlace(
        "notice", "Berichten aan ontvangers en leveranciers", HeldFor.NOTICE, _led_to(Notice.id, "told", "notice_id")
    ),
    PersonPlace(
        "enclosure", "Brieven bij die berichten", HeldFor.NOTICE, _led_to(Enclosure.notice_id, "told", "notice_id")
    ),
    PersonPlace(
        "receipt", "Antwoorden op die berichten", HeldFor.RECEIPT, _led_to(Receipt.notice_id, "told", "notice_id")
    ),
    PersonPlace("delivery_block", "Personen in leveringen aan het CBS", HeldFor.CBS, _blocks),
    PersonPlace(
        "delivery", "Leveringen aan het CBS", HeldFor.CBS, _led_to(Delivery.id, "delivery_block", "delivery_id")
    ),
    PersonPlace("acceptance", "Akkoord op een reden die de levering tegenhield", HeldFor.CBS, _acceptances),
    PersonPlace("signature", "Handtekeningen onder besluiten", HeldFor.DECISION, _signatures),
    PersonPlace("journal", "Logboek van de verwerking", HeldFor.ACCOUNT, _journal),
    PersonPlace("forgetting", "Besluit om de gegevens te wissen", HeldFor.ACCOUNT, _forgetting),
    PersonPlace(VAULT, "Kluis: originelen en verstuurde berichten", HeldFor.ORIGINALS, _objects),
    PersonPlace("destruction", "Vernietiging uit de kluis", HeldFor.ACCOUNT, _led_to(Destruction.object_id, VAULT)),
)

HOLD_NOBODY: dict[type[Base], str] = {
    Forgotten: "how many persons were ended on a day, and the id of a tombstone",
    KeyCheck: "a check value of the keys",
    Retired: "counts of what was destroyed; the numbers of things only until that is done",
    Run: "counts of a night, no persons",
    SettledDay: "a day of the whole gemeente",
    SharedRow: "the key of a row in a local system with another holder: it leads there, to no person here",
    ValidationResult: "counts of a whole file, no values (rule 7)",
}
"""The other tables of the register, and why nobody is in them."""
