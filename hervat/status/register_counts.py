"""Counts from the register, in a few grouped queries: files, rows, plans, notices, runs."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hervat.cleaning import in_plan, waiting_plans
from hervat.intake import KEPT, SUITE, incident_records
from hervat.register import EXECUTED, OPEN, READY, REFUSED
from hervat.register.models import (
    AnswerFile,
    CleaningPlan,
    Delivery,
    Download,
    Offer,
    PersonState,
    PlanPerson,
    QuarantinedRow,
    ValidationResult,
)
from hervat.settings import Municipality
from hervat.status.model import AnswersRefused, PlanLine, QualityMonth

_ROWS = ("read", "loaded", "known", "foreign", "quarantined", "unknown_code")


def downloads(session: Session, code: str) -> dict[str, dict[str, int]]:
    """Return the counts of files and rows.

    files: secured originals, offers that were known already, and open refusals. rows: of all loaded downloads;
    quarantined: those still open.
    """
    sums = [func.coalesce(func.sum(getattr(Download, f"rows_{name}")), 0) for name in _ROWS]
    refusals = func.count(case((Download.status == REFUSED, 1)))
    all_offers = select(func.count()).where(Offer.municipality == code).scalar_subquery()
    open_rows = QuarantinedRow.municipality == code, QuarantinedRow.status == OPEN
    quarantined = select(func.count()).where(*open_rows).scalar_subquery()
    query = select(func.count(), refusals, all_offers, quarantined, *sums).where(Download.municipality == code)
    secured, refused, offers, waiting, *values = session.execute(query).one()
    rows = {name: int(value) for name, value in zip(_ROWS, values, strict=True)}
    return {
        "files": {"fetched": secured, "known": max(0, offers - secured), "refused": refused},
        "rows": {**rows, "quarantined": waiting},
    }


def incidents(session: Session, code: str) -> list[dict[str, Any]]:
    """Return the open incidents: the download that each is about, the judgement, and the hours left of the 72.

    hours_left: negative after the term; None where it does not run. missing: what keeps it from being closed. waits:
    one person closed it, a second must.
    """
    now = datetime.now(UTC)
    return [
        {
            "id": record.id,
            "kind": record.kind,
            "download": record.download,
            "count": record.count,
            "since": record.since,
            "what": record.what,
            "discovered_at": record.discovered_at,
            "due_at": record.due_at,
            "hours_left": record.hours_left(now),
            "risk": record.risk,
            "missing": record.missing,
            "waits": record.waits,
        }
        for record in incident_records(session, code, only_open=True)
    ]


def answers(session: Session, code: str) -> list[AnswersRefused]:
    """Return what was rejected of the filled-in worklists still in the folder, a line a file and reason."""
    here = select(AnswerFile).where(AnswerFile.municipality == code, AnswerFile.present).order_by(AnswerFile.id)
    refused = []
    for file in session.scalars(here):
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, reason in file.refused:
            rows[reason].append(row)
        refused += [AnswersRefused(file.name, file.reason)] if file.reason else []
        refused += [AnswersRefused(file.name, reason, tuple(sorted(rows[reason]))) for reason in sorted(rows)]
    return refused


def plans(session: Session, municipality: Municipality) -> list[PlanLine]:
    """Return the plans that wait for approval or for the next run."""
    signed = {system.name for system in municipality.databases if municipality.approvers_of(system)}
    return [_plan_line(session, plan, plan.system in signed) for plan in waiting_plans(session, municipality.code)]


def _plan_line(session: Session, plan: CleaningPlan, signed: bool) -> PlanLine:
    persons = session.scalar(select(func.count()).where(PlanPerson.plan_id == plan.id)) or 0
    content = plan.content
    return PlanLine(
        system=plan.system,
        hash=plan.hash,
        why=plan.needs_approval,
        status=plan.status,
        made_on=plan.made_on,
        persons=persons,
        rows=content.get("rows", {}),
        nulled=content.get("nulled", {}),
        notes=list(content.get("notes", [])),
        signed=signed,
        since=in_plan(session, plan),
    )


def cleaning(session: Session, code: str) -> dict[str, dict[str, int]]:
    """Return for each system the persons in open plans, those that wait for approval, and those cleaned so far."""
    rows_ = session.execute(
        select(CleaningPlan.system, CleaningPlan.status, func.count(PlanPerson.key), func.count(PlanPerson.cleaned_on))
        .join(PlanPerson, PlanPerson.plan_id == CleaningPlan.id)
        .where(CleaningPlan.municipality == code)
        .group_by(CleaningPlan.system, CleaningPlan.status)
    )
    by_system: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"planned": 0, "waiting": 0, "cleaned": 0})
    for system, status, persons, cleaned in rows_:
        if status == EXECUTED:
            by_system[system]["cleaned"] += cleaned
        elif status in ("waiting", READY):
            by_system[system]["planned"] += persons
            by_system[system]["waiting"] += persons if status == "waiting" else 0
    return dict(by_system)


def delivered(session: Session, code: str) -> list[dict[str, Any]]:
    """Return the written deliveries, newest first."""
    query = select(Delivery).where(Delivery.municipality == code).order_by(Delivery.id.desc())
    return [
        {name: getattr(row, name) for name in ("quarter", "records", "written_on", "receipt", "remembers")}
        for row in session.scalars(query)
    ]


def quality(session: Session, code: str, day: date) -> list[dict[str, Any]]:
    """Return the expectations that failed on a day: counts, no values."""
    columns = [getattr(ValidationResult, name) for name in KEPT]
    query = select(*columns).where(
        ValidationResult.municipality == code,
        ValidationResult.day == day,
        ValidationResult.success.is_(False),
        ValidationResult.suite != SUITE,
    )
    return [dict(row) for row in session.execute(query).mappings()]


def quality_by_month(session: Session, code: str, day: date) -> list[QualityMonth]:
    """Return checks and failures by suite and month, for the year before a day."""
    result = ValidationResult
    sums = func.sum(result.element_count), func.sum(result.unexpected_count)
    since = date(day.year - 1, day.month, 1)
    query = select(result.suite, result.day, *sums).where(result.municipality == code, result.day.between(since, day))
    query = query.where(result.suite != SUITE)
    by_month: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for suite, on, checked, failed in session.execute(query.group_by(result.suite, result.day)):
        counts = by_month[suite, f"{on:%Y-%m}"]
        counts[0], counts[1] = counts[0] + int(checked or 0), counts[1] + int(failed or 0)
    return [QualityMonth(suite, month, *counts) for (suite, month), counts in sorted(by_month.items())]


def parked_since(session: Session, code: str) -> date | None:
    """Return the day since which the longest parked person is parked."""
    query = select(func.min(PersonState.since)).where(PersonState.municipality == code, PersonState.state == "parked")
    return session.scalar(query)
