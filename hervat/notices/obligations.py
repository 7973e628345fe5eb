"""The notices that are due to a third party about a person: a pure function of states. No storage, no clock.

`told` is what the party now believes: "hold" (stop), "correction" (erase what is wrong), "resume" (go on),
"resume13" (go on under the Wi2013, still corrected), "ended13" (that has ended too, still corrected),
"withdrawal_may" and "withdrawal_wait" (the correction is taken back; service may resume, or not yet) and "ended" (never
to resume). What was told includes the law, and another law is told again. Source: handreiking 4.3, AVG art. 19.
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
    """What a party was told last about a person, on which day, the newest disclosure by then, and the law.

    law: of a notice after which service may go on; None if an earlier version did not keep it.
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
        """True if service to this person may go on."""
        return self.law is not None


def due(verdict: Verdict | None, last: ToldBefore | None, received: Received) -> tuple[Obligation, ...]:
    """Return what is due about a person whose data the party received, in the order of sending; usually nothing.

    Nothing while a person must decide (disputed).
    """
    if verdict is None or verdict.state == "disputed":
        return ()
    told = last.told if last else None
    again = last is not None and _received_again(last, received)
    if verdict.state == "corrected":
        return _corrected(last, again, verdict.resumed)
    if verdict.state == "released":
        return _going_on(last, str(verdict.law))
    if verdict.state == "ended":
        return _ended(last, verdict.resumed)
    if verdict.held:
        return _on_hold(told, again)
    return _stopped(verdict) if told in _GOING else ()


def _stopped(verdict: Verdict) -> tuple[Obligation, ...]:
    """Return the stop of service: the obligation under the Wi2013 waits for its restart, or has ended."""
    if verdict.state == "parked":
        return (Obligation("hold", "hold"),)
    return (Obligation("ended", "ended"),) if verdict.reason == "wi2013_ended" else ()


def _received_again(last: ToldBefore, received: Received) -> bool:
    """True if the party received the person's data again after it was told."""
    return received.captured > last.day or received.until > (last.disclosed_until or date.min)


def _corrected(last: ToldBefore | None, again: bool, resumed: bool) -> tuple[Obligation, ...]:
    """Return a correction, and the state of the Wi2013: service goes on under it, or has ended."""
    told = last.told if last else None
    correction = () if told in _CORRECTED and not again else (Obligation("correction", "correction"),)
    if resumed:
        known = told == "resume13" and not again
        return correction if known else (*correction, Obligation("resume", "resume13", "Wi2013"))
    over = last is not None and last.law == "Wi2013"
    return (*correction, Obligation("ended", "ended13")) if over else correction


def _going_on(last: ToldBefore | None, law: str) -> tuple[Obligation, ...]:
    """Return a resume with its law, for a party that was told something; another law is told again."""
    if last is None or (last.told in _GOING and last.law == law):
        return ()
    if last.told in _CORRECTED:
        return (Obligation("withdrawal", "withdrawal_may", law),)
    return (Obligation("resume", "resume", law),)


def _ended(last: ToldBefore | None, resumed: bool) -> tuple[Obligation, ...]:
    """Return the end of service for a party that was told something; or a resume, if the Wi2013 came after it."""
    if last is None or (last.told == "ended" and not resumed):
        return ()
    return _going_on(last, "Wi2013") if resumed else (Obligation("ended", "ended"),)


def _on_hold(told: str | None, again: bool) -> tuple[Obligation, ...]:
    if told in _CORRECTED:
        return (Obligation("withdrawal", "withdrawal_wait"),)
    return () if told in _HELD and not again else (Obligation("hold", "hold"),)
