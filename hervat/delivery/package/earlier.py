"""Earlier deliveries: the one to compare with, the one that is corrected, its file, and the differences by person."""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hervat.delivery.job import XML, Correction, Job
from hervat.delivery.package.manifest import sha256
from hervat.delivery.records.layout import RecordLayout
from hervat.errors import UsageError
from hervat.register.models import Delivery

_SHORTEST = 8  # signs of a SHA-256


def last(session: Session, code: str, quarter: str) -> Delivery | None:
    """Return the last delivery that was written for a quarter."""
    return session.scalars(_of(code).where(Delivery.quarter == quarter).limit(1)).first()


def delivered(session: Session, code: str, quarter: str) -> bool:
    """True if a delivery of the quarter has the portal's receipt."""
    return any(row.receipt for row in session.scalars(_of(code).where(Delivery.quarter == quarter)))


def before(session: Session, code: str, quarter: str) -> Delivery | None:
    """Return the delivery of an earlier quarter to compare with: the last one, preferably with a receipt."""
    query = select(Delivery).where(
        Delivery.municipality == code, Delivery.quarter < quarter, Delivery.figures.is_not(None)
    )
    ordered = query.order_by(Delivery.quarter.desc(), Delivery.receipt.is_(None), Delivery.id.desc())
    return session.scalars(ordered.limit(1)).first()


def corrected(session: Session, job: Job, correction: Correction) -> Delivery:
    """Return the delivery that is corrected. Raises UsageError if there is none."""
    of = correction.of.strip()
    rows = list(session.scalars(_of(job.night.code).where(Delivery.quarter == job.quarter)))
    matches = [
        row for row in rows if of and (row.receipt == of or (len(of) >= _SHORTEST and row.digest.startswith(of)))
    ]
    if not matches:
        raise UsageError(
            f"{job.night.code} has no delivery of {job.quarter} with this receipt or SHA-256; see `hervat cbs list`"
        )
    return matches[0]


def kept_in(directory: Path, digest: str) -> Path:
    """Return the folder for a delivery that a correction replaces."""
    return directory / f"vorige-{digest[:12]}"


def file_of(directory: Path, digest: str) -> Path | None:
    """Return the file of an earlier delivery; None if it is gone or was changed."""
    for folder in (directory, kept_in(directory, digest)):
        path = folder / XML
        if path.is_file() and sha256(path) == digest:
            return path
    return None


def _of(code: str) -> Select[Delivery]:
    return select(Delivery).where(Delivery.municipality == code).order_by(Delivery.id.desc())


def changed(earlier: Path, now: Path, layout: RecordLayout) -> dict[str, Any]:
    """Return how many persons came, went and changed, and in how many each kenmerk changed.

    In memory are a digest of each record of the earlier file, and the values of the records that changed.
    """
    old, new = dict(_marks(earlier, layout)), dict(_marks(now, layout))
    differ = {bsn for bsn, mark in new.items() if bsn in old and old[bsn] != mark}
    before, after = (_values(path, layout, differ) for path in (earlier, now))
    kenmerken = Counter(
        name for bsn in differ for name in {*before[bsn], *after[bsn]} if before[bsn].get(name) != after[bsn].get(name)
    )
    return {
        "added": len(new.keys() - old.keys()),
        "removed": len(old.keys() - new.keys()),
        "changed": len(differ),
        "kenmerken": dict(sorted(kenmerken.items())),
    }


def _marks(path: Path, layout: RecordLayout) -> Iterator[tuple[str, bytes]]:
    for bsn, values in _records(path, layout):
        yield bsn, blake2b(repr(sorted(values.items())).encode(), digest_size=16).digest()


def _values(path: Path, layout: RecordLayout, wanted: set[str]) -> dict[str, dict[str, str]]:
    return {bsn: values for bsn, values in _records(path, layout) if bsn in wanted}


def _records(path: Path, layout: RecordLayout) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (BSN, kenmerk -> text) of the records of a file, streamed."""
    tag = layout.tag(layout.record)
    for _event, element in etree.iterparse(str(path), tag=tag, resolve_entities=False, no_network=True):
        values = {etree.QName(child).localname: child.text or "" for child in element}
        yield values["bsn"], values
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
