"""Prepare a delivery: gate first, then the records, XML and manifest. It never settles or cleans (rule 5)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from typing import BinaryIO

from hervat.attribution import check_typed
from hervat.delivery.gate.accept import weigh
from hervat.delivery.gate.delivered_persons import Memory
from hervat.delivery.gate.look import in_records, look_at_systems, not_free
from hervat.delivery.gate.reasons import DELIVERED_CORRECTED, reasons
from hervat.delivery.gate.stops import OTHERS, Judge, Stop, accept_stop, matter_of
from hervat.delivery.job import XML, Correction, DeliveryError, Job, Prepared
from hervat.delivery.package.files import parts_in
from hervat.delivery.package.place import place, stops_of
from hervat.delivery.quarters import checked, peildatum
from hervat.delivery.records.layout import read_layout
from hervat.delivery.records.records import Part, check_columns, read_parts
from hervat.delivery.records.schema import schema_for, validate
from hervat.delivery.records.source import open_records
from hervat.delivery.records.xml import Writer, Written
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import utc_now
from hervat.settings import Cbs
from hervat.settling import bsns_of
from hervat.signing import Sign, confirmed

MakeJudge = Callable[[], Judge]


def prepare(
    night: Night, quarter: str, make_judge: MakeJudge | None = None, correction: Correction | None = None
) -> Prepared:
    """Write `<output>/cbs/CODE/QUARTER/` if the gate is open; else write nothing and return why it is shut.

    If the gate is shut an older delivery is left as it is; the same data gives the same bytes again. make_judge: the
    rules across the fields of a record. correction: the earlier delivery that this one corrects. Raises UsageError
    without `cbs` in the configuration, and HervatError when the records can't be delivered.
    """
    return prepare_together([night], quarter, make_judge, correction)[0]


def prepare_together(
    nights: Sequence[Night],
    quarter: str,
    make_judge: MakeJudge | None = None,
    correction: Correction | None = None,
) -> list[Prepared]:
    """Write the file in which a reporter delivers several gemeenten: for all or for none. See `prepare`."""
    with ExitStack() as stack:
        jobs = [open_job(stack, night, quarter, make_judge() if make_judge else None) for night in nights]
        _same(jobs)
        jobs = _without_own_cause(jobs, correction)
        shut = [job for job in jobs if not job.gate["open"]]
        if shut:
            return [_blocked(job, [blocked.night.code for blocked in shut]) for job in jobs]
        return _deliver(jobs, correction)


def open_job(stack: ExitStack, night: Night, quarter: str, judge: Judge | None) -> Job:
    """Return a delivery at its start: looked at by the gate, its records open until the stack ends."""
    cbs = _configured(night)
    layout = read_layout(cbs.layout, night.settings.directory)
    facts = look_at_systems(night)
    source = stack.enter_context(open_records(night.municipality, cbs, peildatum(checked(quarter))))
    read_at = utc_now()
    facts = replace(facts, records=in_records(night, source, facts.watched))
    with night.register.session() as session:
        weighed = tuple(weigh(session, night, quarter, reasons(facts)))
    return Job(night, cbs, quarter, layout, facts, weighed, source, read_at, Memory(night.keyring), judge)


def _configured(night: Night) -> Cbs:
    if night.municipality.cbs is None:
        raise UsageError(f"municipality {night.code} has no cbs in hervat.yaml; add it to deliver")
    return night.municipality.cbs


def _same(jobs: Sequence[Job]) -> None:
    """Refuse one file for gemeenten with different settings."""
    first = jobs[0]
    if first.cbs.together and first.layout.block is None:
        raise UsageError(f"the layout {first.layout.name} names no block, so cbs.together can't be; deliver apart")
    for job in jobs[1:]:
        if (job.layout, job.cbs.xsd, job.cbs.reporter) != (first.layout, first.cbs.xsd, first.cbs.reporter):
            raise UsageError("what is delivered together needs the same reporter, layout and xsd under cbs")


def _without_own_cause(jobs: list[Job], correction: Correction | None) -> list[Job]:
    """Return the jobs; the correction of a delivery with corrected persons is not shut by that, for it ends it.

    A correction of another quarter, or of one that CBS does not have, is shut like any delivery.
    """
    there = (block for job in jobs for block in job.facts.at_cbs if block.quarter == job.quarter)
    if correction is None or not any(block.corrected for block in there):
        return jobs
    return [replace(job, weighed=tuple(r for r in job.weighed if r.code != DELIVERED_CORRECTED)) for job in jobs]


def _blocked(job: Job, shut: list[str]) -> Prepared:
    night = job.night
    if job.gate["open"]:
        waits = tuple(f"the gate of {code} is shut" for code in shut)
        dutch = tuple(f"de poort van {code} is dicht" for code in shut)
        return job.done(False, (Stop(OTHERS, waits, frozenset(waits), dutch=dutch),))
    reasons_ = [f"{reason.code} {reason.count}" for reason in job.weighed if not reason.accepted]
    detail = ", ".join([*reasons_, *(["not everything could be read"] if job.facts.errors else [])])
    with night.register.session() as session:
        night.record(session, "cbs blocked", job.quarter, detail)
    for error in job.facts.errors:
        night.error(error)
    return job.done(False)


def _deliver(jobs: Sequence[Job], correction: Correction | None) -> list[Prepared]:
    first = jobs[0]
    for job in jobs:
        check_columns(job.source, job.layout)
    schema = schema_for(first.layout, first.cbs.xsd)
    with parts_in(first.directory) as parts:
        written = _write(jobs, parts.open(XML))
        validate(parts.path(XML), schema, first.layout.tag(first.layout.record))
        outcomes = place(jobs, parts, written, correction)
    for job, done in zip(jobs, outcomes, strict=True):
        if done.written:
            job.night.log(f"cbs {job.quarter}: {done.records} records in {job.directory}")
    return outcomes


def _write(jobs: Sequence[Job], opened: AbstractContextManager[BinaryIO]) -> Written:
    with opened as handle:
        writer = Writer(handle, jobs[0].layout)
        with writer.whole():
            for job in jobs:
                with writer.block() if job.cbs.together else nullcontext():
                    writer.gemeente(job.header(), checked_parts(job))
    return Written(writer.records, writer.digest)


def checked_parts(job: Job) -> Iterator[Part]:
    """Yield the records, each checked once more before it is written (rule 5), counted and judged."""
    wrong = _not_free(job)
    for part in read_parts(job.source, job.layout):
        met = wrong.intersection(part.texts["bsn"])
        if met:
            raise DeliveryError(f"the records hold {len(met)} corrected or disputed persons; nothing was written")
        job.figures.add(part, job.layout)
        job.memory.add(part.texts["bsn"])
        if job.judge:
            job.judge.look(part, job.layout)
        yield part


def _not_free(job: Job) -> frozenset[str]:
    """Return the BSNs of the persons who may be in no delivery."""
    night, people = job.night, job.facts.people
    with night.register.session() as session:
        return frozenset().union(*bsns_of(session, night.code, night.keyring, people, not_free(people)).values())


def accept_as_it_stands(
    night: Night,
    quarter: str,
    code: str,
    by: str,
    reason: str,
    make_judge: MakeJudge | None = None,
    sign: Sign | None = None,
) -> Stop:
    """Record that a person accepts the bounds or rules that the records break now; return what they accepted.

    sign: their signature, where the municipality has approvers. Raises UsageError if the records break none, and as
    `confirmed` does.
    """
    check_typed(by, reason)
    found = next((stop for stop in _stops(night, quarter, make_judge) if stop.code == code), None)
    if found is None:
        raise UsageError(f"{code} does not stop the delivery of {quarter}; `hervat cbs prepare` shows what does")
    who = confirmed(night, matter_of(quarter, found), by, reason, sign)
    accept_stop(night, quarter, found, who)
    return replace(found, accepted_by=who.by, why=who.reason)


def _stops(night: Night, quarter: str, make_judge: MakeJudge | None) -> tuple[Stop, ...]:
    with ExitStack() as stack:
        job = open_job(stack, night, quarter, make_judge() if make_judge else None)
        _read(job)
        with night.register.session() as session:
            return stops_of(session, job)


def _read(job: Job) -> None:
    for _ in checked_parts(job):
        pass
