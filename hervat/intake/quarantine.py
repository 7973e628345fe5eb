"""Quarantine: the list of refused files and rows, and rejecting one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import check_typed, signed
from hervat.downloads import fix_of
from hervat.errors import UsageError
from hervat.intake.validation_results import VALIDATED
from hervat.named import same
from hervat.night import Night
from hervat.register import LOADED, OPEN, REFUSED, REJECTED, SECURED, scope
from hervat.register.models import Download, QuarantinedRow
from hervat.signing import Matter, Sign, confirmed, signers

_ACTION = "quarantine reject"
UNLOADED = (SECURED, VALIDATED, REFUSED)
OVERRULABLE = frozenset({"birth_malformed", "kennisgeving_malformed", "text_too_long", "control_characters"})
"""The reasons that a person may overrule: they concern neither the person of the row nor its signal."""


@dataclass(frozen=True)
class QuarantinedItem:
    """A whole file (row None) or a row in quarantine; `correction`: it shuts the CBS gate.

    detail: the error of a refused file, with the fix; a line in English, one in Dutch.
    """

    download_id: int
    file: str
    row: int | None
    reason: str
    correction: bool
    since: date
    source: str = field(default="", kw_only=True)
    detail: str = field(default="", kw_only=True)

    @property
    def acceptable(self) -> bool:
        """True if a person may overrule it, as far as its first reason tells."""
        return self.row is not None and not self.correction and self.reason in OVERRULABLE

    @property
    def mend(self) -> str:
        """The fix, in English; of a file with the error."""
        return self.detail.partition("\n")[0] or fix_of(self.reason).english

    @property
    def dutch_mend(self) -> str:
        """The fix, in Dutch."""
        return self.detail.partition("\n")[2] or fix_of(self.reason).dutch

    @property
    def cell(self) -> str:
        """The field that the reason is about; empty for a whole row or file."""
        return fix_of(self.reason).field


def decision_term(night: Night, item: QuarantinedItem) -> tuple[str | None, date]:
    """Return the owner of an item (of the source, else of the municipality), and the last day to decide."""
    municipality = night.municipality
    owners = {source.name: source.owner for source in municipality.sources}
    days = (municipality.quarantine or night.settings.quarantine).decide_within_days
    return owners.get(item.source) or municipality.owner, item.since + timedelta(days=days)


def quarantined(session: Session, municipality: str) -> list[QuarantinedItem]:
    """Return the items in quarantine: refused files first, then rows, by file and row."""
    files = session.scalars(
        select(Download).where(scope(Download, municipality), Download.status == REFUSED).order_by(Download.id)
    )
    rows = session.execute(
        select(QuarantinedRow, Download.name, Download.source)
        .join(Download, Download.id == QuarantinedRow.download_id)
        .where(
            scope(QuarantinedRow, municipality),
            QuarantinedRow.status == OPEN,
            Download.status.in_([LOADED, VALIDATED]),
        )
        .order_by(QuarantinedRow.download_id, QuarantinedRow.row)
    )
    whole = [
        QuarantinedItem(
            f.id, f.name, None, f.reason or "refused", True, f.secured_on, source=f.source, detail=f.detail or ""
        )
        for f in files
    ]
    return whole + [
        QuarantinedItem(q.download_id, name, q.row, q.reason, q.correction, q.since, source=source)
        for q, name, source in rows
    ]


def reject_quarantined(
    night: Night, download_id: int, row: int | None, by: str, why: str, sign: Sign | None = None
) -> bool:
    """Reject a refused file or a quarantined row; return False if it waits for a second person.

    Where the municipality has approvers, what may hold a correction takes the signatures (`sign`) of two. Raises
    UsageError if it is not in quarantine, and as `confirmed` does.
    """
    check_typed(by, why)
    thing = f"download {download_id}" + (f" row {row}" if row is not None else "")
    with night.register.session() as session:
        items = _items(session, night, download_id, row)
    two = night.municipality.approvers is not None and any(_may_correct(item) for item in items)
    who = confirmed(night, Matter(_ACTION, thing, {"items": len(items)}), by, why, sign) if two else signed(by, why)
    with night.register.session() as session:
        first = signers(session, night, _ACTION, thing) if two else {""}
        if same(who.by) in first:
            raise UsageError(f"{who.by} has signed this already; another person must")
        if first:
            for item in _items(session, night, download_id, row):
                item.status, item.ended_by, item.ended_why = REJECTED, who.by, who.reason
        night.record(session, "rejected" if first else "rejection waits for a second person", thing, "ok", by=who)
    return bool(first)


def _may_correct(item: Download | QuarantinedRow) -> bool:
    return isinstance(item, Download) or item.correction


def _items(session: Session, night: Night, download_id: int, row: int | None) -> Sequence[Download | QuarantinedRow]:
    """Return the refused file, or the open rows of a loaded one, or one of them. Raises UsageError if there is none."""
    download = session.get(Download, download_id)
    if download is None or download.municipality != night.code:
        raise UsageError(f"{night.code} has no download {download_id}; `hervat quarantine list` shows them")
    if row is None and download.status == REFUSED:
        return [download]
    query = select(QuarantinedRow).where(QuarantinedRow.download_id == download.id, QuarantinedRow.status == OPEN)
    rows = session.scalars(query if row is None else query.where(QuarantinedRow.row == row)).all()
    if not rows and row is None:
        raise UsageError(f"download {download.id} is {download.status} and has no row in quarantine")
    if not rows:
        raise UsageError(f"row {row} of download {download_id} is not in quarantine")
    return rows


def download_number(night: Night, given: str) -> int | None:
    """Return the number of a download, given by number or file name; of several, one that is still open."""
    with night.register.session() as session:
        query = select(Download).where(scope(Download, night.code))
        query = query.where(Download.id == int(given)) if given.isdigit() else query.where(Download.name == given)
        downloads = session.scalars(query.order_by(Download.id.desc())).all()
        open_ids = {item.download_id for item in quarantined(session, night.code)}
    return next((row.id for row in downloads if row.id in open_ids), downloads[0].id if downloads else None)
