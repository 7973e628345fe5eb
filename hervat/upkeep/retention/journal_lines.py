"""The beginning of the journal: whole lines from the first on, so that the rest stays a chain."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import JournalLine, Signature
from hervat.today import dutch_day
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted


def _due(look: Look, term: str) -> Things:
    """Return the lines before the first whose term is not over; none while a round is open that had begun by then.

    The last line stays, whatever its age: a chain needs an end.
    """
    query = select(JournalLine.seq, JournalLine.at).where(scope(JournalLine, look.night.code))
    over: dict[int, Over] = {}
    last = journal.length(look.session, look.night.code)
    for seq, at in look.session.execute(query.order_by(JournalLine.seq)).tuples():
        day = dutch_day(datetime.fromisoformat(at))
        ends = look.ends(day, day, day, term)
        if ends is None or seq == last:
            break
        over[seq] = Over(*ends)
    return over


def _end(session: Session, night: Night, lines: Sequence[int]) -> Rows:
    """Delete the lines, after a new line that holds the hash of the last of them; the signatures of their time too."""
    own = scope(JournalLine, night.code)
    at = session.execute(select(JournalLine.at).where(own, JournalLine.seq == max(lines))).scalar_one()
    until = datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=1)
    signatures = deleted(session, Signature, scope(Signature, night.code) & (Signature.at < until))
    ended = journal.shorten(session, night.code, max(lines), night.actor, night.origin)
    return {"signature": signatures, "journal": ended}


JOURNAL = TermKind("journal", _due, _end)
