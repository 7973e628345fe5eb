"""A person's dossier (AVG 15, 19) and the evidence for an auditor, with the Dutch words for them."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.delivery import of_person
from hervat.intake import downloads_with
from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import (
    Approval,
    CleaningPlan,
    Decision,
    DisclosedTo,
    Download,
    Hold,
    Identifier,
    JournalLine,
    Notice,
    Personalia,
    PersonState,
    PlanPerson,
    Reappearance,
    Receipt,
    SignalRow,
    Told,
    WrongNotification,
)
from hervat.rules import catalogue

_WORDS = {
    "corrected": "gecorrigeerd", "released": "vrijgegeven", "parked": "geparkeerd", "disputed": "betwist",
    "noted": "ter kennisgeving", "ended": "geëindigd",
    "erase": "gewist", "restrict": "afgeschermd", "retain": "bewaard",
    "hold": "verzoek om te stoppen", "correction": "correctie", "resume": "bericht dat het weer mag",
    "withdrawal": "intrekking van een correctie", "erasure": "verzoek om te wissen", "reminder": "herinnering",
    "received": "ontvangen", "done": "klaar", "partly": "deels gedaan", "refused": "geweigerd",
    "doubt": "nog door een medewerker te lezen", "settled": "door een medewerker gelezen",
    "party": "derde partij", "supplier": "leverancier",
    "cbs": "statistiek",
    "folder": "via de map", "sftp": "via SFTP", "hand": "met de hand vastgelegd",
    "bsn": "BSN", "v": "V-nummer", "surname": "achternaam", "prefix": "voorvoegsel", "first_names": "voornamen",
    "birth": "geboortedatum",
}  # fmt: skip


def dutch(word: str) -> str:
    """Return the Dutch word for a code; a code without one as it is."""
    return _WORDS.get(word, word)


_SHOWN = (
    *("number", "audience", "party", "kind", "day", "persons", "unnamed", "status", "attempts", "sent_on"),
    *("received_on", "done_on", "answer", "failure", "due_on", "refers_to", "erased", "evidence"),
    *("file_name", "message_id"),
)
_HOLD = ("ground", "since", "until", "by", "reason", "second_by", "ended_on", "ended_by", "ended_reason")
_CHUNK = 50  # payloads are opened for their digest


def evidence(
    session: Session, keyring: Keyring, party: str | None = None, number: str | None = None
) -> Iterable[dict[str, Any]]:
    """Yield each notice (of a party, or of one number): its course, SHA-256, answers and journal lines."""
    query = select(Notice).where(scope(Notice, keyring.code)).order_by(Notice.id)
    if party is not None:
        query = query.where(Notice.party == party)
    if number is not None:
        query = query.where(Notice.number == number)
    for notices in session.scalars(query).partitions(_CHUNK):
        answers, lines = _answers(session, keyring, notices), _journal(session, keyring.code, notices)
        for notice in notices:
            yield {
                **{name: getattr(notice, name) for name in _SHOWN},
                "composed_at": notice.at,
                "sha256": _digest(keyring.open(notice.payload, "notice")),
                "answers": answers[notice.id],
                "journal": lines[notice.number],
            }


def read_evidence(night: Night, party: str | None = None, number: str | None = None) -> list[dict[str, Any]]:
    """Return the notices as `evidence` does; the journal keeps that sealed texts of parties were read, if any were."""
    with night.register.session() as session:
        notices = list(evidence(session, night.keyring, party, number))
        texts = sum(1 for notice in notices for answer in notice["answers"] if answer["reason"])
        if texts:
            thing = number or (f"notices of {party}" if party else "notices")
            night.record(session, "answers shown", thing, f"{texts} with a text")
    return notices


def _digest(content: bytes) -> str | None:
    """Return the SHA-256 of a notice; None if its bytes were destroyed when its round was closed."""
    return hashlib.sha256(content).hexdigest() if content else None


def _answers(session: Session, keyring: Keyring, notices: Iterable[Notice]) -> dict[int, list[dict[str, Any]]]:
    rows = session.scalars(
        select(Receipt)
        .where(Receipt.notice_id.in_([notice.id for notice in notices]))
        .order_by(Receipt.day, Receipt.id)
    )
    answers: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        shown = {name: getattr(row, name) for name in ("status", "day", "read_on", "way", "signed", "by")}
        reason = keyring.open(row.reason, "receipt").decode() if row.reason else None
        answers[row.notice_id].append({**shown, "reason": reason})
    return answers


def _journal(session: Session, code: str, notices: Iterable[Notice]) -> dict[str, list[dict[str, str]]]:
    rows = session.scalars(
        select(JournalLine)
        .where(scope(JournalLine, code), JournalLine.object.in_([notice.number for notice in notices]))
        .order_by(JournalLine.seq)
    )
    lines: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        lines[row.object].append({name: getattr(row, name) for name in ("at", "actor", "action", "result", "origin")})
    return lines


Rows = list[dict[str, Any]]


def dossier(night: Night, person: int, by: str) -> dict[str, Any]:
    """Return a person's dossier; the request is journalled, by the person's number in the register only.

    Raises UsageError without a name.
    """
    who = named(by)
    with night.register.session() as session:
        keys = _keys(session, night, person)
        content: dict[str, Any] = {
            "municipality": {"code": night.code, "name": night.municipality.name},
            "person": person,
            "as_of": night.as_of,
            "state": _state(session, person),
            "received": _received(session, night, person),
            "kinds_of_data": _kinds(session, night, person),
            "decisions": _rows(session, Decision, ("law", "date", "by", "reason"), Decision.person_id == person),
            "wrong_notification": _rows(
                session, WrongNotification, ("date", "by"), WrongNotification.person_id == person
            ),
            "holds": _rows(session, Hold, _HOLD, Hold.person_id == person),
            "erased": _erased(session, night, keys),
            "seen_again": _rows(
                session,
                Reappearance,
                ("system", "cleaned_on", "seen_on", "ended_on"),
                scope(Reappearance, night.code),
                Reappearance.key.in_(keys),
            ),
            "disclosed": _disclosed(session, night, keys),
            "delivered": of_person(session, night.keyring, keys),
            "told": _told(session, night, keys),
        }
        count = f"{len(content['received'])} signals, {len(content['told'])} notices"
        night.record(session, "dossier asked", f"person {person}", count, by=who)
    return content


def _keys(session: Session, night: Night, person: int) -> list[str]:
    query = select(Identifier.pseudonym).where(
        scope(Identifier, night.code), Identifier.kind == "bsn", Identifier.person_id == person
    )
    return list(session.scalars(query))


def _rows(session: Session, model: Any, names: tuple[str, ...], *where: Any) -> Rows:
    rows = session.scalars(select(model).where(*where).order_by(model.id))
    return [{name: getattr(row, name) for name in names} for row in rows]


def _naming(session: Session, night: Night, keys: list[str], model: Any, column: Any) -> Sequence[Any]:
    """Return the plans or notices that name a person, each with a column of the row that does."""
    naming = column.class_
    query = select(model, column).join(naming).where(scope(model, night.code), naming.key.in_(keys))
    return session.execute(query.order_by(model.id)).all()


def _state(session: Session, person: int) -> dict[str, Any] | None:
    row = session.scalars(select(PersonState).where(PersonState.person_id == person)).first()
    names = ("state", "reason", "since", "doelgroep", "reinstated")
    return {name: getattr(row, name) for name in names} if row else None


def _received(session: Session, night: Night, person: int) -> Rows:
    """Return each signal about a person, with the downloads that held it."""
    rows = session.scalars(
        select(SignalRow).where(SignalRow.person_id == person).order_by(SignalRow.date, SignalRow.code)
    ).all()
    held = downloads_with(session, night.code, [row.id for row in rows])
    names = ("id", "name", "source", "made_on", "secured_on", "digest")
    files = {row.id: {name: getattr(row, name) for name in names[1:]} for row in _downloads(session, list(held))}
    shown = ("code", "date", "wet", "gemeentecode", "doelgroep", "kennisgeving", "first_seen", "last_seen")
    return [
        {
            **{name: getattr(row, name) for name in shown},
            "text": catalogue().text(row.code),
            "downloads": [files[number] for number, signals in sorted(held.items()) if row.id in signals],
        }
        for row in rows
    ]


def _downloads(session: Session, numbers: list[int]) -> list[Download]:
    return list(session.scalars(select(Download).where(Download.id.in_(numbers)).order_by(Download.made_on)))


def _kinds(session: Session, night: Night, person: int) -> list[str]:
    """Return the kinds of personal data that the register holds of a person, without the data."""
    kinds = session.scalars(select(Identifier.kind).where(Identifier.person_id == person).distinct().order_by("kind"))
    names = list(kinds)
    sealed = session.scalars(select(Personalia.sealed).where(Personalia.person_id == person)).first()
    if sealed:
        details = json.loads(night.keyring.open(sealed, "details"))
        names += [name for name, value in details.items() if value]
    return names


def _erased(session: Session, night: Night, keys: list[str]) -> Rows:
    """Return the systems in which a person was cleaned, by which plan, and who approved it."""
    rows = _naming(session, night, keys, CleaningPlan, PlanPerson.cleaned_on)
    approvals = session.execute(
        select(Approval.plan_id, Approval.by, Approval.day).where(Approval.plan_id.in_([plan.id for plan, _ in rows]))
    ).all()
    return [
        {
            **{name: getattr(plan, name) for name in ("system", "policy", "hash", "made_on", "status")},
            "cleaned_on": cleaned_on,
            "approved": [{"by": by, "day": day} for number, by, day in approvals if number == plan.id],
        }
        for plan, cleaned_on in rows
    ]


def _disclosed(session: Session, night: Night, keys: list[str]) -> Rows:
    names = ("party", "system", "provided_on", "captured_on")
    return _rows(session, DisclosedTo, names, scope(DisclosedTo, night.code), DisclosedTo.key.in_(keys))


def _told(session: Session, night: Night, keys: list[str]) -> Rows:
    """Return the notices and requests that name a person, with their answers."""
    rows = _naming(session, night, keys, Notice, Told.told)
    answers = session.execute(
        select(Receipt.notice_id, Receipt.status, Receipt.day)
        .where(Receipt.notice_id.in_([notice.id for notice, _ in rows]))
        .order_by(Receipt.day, Receipt.id)
    ).all()
    names = ("number", "audience", "party", "kind", "day", "sent_on", "received_on", "done_on", "answer", "failure")
    return [
        {
            **{name: getattr(notice, name) for name in names},
            "told": told,
            "answers": [{"status": status, "day": day} for notice_id, status, day in answers if notice_id == notice.id],
        }
        for notice, told in rows
    ]
