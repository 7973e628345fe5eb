"""What a person does by hand: record an answer, record what was told, send again."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices.obligations import KINDS
from hervat.notices.outbox import NoticeDraft, Saying, write
from hervat.notices.read_answers import rules_of
from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation, fit
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.file import ReceiptRead, Rejected, read_file
from hervat.notices.receipts.places import ReceiptFile
from hervat.notices.receipts.record import in_doubt, notices_of, record_all, record_bounces
from hervat.notices.receipts.statuses import STATUSES, status_of
from hervat.notices.receipts.unsure import settle
from hervat.notices.recipients import Recipient, parties, suppliers
from hervat.notices.reminders import superseded
from hervat.notices.send import send
from hervat.notices.what_parties_know import due_to, marks_of
from hervat.register import AGAIN, FAILED, SENT
from hervat.register.models import Notice
from hervat.settling import read_people

_BY_HAND = "hand"
_WHY = {
    "garbage": "it is no answer to a notice; see docs/how-to/add-a-third-party.md for what one looks like",
    "unsigned": "this party's answers must be signed; did you speak with it, then use --number and --status",
    "forged": "its signature is not of this party's certificate; call the party",
    "automatic": "it is an automatic reply: nobody read the notice yet",
    "doubt": "it is not sure what it says; read it, and record that with --number and --status",
}


def confirm_by_hand(night: Night, number: str, status: str, on: date, by: str, reason: str | None) -> bool:
    """Record what a recipient said of a notice; return whether that is new. status: the Dutch word will do too.

    What was in doubt is thereby read. One that did not arrive is thereby told, and the later ones go out again. Raises
    UsageError: no such notice or status, no name, a day to come, or a reason that is missing or holds a BSN.
    """
    who = named(by, reason)
    meant = status_of(status)
    if meant is None:
        raise UsageError(f"--status is one of {', '.join(STATUSES)}, or ontvangen, klaar, deels, geweigerd")
    status = meant
    if status in ("partly", "refused") and not reason:
        raise UsageError(f"say why with --reason: {status} without a reason tells nobody what to do")
    if reason and fit(reason) is None:
        raise UsageError("the reason is too long, empty or holds a BSN; leave personal data out")
    if on > night.as_of:
        raise UsageError(f"{on} is still to come; give the day on which it was said with --date")
    mark = hashlib.sha256(f"{number} {status} {on} {who.by} {reason or ''}".encode()).hexdigest()
    said = ReceiptRead(Confirmation(number, status, on, reason=fit(reason)), False, mark)
    with night.register.session() as session:
        recipient, notice = notice_of(session, night, number)
        if notice.status == FAILED:
            notice.status, notice.sent_on = SENT, on
        for one in (notice, notices_of(session, night.code, recipient).get(notice.refers_to or "")):
            if one is not None:
                settle(session, one)
        return bool(record_all(session, night, recipient, [said], _BY_HAND, who)["new"])


def confirm_file(night: Night, path: Path, by: str) -> tuple[str, bool] | None:
    """Record the answer in a file, judged as if it had lain in its party's folder; return its number and whether new.

    None: no notice of this municipality has its number. Raises UsageError: unreadable, or it counts for nothing.
    """
    who, file = named(by), _read(path)
    why: set[str] = set()
    for recipient in parties(night.municipality) + suppliers(night.municipality):
        found = read_file(file, rules_of(recipient), night.as_of)
        with night.register.session() as session:
            mine = notices_of(session, night.code, recipient)
            if isinstance(found, Rejected):
                why.add(found.why)
            elif isinstance(found, Doubt) or (
                isinstance(found, ReceiptRead) and in_doubt(session, night, recipient, found)
            ):
                why.add("doubt")
            elif isinstance(found, Bounce):
                if found.number in mine:
                    return str(found.number), bool(record_bounces(session, night, recipient, [found])["bounced"])
            elif found.said.number in mine:
                counts = record_all(session, night, recipient, [found], _BY_HAND, who)
                return found.said.number, bool(counts["new"])
    if why:
        raise UsageError(_WHY[next(one for one in _WHY if one in why)])
    return None


def notice_of(session: Session, night: Night, number: str) -> tuple[Recipient, Notice]:
    """Return a notice and its recipient. Raises UsageError where there is none of this number."""
    for recipient in parties(night.municipality) + suppliers(night.municipality):
        if found := notices_of(session, night.code, recipient).get(number):
            return recipient, found
    raise UsageError(f"there is no notice of that number in {night.code}; `hervat notices list` shows them")


def _read(path: Path) -> ReceiptFile:
    try:
        return ReceiptFile(path.name, path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} can't be read ({type(error).__name__})") from None


def told_by_hand(night: Night, party: str, by: str) -> int:
    """Record that `by` told a party by hand of all whom its notices can't name; return how many persons that are.

    A notice a kind is written that names nobody and is never sent. Raises UsageError for a party that is not there.
    """
    who = named(by)
    recipient = next((one for one in parties(night.municipality) if one.name == party), None)
    if recipient is None:
        raise UsageError(f"there is no party {party!r} in {night.code}")
    told = set()
    with night.register.session() as session:
        people = replace(read_people(session, night.code, night.settler, night.as_of), unseen=night.unseen)
        found, got, _ = due_to(session, night.code, recipient, people)
        marks = marks_of(session, night.keyring, recipient, people, {key for items in found.values() for key in items})
        for kind in (kind for kind in KINDS if kind in found):
            items = {key: item for key, item in found[kind].items() if key not in marks}
            persons = {people.owner[key] for key in items}
            if persons:
                states = {key: Saying(item.told, got[key].until, item.law) for key, item in items.items()}
                notice = write(
                    session, night, recipient, None, NoticeDraft(kind, [], states, len(persons), len(persons))
                )
                notice.status, notice.sent_on, notice.received_on = SENT, night.as_of, night.as_of
                result = f"{kind}, {len(persons)} person(s)"
                night.record(session, "told by hand", notice.number, result, by=who)
                told |= persons
    return len(told)


def resend(night: Night, number: str, by: str) -> bool:
    """Send a notice again, now; return whether it went. What is wrong is in the night's errors and attention.

    Raises UsageError: no such notice, no name, or the recipient was told something else about a person in it since.
    """
    who = named(by)
    with night.register.session() as session:
        recipient, notice = notice_of(session, night, number)
        if superseded(session, [notice]):
            raise UsageError(
                f"{number} is not true any more: {recipient} was told something else since about a person in it; send"
                " its last notice again"
            )
        if not night.keyring.open(notice.payload, "notice"):
            raise UsageError(
                f"the bytes of {number} were destroyed when its round was closed; nobody can send it again"
            )
        notice.status, notice_id = AGAIN, notice.id
        night.record(session, "notice to go again", number, f"to {recipient}", by=who)
    found = parties(night.municipality) if recipient.audience == "party" else suppliers(night.municipality)
    send(night, recipient.audience, skip=[one.name for one in found if one.name != recipient.name])
    with night.register.session() as session:
        return session.get_one(Notice, notice_id).status == SENT
