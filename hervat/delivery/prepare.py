"""Prepare a delivery: gate first, then the records, XML and manifest. It never settles or cleans (rule 5)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hervat import journal
from hervat.delivery.accept import weigh
from hervat.delivery.files import parts_in
from hervat.delivery.gate import reasons
from hervat.delivery.job import XML, Job, Prepared
from hervat.delivery.layout import read_layout
from hervat.delivery.look import in_records, look_at_systems
from hervat.delivery.place import place, refuse_wrong
from hervat.delivery.quarters import checked, peildatum
from hervat.delivery.records import Record, check_columns, read_records
from hervat.delivery.schema import read_schema, validate
from hervat.delivery.source import RecordsSource, open_records
from hervat.delivery.xml import write_xml
from hervat.errors import UsageError
from hervat.night import Night
from hervat.settings import Cbs


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
        job = Job(night, cbs, quarter, layout, facts, weighed)
        return _deliver(job, source) if job.gate["open"] else _blocked(job)


def _configured(night: Night) -> Cbs:
    if night.municipality.cbs is None:
        raise UsageError(f"municipality {night.code} has no cbs in hervat.yaml; add it to deliver")
    return night.municipality.cbs


def _blocked(job: Job) -> Prepared:
    night = job.night
    shut = [f"{one.code} {one.count}" for one in job.weighed if not one.accepted]
    told = ", ".join([*shut, *(["not everything could be read"] if job.facts.errors else [])])
    with night.register.session() as session:
        journal.record(session, night.code, night.actor, "cbs blocked", job.quarter, told, night.origin)
    for error in job.facts.errors:
        night.fail(error)
    return job.done(False, 0)


def _deliver(job: Job, source: RecordsSource) -> Prepared:
    check_columns(source, job.layout)
    schema = read_schema(job.cbs.xsd) if job.cbs.xsd else None
    met: set[str] = set()
    with parts_in(job.directory) as parts:
        with parts.open(XML) as handle:
            records = _lawful(job, read_records(source, job.layout), met)
            written = write_xml(handle, job.layout, job.header(), records)
        if schema:
            validate(parts.path(XML), schema)
        place(job, parts, written, met)
    job.night.say(f"cbs {job.quarter}: {written.records} records in {job.directory}")
    return job.done(True, written.records)


def _lawful(job: Job, records: Iterable[Record], met: set[str]) -> Iterator[Record]:
    """Pass the records on, each looked at once more before it is written (rule 5); `met` gathers their pseudonyms."""
    for record in records:
        pseudonym = job.night.keyring.pseudonym("bsn", record.bsn)
        refuse_wrong(job.facts.people, [pseudonym])
        met.add(pseudonym)
        yield record
