"""Put a written delivery in place and record it, after a last look at the persons in it (rule 5)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hervat.bsn import normalised
from hervat.delivery.gate.look import in_records, not_free
from hervat.delivery.gate.stops import BOUNDS, DELIVERED, Breach, Stop, joined, of_rules, weighed
from hervat.delivery.job import XML, Correction, DeliveryError, Figures, Job, Prepared
from hervat.delivery.package import earlier, manifest, page
from hervat.delivery.package.bounds import outside, thin
from hervat.delivery.package.earlier import changed
from hervat.delivery.package.files import PackageParts, put_aside
from hervat.delivery.package.manifest import proof
from hervat.delivery.records.xml import Written
from hervat.errors import UsageError
from hervat.register.models import Delivery
from hervat.settings import Bounds
from hervat.settling import bsns_of, read_people


def place(jobs: Sequence[Job], parts: PackageParts, written: Written, correction: Correction | None) -> list[Prepared]:
    """Give the files their names and record the delivery, in one transaction; nothing if a stop is not accepted.

    If the same delivery is there already, it is left untouched, its manifest too.
    """
    with jobs[0].night.register.session() as session:
        outcomes = [_outcome(session, job, parts, written, correction) for job in jobs]
        if any(not stop.accepted for outcome in outcomes for stop in outcome.stops):
            return [_stopped(session, job, outcome) for job, outcome in zip(jobs, outcomes, strict=True)]
        described = manifest.describe(
            jobs, outcomes, _files(jobs, parts, outcomes), correction.why if correction else None
        )
        with parts.open(manifest.NAME) as handle:
            handle.write(manifest.as_bytes(described))
        if _known(session, jobs, written) and manifest.is_in_place(jobs[0].directory, described):
            _learn(session, jobs)
        else:
            for job, done in zip(jobs, outcomes, strict=True):
                _note(session, job, written, done, correction)
                _refuse_since(session, job)
            _keep_earlier(session, jobs[0], correction)
            parts.put_in_place()
    return outcomes


def stops_of(session: Session, job: Job) -> tuple[Stop, ...]:
    """Return the bounds and rules that the records break, and who accepted that."""
    stops = of_rules(job.night.keyring, [*_twice(job), *(job.judge.verdict() if job.judge else [])])
    before = earlier.before(session, job.night.code, job.quarter)
    if bounds := [*_outside(job.cbs.bounds, before, job.figures), *_thin(session, job)]:
        stops.append(joined(BOUNDS, bounds))
    return weighed(session, job.night, job.quarter, stops)


def _thin(session: Session, job: Job) -> list[Stop]:
    comparison = thin(session, job)
    return [Stop(BOUNDS, comparison.lines, comparison.members, dutch=comparison.dutch)] if comparison else []


def _outside(bounds: Bounds | None, before: Delivery | None, figures: Figures) -> list[Stop]:
    if bounds is None or before is None or not before.figures:
        return []
    differences = outside(bounds, before.figures, figures.as_json())
    lines, dutch = tuple(map(str, differences)), tuple(difference.dutch for difference in differences)
    members = frozenset(f"{before.digest} {line}" for line in lines)
    return [Stop(BOUNDS, lines, members, dutch=dutch)] if differences else []


def _outcome(
    session: Session, job: Job, parts: PackageParts, written: Written, correction: Correction | None
) -> Prepared:
    stops, changes = stops_of(session, job), None
    if correction:
        of = earlier.corrected(session, job, correction)
        if of.digest == written.digest:
            raise UsageError("the records are those of the delivery that is to be corrected: nothing changed")
        file = earlier.file_of(job.directory, of.digest)
        changes = changed(file, parts.path(XML), job.layout) if file else {"unknown": "the earlier file is not here"}
    elif _was_delivered(session, job, written):
        line = "it has the portal's receipt and the records are others now; give --correction-of and --reason"
        dutch = ("het CBS heeft de ontvangst bevestigd",)
        stops = (*stops, Stop(DELIVERED, (line,), frozenset([line]), dutch=dutch))
    return job.done(True, stops, changes)


def _was_delivered(session: Session, job: Job, written: Written) -> bool:
    last = earlier.last(session, job.night.code, job.quarter)
    same = last is not None and last.digest == written.digest
    return not same and earlier.delivered(session, job.night.code, job.quarter)


def _stopped(session: Session, job: Job, done: Prepared) -> Prepared:
    night = job.night
    detail = "; ".join(line for stop in done.stops if not stop.accepted for line in stop.lines) or "another gemeente"
    night.record(session, "cbs stopped", job.quarter, detail)
    return job.done(False, done.stops, done.changes)


def _files(jobs: Sequence[Job], parts: PackageParts, outcomes: Sequence[Prepared]) -> dict[str, str]:
    with parts.open(page.NAME) as handle:
        handle.write(page.readme(jobs, outcomes))
    with parts.open(manifest.PAGE) as handle:
        handle.write(page.page(jobs, outcomes, manifest.sha256(parts.path(XML))))
    return {name: manifest.sha256(parts.path(name)) for name in (XML, page.NAME, manifest.PAGE)}


def _refuse_since(session: Session, job: Job) -> None:
    """Raise DeliveryError if somebody in the records became corrected or disputed since the gate looked."""
    night = job.night
    people = read_people(session, night.code, night.settler, night.as_of)
    since = {person for person in not_free(people) if not _was_wrong(job, person)}
    bsns = bsns_of(session, night.code, night.keyring, people, since)
    digits = frozenset().union(*bsns.values())
    wrong = len(in_records(night, job.source, digits)) if digits else 0
    if wrong:
        raise DeliveryError(f"the records hold {wrong} corrected or disputed persons; nothing was written: try again")


def _was_wrong(job: Job, person: int) -> bool:
    verdict = job.facts.people.verdicts.get(person)
    return verdict is not None and verdict.state in ("corrected", "disputed")


def _note(session: Session, job: Job, written: Written, done: Prepared, correction: Correction | None) -> None:
    night = job.night
    of = earlier.corrected(session, job, correction).digest if correction else None
    row = Delivery(
        municipality=night.code,
        quarter=job.quarter,
        records=done.records,
        digest=written.digest,
        gate=job.gate,
        written_on=night.as_of,
        proof={**proof(job), "stops": [stop.as_json() for stop in done.stops], "expectations": _expected(job)},
        figures=job.figures.as_json(),
        corrects=of,
        reason=correction.why if correction else None,
        changes=done.changes,
    )
    job.memory.keep(session, row)
    detail = f"{done.records} records, sha256 {written.digest}"
    action = "cbs correction written" if correction else "cbs written"
    detail += f"; corrects {of}: {correction.why}" if correction else ""
    night.record(session, action, job.quarter, detail)


def _expected(job: Job) -> list[dict[str, object]]:
    return job.judge.results if job.judge else []


def _twice(job: Job) -> list[Breach]:
    """Return the persons in more than one record, as a query that joins too much gives."""
    bsns = frozenset(digits for bsn in job.source.doubles() if (digits := normalised(bsn)))
    return [Breach("person_twice", (), bsns)] if bsns else []


def _keep_earlier(session: Session, job: Job, correction: Correction | None) -> None:
    """Put the corrected delivery aside: it was uploaded, so it is kept as it was."""
    if correction is None:
        return
    digest = earlier.corrected(session, job, correction).digest
    if earlier.file_of(job.directory, digest) == job.directory / XML:
        put_aside(job.directory, earlier.kept_in(job.directory, digest))


def _learn(session: Session, jobs: Sequence[Job]) -> None:
    """Store the persons of a delivery by an older hervat: the same bytes were just written again."""
    for job in jobs:
        row = earlier.last(session, job.night.code, job.quarter)
        if row is not None and not row.remembers:
            job.memory.keep(session, row)


def _known(session: Session, jobs: Sequence[Job], written: Written) -> bool:
    rows = (earlier.last(session, job.night.code, job.quarter) for job in jobs)
    return all(row is not None and row.digest == written.digest for row in rows)
