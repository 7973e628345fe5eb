"""What fetch tells the register: which files are known, and that an original was secured.

Sources are read side by side, the register is told by one at a time: SQLite has one writer, and of two sources that
offer the same file one has to be the first.
"""

from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.intake.facts import Facts
from hervat.night import Night
from hervat.pickup import Offered
from hervat.register import RegisterError
from hervat.register.models import Download, Offer
from hervat.register.models.intake import REFUSED, REJECTED
from hervat.vault import Vault, VaultObject
from hervat.vault.incoming import Incoming

KIND = "download"
Listed = tuple[str, int, int]


def listed(offered: Offered) -> Listed:
    """Return a file as it is remembered: name, size and time stamp in whole seconds."""
    return offered.name, offered.size, int(offered.modified)


class Ledger:
    """The register of one municipality, for threads that fetch."""

    def __init__(self, night: Night) -> None:
        self._night, self._lock = night, Lock()

    def known(self, source: str) -> dict[Listed, str]:
        """Return each file that the source offered before and is secured, with what it counts as tonight."""
        wanted = (
            select(Offer.name, Offer.size, Offer.modified, Download.status)
            .join(Download, Offer.download_id == Download.id)
            .where(Offer.municipality == self._night.code, Offer.source == source)
        )
        with self._lock, self._night.register.session() as session:
            return {
                (name, size, modified): _said_of(status) for name, size, modified, status in session.execute(wanted)
            }

    def secure(self, incoming: Incoming, facts: Facts, offered: Offered) -> tuple[str, int]:
        """Make a read file exist in vault and register; return what it counts as and its download's number.

        "fetched", or as it was known: the same bytes with the same date of making are one download.
        """
        with self._lock:
            found = self._found(incoming.digest, facts, offered)
            if found:
                return found
            thing = incoming.commit(KIND, facts.meta)
            try:
                with self._night.register.session() as session:
                    download = self._write(session, thing, facts)
                    self._remember(session, facts.source, offered, download.id)
                return "fetched", download.id
            except RegisterError:
                found = self._found(thing.digest, facts, offered)  # another run may have been faster
                if found:
                    return found
                raise

    def adopt(self, vault: Vault) -> None:
        """Give the register the originals that a killed run had secured but not told it."""
        with self._night.register.session() as session:
            told = set(session.scalars(select(Download.object_id).where(Download.municipality == self._night.code)))
            for thing in vault.objects(KIND):
                if thing.id in told:
                    continue
                facts = Facts.written(thing)
                if self._same(session, thing.digest, facts) is None:
                    self._write(session, thing, facts)

    def _found(self, digest: str, facts: Facts, offered: Offered) -> tuple[str, int] | None:
        with self._night.register.session() as session:
            same = self._same(session, digest, facts)
            if same is None:
                return None
            self._remember(session, facts.source, offered, same.id)
            return _said_of(same.status), same.id

    def _same(self, session: Session, digest: str, facts: Facts) -> Download | None:
        wanted = select(Download).where(
            Download.municipality == self._night.code,
            Download.digest == digest,
            Download.made_on == facts.made_at.date(),
        )
        return session.scalars(wanted).first()

    def _write(self, session: Session, thing: VaultObject, facts: Facts) -> Download:
        night = self._night
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

    def _remember(self, session: Session, source: str, offered: Offered, download_id: int) -> None:
        """Remember the file as it was listed; the latest content under the same name, size and time stamp counts."""
        name, size, modified = listed(offered)
        key = {"municipality": self._night.code, "source": source, "name": name, "size": size, "modified": modified}
        found = session.scalars(select(Offer).filter_by(**key)).first()
        if found is None:
            session.add(Offer(**key, download_id=download_id))
        else:
            found.download_id = download_id


def _said_of(status: str) -> str:
    """Return what a file that is secured already counts as: known, unless it was refused or rejected."""
    return "" if status in (REFUSED, REJECTED) else "known"
