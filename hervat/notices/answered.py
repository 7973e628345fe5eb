"""Answers that a person records: what a party said on the telephone or in a letter, or a file that it gave."""

import hashlib
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices.confirm import rules_of
from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation, fit
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.file import Read, Rejected, read_file
from hervat.notices.receipts.places import File
from hervat.notices.receipts.record import in_doubt, notices_of, record_all, record_bounces
from hervat.notices.receipts.statuses import STATUSES, status_of
from hervat.notices.receipts.unsure import settle
from hervat.notices.recipients import Recipient, parties, suppliers
from hervat.register.models import Notice
from hervat.register.models.notices import FAILED, SENT

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
    said = Read(Confirmation(number, status, on, reason=fit(reason)), False, mark)
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
            elif isinstance(found, Doubt) or (isinstance(found, Read) and in_doubt(session, night, recipient, found)):
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


def _read(path: Path) -> File:
    try:
        return File(path.name, path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} can't be read ({type(error).__name__})") from None
