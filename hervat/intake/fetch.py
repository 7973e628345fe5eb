"""Fetch: list each source, take what is stable and not yet known, stream it into the vault, then tell the register."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.downloads import Format, load_format, name_facts
from hervat.errors import HervatError, redacted
from hervat.night import Counts, Night
from hervat.pickup import Offered, Pickup, open_pickup
from hervat.register.models import Download, Offer
from hervat.register.models.intake import REFUSED, REJECTED
from hervat.settings import Source
from hervat.vault import Vault, VaultObject

_KIND = "download"
_ZONE = ZoneInfo("Europe/Amsterdam")
_WAITS = (1.0, 3.0)


@dataclass(frozen=True)
class Facts:
    """What is known of a file before it is read: where it came from and when it was made."""

    source: str
    name: str
    made_at: datetime
    wet: str | None


def fetch(night: Night) -> Counts:
    """Secure what the sources offer. A source that fails is an error of its own; the others go on.

    Counts: files fetched (new originals) and known (offered again, loaded already).
    """
    vault = Vault(night.settings.vault, night.keyring)
    vault.sweep()
    _adopt(night, vault)
    found = {"fetched": 0, "known": 0}
    for source in night.municipality.sources:
        try:
            for outcome in _retried(lambda source=source: list(_from_source(night, vault, source))):  # type: ignore[misc]
                found[outcome] += 1
        except Exception as error:  # noqa: BLE001 - a failure stays within its source
            night.fail(f"source {source.name}: {redacted(error)}")
    return {"files": found}


def _retried(take: Callable[[], list[str]]) -> list[str]:
    """Try again after what passes by itself (a lost connection), never after what does not (a wrong key)."""
    done: list[str] = []
    for wait in (*_WAITS, None):
        try:
            return done + take()
        except HervatError as error:
            if wait is None or not getattr(error, "passing", False):
                raise
            time.sleep(wait)
    return done


def _from_source(night: Night, vault: Vault, source: Source) -> Iterator[str]:
    form = load_format(source.format, night.settings.directory)
    how = "keep" if night.shadow else source.after_pickup
    with open_pickup(source) as pickup:
        for offered in pickup.offered():
            known = _offered_before(night, source, offered)
            if known is None or source.folder:  # a folder is read again: that costs little and misses nothing
                outcome = _take(night, vault, source, form, pickup, offered)
            else:
                outcome = _said_of(known)
            if how != "keep":
                pickup.settle(offered, how)
            if outcome:
                yield outcome
        for count, what in (
            (pickup.growing, "still growing, left for the next night"),
            (pickup.strange, "with a name that can't be used, left there"),
        ):
            if count:
                night.say(f"source {source.name}: {count} file(s) {what}")
        if pickup.strange:
            night.attention.append(f"source {source.name}: {pickup.strange} file(s) with a name that can't be used")


def _offered_before(night: Night, source: Source, offered: Offered) -> str | None:
    with night.register.session() as session:
        return session.scalars(
            select(Download.status)
            .join(Offer, Offer.download_id == Download.id)
            .where(
                Offer.municipality == night.code,
                Offer.source == source.name,
                Offer.name == offered.name,
                Offer.size == offered.size,
                Offer.modified == int(offered.modified),
            )
        ).first()


def _take(night: Night, vault: Vault, source: Source, form: Format, pickup: Pickup, offered: Offered) -> str:
    named = name_facts(form, offered.name)
    stamp = datetime.fromtimestamp(offered.modified, UTC)
    made_at = (named.made_at or stamp).astimezone(_ZONE).replace(tzinfo=None)
    facts = Facts(source.name, offered.name, made_at, named.wet)
    with vault.writer() as incoming:
        for chunk in pickup.chunks(offered):
            incoming.write(chunk)
        with night.register.session() as session:
            known = _same(session, night.code, incoming.digest, facts.made_at)
            if known:
                _remember(session, night, source, offered, known.id)
                return _said_of(known.status)
        thing = incoming.commit(_KIND, _meta(facts))
    with night.register.session() as session:
        download = _secure(session, night, thing, facts)
        _remember(session, night, source, offered, download.id)
    night.say(f"fetched {download.id} from {source.name}")
    return "fetched"


def _same(session: Session, code: str, digest: str, made_at: datetime) -> Download | None:
    return session.scalars(
        select(Download).where(
            Download.municipality == code, Download.digest == digest, Download.made_on == made_at.date()
        )
    ).first()


def _secure(session: Session, night: Night, thing: VaultObject, facts: Facts) -> Download:
    download = Download(
        municipality=night.code,
        source=facts.source,
        name=facts.name,
        digest=thing.digest,
        size=thing.size,
        made_at=facts.made_at,
        made_on=facts.made_at.date(),
        wet=facts.wet,
        object_id=thing.id,
        secured_on=night.as_of,
    )
    session.add(download)
    session.flush()
    journal.record(session, night.code, night.actor, "secured", f"download {download.id}", "ok", night.origin)
    return download


def _adopt(night: Night, vault: Vault) -> None:
    """Give the register the originals that a killed run had secured but not told it."""
    with night.register.session() as session:
        told = set(session.scalars(select(Download.object_id).where(Download.municipality == night.code)))
        for thing in vault.objects(_KIND):
            if thing.id in told:
                continue
            meta = thing.meta
            made_at = datetime.fromisoformat(str(meta["made_at"]))
            if _same(session, night.code, thing.digest, made_at) is None:
                wet = str(meta["wet"]) if meta.get("wet") else None
                _secure(session, night, thing, Facts(str(meta["source"]), str(meta["name"]), made_at, wet))


def _meta(facts: Facts) -> dict[str, str | int | None]:
    return {"source": facts.source, "name": facts.name, "made_at": facts.made_at.isoformat(), "wet": facts.wet}


def _said_of(status: str) -> str:
    """Return what a file that is secured already counts as: known, unless it was refused or rejected."""
    return "" if status in (REFUSED, REJECTED) else "known"


def _remember(session: Session, night: Night, source: Source, offered: Offered, download_id: int) -> None:
    """Remember the file as it was listed; the latest content under the same name, size and time stamp counts."""
    listed = {
        "municipality": night.code,
        "source": source.name,
        "name": offered.name,
        "size": offered.size,
        "modified": int(offered.modified),
    }
    found = session.scalars(select(Offer).filter_by(**listed)).first()
    if found is None:
        session.add(Offer(**listed, download_id=download_id))
    else:
        found.download_id = download_id
