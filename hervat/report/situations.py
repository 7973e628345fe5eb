"""The texts about a person on the worklist: state, reason, law, remarks. Pure, Dutch."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hervat.answers import NOTHING, answered_without_texts
from hervat.dutch import STATES, said, short_day, why
from hervat.night import Night
from hervat.register import READY, WAITING
from hervat.register.models import CleaningPlan, Decision, PersonState, PlanPerson, WrongNotification
from hervat.report.dossiers import Dossier
from hervat.report.work import Situation
from hervat.rules import Rounds, SignalCatalogue
from hervat.settling import People, PersonHold
from hervat.strangers import since_when


def law_text(dossier: Dossier) -> str:
    """Return the law that applies to the person, as far as it is known.

    An SS190 says that it is the Wi2013, also while that is not resumed (its own text).
    """
    verdict = dossier.verdict
    if verdict is None or verdict.state == "disputed":
        return "onbekend"
    if verdict.law is None and verdict.reason in ("ended", "not_ours"):
        return "geen"
    return verdict.law or ("Wi2013" if verdict.state == "corrected" else "onbekend")


def state_text(dossier: Dossier) -> str:
    """Return the person's state in Dutch; somebody who is only in a local system is unknown to the PIB."""
    return said(STATES, dossier.verdict.state) if dossier.verdict else "Niet bekend in de PIB"


def reason_text(dossier: Dossier) -> str:
    """Return why the person is in that state."""
    if dossier.verdict is None:
        return "Er is geen signaal over deze persoon."
    return why(dossier.verdict.reason)


def mind(dossier: Dossier, catalogue: SignalCatalogue, *, unseen: bool = False) -> list[str]:
    """Return what a caseworker should know besides the person's state. unseen: the restart is still to come."""
    lines = (_of_verdict(dossier), _where(dossier, unseen), _of_facts(dossier), _of_signals(dossier, catalogue))
    return [*map(_on_hold, dossier.holds), *(line for part in lines for line in part)]


def _on_hold(hold: PersonHold) -> str:
    what = {"18": "Beperking", "21": "Bezwaar"}[hold.ground]
    until = f"tot en met {short_day(hold.until)}" if hold.until else "tot iemand dit opheft"
    waits = " Een tweede persoon moet dit nog bevestigen." if hold.unconfirmed else ""
    waits += " Een tweede persoon moet het opheffen nog bevestigen." if hold.releasing else ""
    return f"{what} (AVG {hold.ground}) {until}: wis niets van deze persoon.{waits}"


def _of_verdict(dossier: Dossier) -> Iterator[str]:
    verdict = dossier.verdict
    if verdict is None:
        return
    if verdict.reinstated:
        yield "Teruggeplaatst: er was een SS190, maar de Wi2021 geldt toch."
    if verdict.unknown_group:
        yield "De doelgroep is onbekend. Daarom geldt de laatste datum van de herstart."
    if verdict.state == "corrected" and verdict.resumed:
        yield "De inburgeringsplicht onder de Wi2013 is hervat."
    if verdict.held:
        yield "Derde partijen moeten wachten."


def _where(dossier: Dossier, unseen: bool) -> Iterator[str]:
    places = ", ".join(dossier.systems)
    if places and unseen:
        yield f"Staat in: {places}, en is nog niet opnieuw gemeld."
    elif places:
        yield f"Staat zonder geldig signaal in: {places}. Hoort misschien bij een andere gemeente."


def _of_facts(dossier: Dossier) -> Iterator[str]:
    if len(dossier.bsns) > 1:
        yield "Heeft meer dan één BSN. Controleer of dit één persoon is."
    if dossier.verdict and not dossier.bsns:
        yield "Het BSN is niet bekend."
    if dossier.answer.help == "ja":
        yield "Vroeg om hulp bij DUO."
    for law, day in dossier.decisions:
        yield f"Besluit van {short_day(day)}: {law}."


