"""What fetch tells the register: which files are known, and that an original was secured.

Sources are read side by side, the register is told by one at a time: SQLite has one writer, and of two sources that
offer the same file one has to be the first.
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
    """Return a file as it is remembered: name, size (-1: not told) and time stamp in whole seconds (0: not told)."""
    size = -1 if offered.size is None else offered.size
    return offered.name, size, int(offered.modified or 0)


def tells_all(offered: Offered) -> bool:
    """Tell whether a file can be known again by its listing; one without size or time stamp is read to be known."""
    return None not in (offered.size, offered.modified)


class Ledger:
    """The register of one municipality, for threads that fetch. What it knows already is asked once, at the start."""

    def __init__(self, night: Night) -> None:
        self._night, self._changed = night, Condition()
        self._offers: dict[str, dict[Listed, str]] = defaultdict(dict)
        self._secured: dict[Content, Secured] = {}
        self._coming: set[Content] = set()
        with night.register.session() as session:
            self._look(session)

    def known(self, source: str) -> dict[Listed, str]:
        """Return each file that the source offered before and is secured, with what it counts as tonight."""
        return self._offers[source]

    def secure(self, incoming: Incoming, facts: FileFacts, offered: Offered) -> Secured:
        """Make a read file exist in vault and register; return what it counts as and its download's number.

        "fetched", or as it was known: the same bytes with the same date of making are one download.
        """
        content = (incoming.digest, facts.made_at.date())
        with self._changed:
            self._changed.wait_for(lambda: content not in self._coming)
            if content in self._secured:
                return self._known_already(content, facts, offered)
            self._coming.add(content)  # the disk is written without holding up the others
        try:
            thing = incoming.commit(KIND, facts.meta)
            with self._changed:
                return self._told(thing, content, facts, offered)
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

    def _told(self, thing: VaultObject, content: Content, facts: FileFacts, offered: Offered) -> Secured:
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
        """Read what is secured, and which files were offered."""
        here = scope(Download, self._night.code)
        for digest, made_on, status, number in session.execute(
            select(Download.digest, Download.made_on, Download.status, Download.id).where(here)
        ):
            self._secured[digest, made_on] = _said_of(status), number
        wanted = select(Offer.source, Offer.name, Offer.size, Offer.modified, Download.status)
        for source, name, size, modified, status in session.execute(wanted.join(Download).where(here)):
            self._offers[source][name, size, modified] = _said_of(status)

    def adopt(self, vault: Vault) -> None:
        """Give the register the originals that a killed run had secured but not told it."""
        with self._night.register.session() as session:
            told = set(session.scalars(select(Download.object_id).where(scope(Download, self._night.code))))
            for thing in vault.objects(KIND):
                facts = FileFacts.written(thing)
                content = (thing.digest, facts.made_at.date())
                if thing.id not in told and content not in self._secured:
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
        """Remember the file as it was listed; the latest content under the same name, size and time stamp counts."""
        name, size, modified = listed(offered)
        key = {"municipality": self._night.code, "source": source, "name": name, "size": size, "modified": modified}
        if listed(offered) not in self._offers[source]:
            session.add(Offer(**key, download_id=download_id))
        else:
            session.execute(update(Offer).filter_by(**key).values(download_id=download_id))


def _said_of(status: str) -> str:
    """Return what a file that is secured already counts as: known, unless it was refused or rejected."""
    return "" if status in (REFUSED, REJECTED) else "known"
