"""Prepare a delivery: gate first, then the records, XML and manifest. It never settles or cleans (rule 5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.delivery import manifest, readme
from hervat.delivery.accept import answer, weigh
from hervat.delivery.facts import GateFacts
from hervat.delivery.files import Parts, parts_in
from hervat.delivery.gate import Reason, reasons
from hervat.delivery.layout import Layout, read_layout
from hervat.delivery.look import in_records, look_at_systems
from hervat.delivery.quarters import checked, peildatum
from hervat.delivery.records import Record, check_columns, read_records
from hervat.delivery.schema import read_schema, validate
from hervat.delivery.source import RecordsSource, open_records
from hervat.delivery.xml import Written, write_xml
from hervat.errors import HervatError, UsageError
from hervat.night import Night
from hervat.register.models import Delivery
from hervat.register.people import People, read_people
from hervat.settings import Cbs

XML = "swi.xml"


class DeliveryError(HervatError):
    """A delivery was stopped while it was written; what stood there before is left as it is."""


@dataclass(frozen=True)
class Prepared:
    """What came of it. reasons: all that stand, accepted ones too; errors: what could not be read; gate: as in answers."""

    written: bool
    reasons: tuple[Reason, ...]
    directory: Path
    records: int
    errors: tuple[str, ...] = ()
    gate: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Job:
    """One delivery that is being prepared."""

    night: Night
    cbs: Cbs
    quarter: str
    layout: Layout
    facts: GateFacts
    weighed: tuple[Reason, ...]

    @property
    def gate(self) -> dict[str, Any]:
        return answer(self.weighed, self.facts.errors)

    @property
    def directory(self) -> Path:
        return self.night.settings.output / "cbs" / self.night.code / self.quarter

    def done(self, written: bool, records: int) -> Prepared:
        return Prepared(written, self.weighed, self.directory, records, self.facts.errors, self.gate)


def prepare(night: Night, quarter: str) -> Prepared:
    """Write `<output>/cbs/CODE/QUARTER/` when the gate is open; else write nothing and say by what it is shut.

    An older delivery there is left as it is when the gate is shut; the same data gives the same bytes again.
    Raises UsageError without `cbs` in the configuration, and HervatError when the records can't be delivered.
    """
    cbs = _configured(night)
    layout = read_layout(cbs.layout, night.settings.directory)
    facts = look_at_systems(night)
    with open_records(night.municipality, cbs, peildatum(checked(quarter))) as source:
        facts = replace(facts, records=in_records(night, source))
        with night.register.session() as session:
            weighed = tuple(weigh(session, night, quarter, reasons(facts)))
        job = _Job(night, cbs, quarter, layout, facts, weighed)
        return _deliver(job, source) if job.gate["open"] else _blocked(job)


def _configured(night: Night) -> Cbs:
    if night.municipality.cbs is None:
        raise UsageError(f"municipality {night.code} has no cbs in hervat.yaml; add it to deliver")
    return night.municipality.cbs


def _blocked(job: _Job) -> Prepared:
    night = job.night
    shut = [f"{one.code} {one.count}" for one in job.weighed if not one.accepted]
    told = ", ".join([*shut, *(["not everything could be read"] if job.facts.errors else [])])
    with night.register.session() as session:
        journal.record(session, night.code, night.actor, "cbs blocked", job.quarter, told, night.origin)
    for error in job.facts.errors:
        night.fail(error)
    return job.done(False, 0)


def _deliver(job: _Job, source: RecordsSource) -> Prepared:
    check_columns(source, job.layout)
    with parts_in(job.directory) as parts:
        met: set[str] = set()
        written = _write(job, parts, _lawful(job, read_records(source, job.layout), met))
        if job.cbs.xsd:
            validate(parts.path(XML), read_schema(job.cbs.xsd))
        _finish(job, parts, written, met)
    job.night.say(f"cbs {job.quarter}: {written.records} records in {job.directory}")
    return job.done(True, written.records)


def _write(job: _Job, parts: Parts, records: Iterable[Record]) -> Written:
    values = {
        "municipality": job.night.code,
        "reporter": job.cbs.reporter,
        "quarter": job.quarter,
        "peildatum": str(peildatum(job.quarter)),
    }
    header = {name: values[what] for name, what in job.layout.header.items()}
    with parts.open(XML) as handle:
        return write_xml(handle, job.layout, header, records)


def _lawful(job: _Job, records: Iterable[Record], met: set[str]) -> Iterator[Record]:
    """Pass the records on, each looked at once more before it is written (rule 5); `met` gathers their pseudonyms."""
    for record in records:
        pseudonym = job.night.keyring.pseudonym("bsn", record.bsn)
        _refuse_wrong(job.facts.people, [pseudonym])
        met.add(pseudonym)
        yield record


def _refuse_wrong(people: People, pseudonyms: Iterable[str]) -> None:
    verdicts = (people.state_of(one) for one in pseudonyms)
    wrong = sum(verdict is not None and verdict.state in ("corrected", "disputed") for verdict in verdicts)
    if wrong:
        raise DeliveryError(f"the records hold {wrong} corrected or disputed persons; nothing was written: try again")


def _finish(job: _Job, parts: Parts, written: Written, met: set[str]) -> None:
    """Put the files in place and note the delivery, in one transaction, after a last look at the persons."""
    night = job.night
    described = _describe(job, parts, written)
    with night.register.session() as session:
        _refuse_wrong(read_people(session, night.code, night.settler, night.as_of), met)
        if _noted(session, job, written.digest) and manifest.stands(job.directory, described):
            return
        row = {"municipality": night.code, "quarter": job.quarter, "records": written.records, "digest": written.digest}
        session.add(Delivery(**row, gate=job.gate, written_on=night.as_of))
        told = f"{written.records} records, sha256 {written.digest}"
        journal.record(session, night.code, night.actor, "cbs written", job.quarter, told, night.origin)
        parts.put_in_place()


def _describe(job: _Job, parts: Parts, written: Written) -> dict[str, Any]:
    night = job.night
    early = night.as_of < peildatum(job.quarter)
    text = readme.readme(job.layout, night.code, night.municipality.name, job.quarter, written.records, early)
    with parts.open(readme.NAME) as handle:
        handle.write(text)
    files = {name: manifest.sha256(parts.path(name)) for name in (XML, readme.NAME)}
    described = manifest.describe(night, job.cbs, job.quarter, job.layout, job.weighed, files, written.records)
    with parts.open(manifest.NAME) as handle:
        handle.write(manifest.as_bytes(described))
    return described


def _noted(session: Session, job: _Job, digest: str) -> bool:
    wanted = select(Delivery.digest).where(Delivery.municipality == job.night.code, Delivery.quarter == job.quarter)
    return session.scalars(wanted.order_by(Delivery.id.desc()).limit(1)).first() == digest