def _of_signals(dossier: Dossier, catalogue: SignalCatalogue) -> Iterator[str]:
    count = sum(signal.may_be_ignored for signal in dossier.signals)
    if count:
        yield "Het tienwekensignaal mag u negeren." if count == 1 else "De tienwekensignalen mag u negeren."
    kinds = {code: catalogue.kind(code) for code in {signal.code for signal in dossier.signals}}
    if any(signal.wet == "Wi2007" and kinds[signal.code] == "new_obligation" for signal in dossier.signals):
        yield "Nieuwe plicht onder de Wi2007. Overleg met DUO."
    unknown = sorted(code for code, kind in kinds.items() if kind is None)
    if unknown:
        yield f"Onbekende signaal{'code' if len(unknown) == 1 else 'codes'}: {', '.join(unknown)}."


def proposal(dossier: Dossier, rounds: Rounds, day: date) -> str:
    """Return the choice of law that the round proposes, for a recorded wrong kennisgeving only; else nothing.

    It changes nothing: only DUO's signal or a recorded decision does.
    """
    wrong = dossier.verdict and (dossier.verdict.state in ("corrected", "disputed") or dossier.verdict.reinstated)
    if dossier.notified is None or dossier.decisions or not wrong:
        return ""
    corrections = [signal.day for signal in dossier.signals if signal.code == "SS190"]
    optin = rounds.ruling(max(corrections, default=day)).optin
    if optin is None:
        return ""
    if day < optin.from_:
        return f"Een keuze kan vanaf {short_day(optin.from_)}."
    law = optin.proposal(dossier.verdict.group if dossier.verdict else None)
    return f"Voorstel: {law}, tenzij de persoon anders kiest."


_POLICY = {"erase": "", "restrict": " (afschermen)"}
_STATUS = {WAITING: ", wacht op akkoord", READY: ", komende nacht"}


def situations(
    session: Session, night: Night, people: People, strangers: Mapping[int, Sequence[str]]
) -> Iterator[tuple[int, Situation]]:
    """Yield (person id, situation) of every person of a municipality. strangers: person id -> systems."""
    code, settler = night.code, night.settler

    def of(table: Any, *columns: Any) -> Select[Any]:
        return select(table.person_id, *columns).where(table.municipality == code)

    since: dict[int, date] = since_when(session, code)
    since |= {person: day for person, day in session.execute(of(PersonState, PersonState.since))}
    notified: dict[int, date] = {
        person: day for person, day in session.execute(of(WrongNotification, WrongNotification.date))
    }
    decided = set(session.scalars(of(Decision)))
    answers = answered_without_texts(session, code)
    silent = {person: None for person in (*strangers, *people.on_hold) if person not in people.verdicts}
    for person, verdict in {**people.verdicts, **silent}.items():
        restart = settler.restart(verdict.group if verdict else None, people.day)
        yield (
            person,
            Situation(
                verdict=verdict,
                since=since.get(person),
                answer=answers.get(person, NOTHING),
                notified=notified.get(person),
                decided=person in decided,
                findable=people.key(person) is not None,
                systems=strangers.get(person, ()),
                unseen=person in strangers and restart > people.day,
                overdue=verdict is not None and settler.is_overdue(verdict, people.day),
            ),
        )


def to_be_erased(session: Session, code: str, people: People) -> dict[int, list[str]]:
    """Return in which systems a plan that waits would erase (or restrict) the data of a person, in Dutch."""
    query = (
        select(PlanPerson.key, CleaningPlan.system, CleaningPlan.policy, CleaningPlan.status)
        .join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
        .where(CleaningPlan.municipality == code, CleaningPlan.status.in_([WAITING, READY]))
        .order_by(CleaningPlan.system, CleaningPlan.id)
    )
    systems: defaultdict[int, list[str]] = defaultdict(list)
    for key, system, policy, status in session.execute(query):
        if (person := people.owner.get(key)) is not None:
            systems[person].append(f"{system}{_POLICY.get(policy, '')}{_STATUS[status]}")
    return dict(systems)
