"""The quarantine's life: what stands in it, and its end by a person."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import Signed, signed
from hervat.downloads import mend_of
from hervat.errors import UsageError
from hervat.intake.validation_results import VALIDATED
from hervat.night import Night
from hervat.register import LOADED, OPEN, REFUSED, REJECTED, SECURED
from hervat.register.models import Download, QuarantinedRow

UNLOADED = (SECURED, VALIDATED, REFUSED)
OVERRULABLE = frozenset({"birth_malformed", "kennisgeving_malformed", "text_too_long", "control_characters"})
"""The reasons that a person may overrule: they touch neither who the row is about nor what its signal says."""


@dataclass(frozen=True)
class QuarantinedItem:
    """A whole file (row None) or a row in quarantine; `correction`: it shuts the CBS gate.

    detail: what is wrong with a file and the mend, as it was refused; a line in English, one in Dutch.
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
        """Say whether a person may overrule it, as far as its first reason tells."""
        return self.row is not None and not self.correction and self.reason in OVERRULABLE

    @property
    def mend(self) -> str:
        """What is to be done about it; of a file with what is wrong with it."""
        return self.detail.partition("\n")[0] or mend_of(self.reason).english

    @property
    def dutch_mend(self) -> str:
        """What is to be done about it, in Dutch."""
        return self.detail.partition("\n")[2] or mend_of(self.reason).dutch

    @property
    def cell(self) -> str:
        """The field whose cell is meant, nothing where it is the row or the file."""
        return mend_of(self.reason).field


def decision_term(night: Night, item: QuarantinedItem) -> tuple[str | None, date]:
    """Return who owns what is held (of the source, else of the municipality), and by when he is to decide."""
    municipality = night.municipality
    owners = {source.name: source.owner for source in municipality.sources}
    days = (municipality.quarantine or night.settings.quarantine).decide_within_days
    return owners.get(item.source) or municipality.owner, item.since + timedelta(days=days)


def quarantined(session: Session, municipality: str) -> list[QuarantinedItem]:
    """Return what stands in quarantine: refused files first, then rows, by file and row."""
    files = session.scalars(
        select(Download).where(Download.municipality == municipality, Download.status == REFUSED).order_by(Download.id)
    )
    rows = session.execute(
        select(QuarantinedRow, Download.name, Download.source)
        .join(Download, Download.id == QuarantinedRow.download_id)
        .where(
            QuarantinedRow.municipality == municipality,
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


def reject_quarantined(night: Night, download_id: int, row: int | None, by: str, why: str) -> None:
    """End a refused file or a quarantined row: by whom, why. Raises UsageError when nothing such is held."""
    who = signed(by, why)
    with night.register.session() as session:
        download = session.get(Download, download_id)
        if download is None or download.municipality != night.code:
            raise UsageError(f"{night.code} has no download {download_id}; `hervat quarantine list` shows them")
        if row is None:
            _reject_file(session, download, who)
        else:
            _reject_row(session, download_id, row, who)
        thing = f"download {download_id}" + (f" row {row}" if row is not None else "")
        night.record(session, "rejected", thing, "ok", by=who)


def _reject_file(session: Session, download: Download, who: Signed) -> None:
    """End a refused file, or every open row of one that was loaded."""
    if download.status == REFUSED:
        download.status, download.ended_by, download.ended_why = REJECTED, who.by, who.reason
        return
    wanted = select(QuarantinedRow).where(QuarantinedRow.download_id == download.id, QuarantinedRow.status == OPEN)
    rows = session.scalars(wanted).all()
    if not rows:
        raise UsageError(f"download {download.id} is {download.status} and has no row in quarantine")
    for found in rows:
        found.status, found.ended_by, found.ended_why = REJECTED, who.by, who.reason


def _reject_row(session: Session, download_id: int, row: int, who: Signed) -> None:
    wanted = select(QuarantinedRow).where(QuarantinedRow.download_id == download_id, QuarantinedRow.row == row)
    found = session.scalars(wanted.where(QuarantinedRow.status == OPEN)).first()
    if found is None:
        raise UsageError(f"row {row} of download {download_id} is not in quarantine")
    found.status, found.ended_by, found.ended_why = REJECTED, who.by, who.reason


def download_number(night: Night, given: str) -> int | None:
    """Return the number of the download of this number or file name: of several, the one that still waits."""
    with night.register.session() as session:
        wanted = select(Download).where(Download.municipality == night.code)
        wanted = wanted.where(Download.id == int(given)) if given.isdigit() else wanted.where(Download.name == given)
        found = session.scalars(wanted.order_by(Download.id.desc())).all()
        open_ids = {item.download_id for item in quarantined(session, night.code)}
    return next((one.id for one in found if one.id in open_ids), found[0].id if found else None)
