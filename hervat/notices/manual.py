"""Commands of a person: record an answer, record what was told by hand, send a notice again."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices.obligations import KINDS
from hervat.notices.outbox import NoticeDraft, Statement, enqueue
from hervat.notices.read_answers import rules_of
from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation, fit
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.file import ReceiptRead, Rejected, read_file
from hervat.notices.receipts.places import ReceiptFile
from hervat.notices.receipts.record import in_doubt, notices_of, record_all, record_bounces
from hervat.notices.receipts.statuses import STATUSES, status_of
from hervat.notices.receipts.unsure import settle
from hervat.notices.recipients import Recipient, parties, recipients_of, suppliers
from hervat.notices.reminders import superseded
from hervat.notices.send import send
from hervat.notices.what_parties_know import due_to, known_to, marks_of
from hervat.register import AGAIN, FAILED, SENT
from hervat.register.models import Notice
from hervat.settling import read_people

_BY_HAND = "hand"
_WHY = {
    "garbage": "it is not an answer to a notice; see docs/how-to/add-a-third-party.md for what one looks like",
    "unsigned": "this party's answers must be signed; did you speak with it, then use --number and --status",
    "forged": "its signature is not of this party's certificate; call the party",
    "automatic": "it is an automatic reply: nobody read the notice yet",
    "doubt": "it is not sure what it says; read it, and record that with --number and --status",
}


def confirm_by_hand(night: Night, number: str, status: str, on: date, by: str, reason: str | None) -> bool:
    """Record a recipient's answer to a notice; return True if it is new. status: the Dutch word too.

    Answers in doubt to this notice are thereby read. A notice that did not arrive is thereby told, and the later ones
    go out again. Raises UsageError: no such notice or status, no name, a day to come, a reason missing or with a BSN.
    """
    who = named(by, reason)
    code = status_of(status)
    if code is None:
        raise UsageError(f"--status is one of {', '.join(STATUSES)}, or ontvangen, klaar, deels, geweigerd")
    status = code
    if status in ("partly", "refused") and not reason:
        raise UsageError(f"say why with --reason: {status} without a reason tells nobody what to do")
    if reason and fit(reason) is None:
        raise UsageError("the reason is too long, empty or holds a BSN; leave personal data out")
    if on > night.as_of:
        raise UsageError(f"{on} is still to come; give the day on which it was said with --date")
    digest = hashlib.sha256(f"{number} {status} {on} {who.by} {reason or ''}".encode()).hexdigest()
    receipt = ReceiptRead(Confirmation(number, status, on, reason=fit(reason)), False, digest)
    with night.register.session() as session:
        recipient, notice = notice_of(session, night, number)
        if notice.status == FAILED:
            notice.status, notice.sent_on = SENT, on
        for answered in (notice, notices_of(session, night.code, recipient).get(notice.refers_to or "")):
            if answered is not None:
                settle(session, answered)
        return bool(record_all(session, night, recipient, [receipt], _BY_HAND, who)["new"])


def confirm_file(night: Night, path: Path, by: str) -> tuple[str, bool] | None:
    """Record the answer in a file, read as if it came from its party's folder; return its number and True if new.

    None: no notice of this municipality has its number. Raises UsageError: unreadable, or not a valid answer.
    """
    who, file = named(by), _read(path)
    why: set[str] = set()
    for recipient in parties(night.municipality) + suppliers(night.municipality):
        answer = read_file(file, rules_of(recipient), night.as_of)
        with night.register.session() as session:
            mine = notices_of(session, night.code, recipient)
            if isinstance(answer, Rejected):
                why.add(answer.why)
            elif isinstance(answer, Doubt) or (
                isinstance(answer, ReceiptRead) and in_doubt(session, night, recipient, answer)
            ):
                why.add("doubt")
            elif isinstance(answer, Bounce):
                if answer.number in mine:
                    return str(answer.number), bool(record_bounces(session, night, recipient, [answer])["bounced"])
            elif answer.said.number in mine:
                counts = record_all(session, night, recipient, [answer], _BY_HAND, who)
                return answer.said.number, bool(counts["new"])
    if why:
        raise UsageError(next(text for reason, text in _WHY.items() if reason in why))
    return None


def notice_of(session: Session, night: Night, number: str) -> tuple[Recipient, Notice]:
    """Return a notice and its recipient. Raises UsageError for an unknown number."""
    for recipient in parties(night.municipality) + suppliers(night.municipality):
        if notice := notices_of(session, night.code, recipient).get(number):
            return recipient, notice
    raise UsageError(f"there is no notice of that number in {night.code}; `hervat notices list` shows them")


def _read(path: Path) -> ReceiptFile:
    try:
        return ReceiptFile(path.name, path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} can't be read ({type(error).__name__})") from None


def told_by_hand(night: Night, party: str, by: str) -> int:
    """Record that `by` told a party by hand about everybody its notices can't name; return the number of persons.

    Per kind a notice is written that names nobody and is never sent. Raises UsageError for an unknown party.
    """
    who = named(by)
    recipient = next((recipient for recipient in parties(night.municipality) if recipient.name == party), None)
    if recipient is None:
        raise UsageError(f"there is no party {party!r} in {night.code}")
    told: set[int] = set()
    with night.register.session() as session:
        people = replace(read_people(session, night.code, night.settler, night.as_of), unseen=night.handover.unseen)
        known = known_to(session, night.code, [party])[party]
        due = due_to(known, people)
        marks = marks_of(session, night.keyring, recipient, people, {key for items in due.values() for key in items})
        for kind in (kind for kind in KINDS if kind in due):
            items = {key: item for key, item in due[kind].items() if key not in marks}
            persons = {people.owner[key] for key in items}
            if persons:
                said = {key: Statement(item.told, known.received[key].until, item.law) for key, item in items.items()}
                draft = NoticeDraft(kind, [], said, len(persons), len(persons))
                notice = enqueue(session, night, recipient, draft)
                notice.status, notice.sent_on, notice.received_on = SENT, night.as_of, night.as_of
                result = f"{kind}, {len(persons)} person(s)"
                night.record(session, "told by hand", notice.number, result, by=who)
                told |= persons
    return len(told)


def resend(night: Night, number: str, by: str) -> bool:
    """Send a notice again, now; return True if it was sent. Failures are in the night's errors and attention.

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
    names = [other.name for other in recipients_of(night.municipality, recipient.audience)]
    others = [name for name in names if name != recipient.name]
    send(night, recipient.audience, skip=others)
    with night.register.session() as session:
        return session.get_one(Notice, notice_id).status == SENT
