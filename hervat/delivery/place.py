"""Put a written delivery in place and note it, after a last look at the persons in it (rule 5)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.delivery import manifest, readme
from hervat.delivery.files import Parts
from hervat.delivery.job import XML, DeliveryError, Job
from hervat.delivery.xml import Written
from hervat.register.models import Delivery
from hervat.register.people import People, read_people


def place(job: Job, parts: Parts, written: Written, met: set[str]) -> None:
    """Give the files their names and note the delivery, in one transaction. met: the pseudonyms in the records.

    The same delivery as stands there already is left untouched, its manifest too.
    """
    night, described = job.night, _described(job, parts, written)
    with night.register.session() as session:
        known = _last_digest(session, job) == written.digest
        if not (known and manifest.stands(job.directory, described)):
            _note(session, job, written)
            refuse_wrong(read_people(session, night.code, night.settler, night.as_of), met)
            parts.put_in_place()


def refuse_wrong(people: People, pseudonyms: Iterable[str]) -> None:
    """Raise DeliveryError when a corrected or disputed person is among these."""
    verdicts = (people.state_of(one) for one in pseudonyms)
    wrong = sum(verdict is not None and verdict.state in ("corrected", "disputed") for verdict in verdicts)
    if wrong:
        raise DeliveryError(f"the records hold {wrong} corrected or disputed persons; nothing was written: try again")


def _described(job: Job, parts: Parts, written: Written) -> dict[str, Any]:
    with parts.open(readme.NAME) as handle:
        handle.write(readme.readme(job, written.records))
    files = {name: manifest.sha256(parts.path(name)) for name in (XML, readme.NAME)}
    described = manifest.describe(job, files, written.records)
    with parts.open(manifest.NAME) as handle:
        handle.write(manifest.as_bytes(described))
    return described


def _note(session: Session, job: Job, written: Written) -> None:
    night = job.night
    session.add(
        Delivery(
            municipality=night.code,
            quarter=job.quarter,
            records=written.records,
            digest=written.digest,
            gate=job.gate,
            written_on=night.as_of,
        )
    )
    told = f"{written.records} records, sha256 {written.digest}"
    journal.record(session, night.code, night.actor, "cbs written", job.quarter, told, night.origin)


def _last_digest(session: Session, job: Job) -> str | None:
    wanted = select(Delivery.digest).where(Delivery.municipality == job.night.code, Delivery.quarter == job.quarter)
    return session.scalars(wanted.order_by(Delivery.id.desc()).limit(1)).first()
