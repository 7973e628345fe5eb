"""What a third party is due to be told of a person: one pure function over a table of states. No storage, no clock.

`told` is what the party now believes: "hold" (stop), "correction" (erase what is wrong), "resume" (go on),
"resume13" (go on under the Wi2013, he stays corrected), "ended13" (that has ended too, he stays corrected),
"withdrawal_may" and "withdrawal_wait" (the correction is taken back; service may resume, or not yet) and "ended" (never
to resume). What was told includes the law, and another law is
told anew. Source: handreiking 4.3, AVG art. 19.
"""

from dataclasses import dataclass
from datetime import date

from hervat.rules import Verdict

KINDS = ("hold", "correction", "withdrawal", "resume", "ended")
"""The kinds of notices, in the order in which a run sends them."""

_CORRECTED = ("correction", "resume13", "ended13")
_HELD = ("hold", "withdrawal_wait")
_GOING = ("resume", "withdrawal_may")


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """What a party was told last of a person, on which day, the newest disclosure known by then, and under which law.

    law: of a notice after which service may go on; None for one of an earlier version that does not say.
    """

    told: str
    day: date
    disclosed_until: date | None
    law: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A person's data at a party: the newest day of disclosure, and the last day on which one was captured."""

    until: date
    captured: date


@dataclass(frozen=True, slots=True)
class Obligation:
    """A notice of this kind is due for a person; `told` is what the party believes after it.

    law: under which law service goes on (resume, and a withdrawal after which it may), else None.
    """

    kind: str
    told: str
    law: str | None = None

    @property
    def may_resume(self) -> bool:
        """Say whether service to this person may go on."""
        return self.law is not None


def due(verdict: Verdict | None, last: ToldBefore | None, received: Received) -> tuple[Obligation, ...]:
    """Return what is due for a person whom the party received, in the order of sending; nothing is the usual answer.

    Nothing while a person must decide (disputed).
    """
    if verdict is None or verdict.state == "disputed":
        return ()
    told = last.told if last else None
    afresh = last is not None and _afresh(last, received)
    if verdict.state == "corrected":
        return _corrected(last, afresh, verdict.resumed)
    if verdict.state == "released":
        return _going_on(last, str(verdict.law))
    if verdict.state == "ended":
        return _ended(last, verdict.resumed)
    if verdict.held:
        return _held(told, afresh)
    return _stopped(verdict) if told in _GOING else ()


def _stopped(verdict: Verdict) -> tuple[Obligation, ...]:
    """A party that goes on with him must stop: his obligation under the Wi2013 waits for its restart, or has ended."""
    if verdict.state == "parked":
        return (Obligation("hold", "hold"),)
    return (Obligation("ended", "ended"),) if verdict.reason == "wi2013_ended" else ()


def _afresh(last: ToldBefore, received: Received) -> bool:
    """Say whether the party received the person's data again after it was told."""
    return received.captured > last.day or received.until > (last.disclosed_until or date.min)


def _corrected(last: ToldBefore | None, afresh: bool, resumed: bool) -> tuple[Obligation, ...]:
    """A correction, and what has become of the Wi2013: it goes on, or what was told of that is over."""
    told = last.told if last else None
    correction = () if told in _CORRECTED and not afresh else (Obligation("correction", "correction"),)
    if resumed:
        known = told == "resume13" and not afresh
        return correction if known else (*correction, Obligation("resume", "resume13", "Wi2013"))
    over = last is not None and last.law == "Wi2013"
    return (*correction, Obligation("ended", "ended13")) if over else correction


def _going_on(last: ToldBefore | None, law: str) -> tuple[Obligation, ...]:
    """A party that was told something is told that service may go on, and under which law; another law anew."""
    if last is None or (last.told in _GOING and last.law == law):
        return ()
    if last.told in _CORRECTED:
        return (Obligation("withdrawal", "withdrawal_may", law),)
    return (Obligation("resume", "resume", law),)


def _ended(last: ToldBefore | None, resumed: bool) -> tuple[Obligation, ...]:
    """A party that was told anything of him is told that it ended; or goes on, where the Wi2013 has come after it."""
    if last is None or (last.told == "ended" and not resumed):
        return ()
    return _going_on(last, "Wi2013") if resumed else (Obligation("ended", "ended"),)


def _held(told: str | None, afresh: bool) -> tuple[Obligation, ...]:
    if told in _CORRECTED:
        return (Obligation("withdrawal", "withdrawal_wait"),)
    return () if told in _HELD and not afresh else (Obligation("hold", "hold"),)
