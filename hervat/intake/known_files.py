"""The register's side of fetch: which files are known, and recording that an original was secured.

Sources are read concurrently, the register is written by one thread at a time: SQLite has one writer, and of two
sources that offer the same file one must be the first.
"""

from collections import defaultdict
from datetime import date
from threading import Condition

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hervat.intake.file_facts import FileFacts
from hervat.night import Night
from hervat.pickup import Offered
from hervat.register import REFUSED, REJECTED, RegisterError, scope
from hervat.register.models import Download, Offer
from hervat.vault import Incoming, Vault, VaultObject

KIND = "download"
Listed = tuple[str, int, int]
Content = tuple[str, date]
Secured = tuple[str, int]


def listed(offered: Offered) -> Listed:
    """Return a file's key: name, size (-1: unknown) and time stamp in whole seconds (0: unknown)."""
    size = -1 if offered.size is None else offered.size
    return offered.name, size, int(offered.modified or 0)


def tells_all(offered: Offered) -> bool:
    """True if a file can be recognised by its listing; one without size or time stamp must be read."""
    return None not in (offered.size, offered.modified)


class Ledger:
    """The known files of one municipality, for threads that fetch. The register is read once, at the start."""

    def __init__(self, night: Night) -> None:
        self._night, self._changed = night, Condition()
        self._offers: dict[str, dict[Listed, str]] = defaultdict(dict)
        self._secured: dict[Content, Secured] = {}
        self._coming: set[Content] = set()
        with night.register.session() as session:
            self._look(session)

    def known(self, source: str) -> dict[Listed, str]:
        """Return file -> what it counts as tonight, for all secured files that the source offered before."""
        return self._offers[source]

    def secure(self, incoming: Incoming, facts: FileFacts, offered: Offered) -> Secured:
        """Commit a file to vault and register; return what it counts as, and the number of its download.

        "fetched", or as it was known: the same bytes with the same date of making are one download.
        """
        content = (incoming.digest, facts.made_at.date())
        with self._changed:
            self._changed.wait_for(lambda: content not in self._coming)
            if content in self._secured:
                return self._known_already(content, facts, offered)
            self._coming.add(content)  # written to disk outside the lock
        try:
            thing = incoming.commit(KIND, facts.meta)
            with self._changed:
                return self._record(thing, content, facts, offered)
        finally:
            with self._changed:
                self._coming.discard(content)
                self._changed.notify_all()

    def _known_already(self, content: Content, facts: FileFacts, offered: Offered) -> Secured:
        outcome, number = self._secured[content]
        with self._night.register.session() as session:
            self._remember(session, facts.source, offered, number)
        self._offers[facts.source][listed(offered)] = outcome
        return outcome, number

    def _record(self, thing: VaultObject, content: Content, facts: FileFacts, offered: Offered) -> Secured:
        try:
            with self._night.register.session() as session:
                download = self._write(session, thing, facts)
                self._remember(session, facts.source, offered, download.id)
        except RegisterError:  # another run may have been faster
            with self._night.register.session() as session:
                self._look(session)
            if content not in self._secured:
                raise
            return self._known_already(content, facts, offered)
        self._secured[content] = "known", download.id
        self._offers[facts.source][listed(offered)] = "known"
        return "fetched", download.id

    def _look(self, session: Session) -> None:
        """Read the secured downloads and the files that were offered."""
        here = scope(Download, self._night.code)
        for digest, made_on, status, number in session.execute(
            select(Download.digest, Download.made_on, Download.status, Download.id).where(here)
        ):
            self._secured[digest, made_on] = _counts_as(status), number
        query = select(Offer.source, Offer.name, Offer.size, Offer.modified, Download.status)
        for source, name, size, modified, status in session.execute(query.join(Download).where(here)):
            self._offers[source][name, size, modified] = _counts_as(status)

    def adopt(self, vault: Vault) -> None:
        """Record the originals that a killed run had secured but not recorded."""
        with self._night.register.session() as session:
            known = set(session.scalars(select(Download.object_id).where(scope(Download, self._night.code))))
            for thing in vault.objects(KIND):
                facts = FileFacts.written(thing)
                content = (thing.digest, facts.made_at.date())
                if thing.id not in known and content not in self._secured:
                    self._secured[content] = "known", self._write(session, thing, facts).id

    def _write(self, session: Session, thing: VaultObject, facts: FileFacts) -> Download:
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
        night.record(session, "secured", f"download {download.id}", "ok")
        return download

    def _remember(self, session: Session, source: str, offered: Offered, download_id: int) -> None:
        """Store the file as it was listed; the latest content under the same name, size and time stamp counts."""
        name, size, modified = listed(offered)
        key = {"municipality": self._night.code, "source": source, "name": name, "size": size, "modified": modified}
        if listed(offered) not in self._offers[source]:
            session.add(Offer(**key, download_id=download_id))
        else:
            session.execute(update(Offer).filter_by(**key).values(download_id=download_id))


def _counts_as(status: str) -> str:
    """Return what a secured file counts as: known, unless it was refused or rejected."""
    return "" if status in (REFUSED, REJECTED) else "known"
