"""The persons whom a line of the journal is about, as the register remembers them; by pseudonym."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hervat.accountability.logboek_line import DataSubject
from hervat.delivery import keys_delivered
from hervat.intake import persons_in
from hervat.keyring import Keyring
from hervat.register import among, scope
from hervat.register.models import CleaningPlan, Delivery, Identifier, JournalLine, Notice, PlanPerson, Told

_PLAN = re.compile(r"plan ([0-9a-f]{12})\b.*")
_DIGEST = re.compile(r"sha256 ([0-9a-f]{64})")
_PERSON, _DOWNLOAD = re.compile(r"person (\d+)"), re.compile(r"download (\d+)")
_TYPES = {"bsn": "BSN", "v": "V-nummer"}
_AT_ONCE = 1000


class LogboekSubjects:
    """Finds persons for the lines of one municipality. A person of the register has one id, whatever leads to them."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session, self._code, self._keyring = session, keyring.code, keyring
        self._pseudonym = keyring.pseudonyms("logboek")

    def alone(self, lines: Iterable[JournalLine]) -> dict[int, DataSubject]:
        """Return line number -> person, for lines that name one person by number. One statement."""
        numbers = {line.seq: int(named[1]) for line in lines if (named := _PERSON.fullmatch(line.object))}
        known = self._by_number(set(numbers.values()))
        return {seq: known[number] for seq, number in numbers.items()}

    def several(self, line: JournalLine) -> Iterator[DataSubject]:
        """Yield the persons of a line about a notice, a plan, a download or a delivery, each once, some at a time."""
        if line.action == "loaded" and (download := _DOWNLOAD.fullmatch(line.object)):
            for numbers in persons_in(self._session, int(download[1])):
                yield from self._by_number(numbers).values()
        else:
            for keys in self._keys(line):
                yield from self._by_key(keys)

    def _keys(self, line: JournalLine) -> Iterator[list[str]]:
        if plan := _PLAN.fullmatch(line.object):
            own = select(CleaningPlan.id).where(
                scope(CleaningPlan, self._code), func.substr(CleaningPlan.hash, 1, 12) == plan[1]
            )
            yield from self._partly(select(PlanPerson.key).where(PlanPerson.plan_id.in_(own)).distinct())
        elif line.action.startswith("cbs") and (digest := _DIGEST.search(line.result)):
            yield from self._delivered(line.object, digest[1])
        elif line.object.startswith(f"{self._code}-"):
            own = select(Notice.id).where(scope(Notice, self._code), Notice.number == line.object)
            yield from self._partly(select(Told.key).where(Told.notice_id.in_(own)).distinct())

    def _partly(self, query: Select[Any]) -> Iterator[list[str]]:
        yield from map(list, self._session.scalars(query).yield_per(_AT_ONCE).partitions())

    def _delivered(self, quarter: str, digest: str) -> Iterator[list[str]]:
        own = select(func.max(Delivery.id)).where(
            scope(Delivery, self._code), Delivery.quarter == quarter, Delivery.digest == digest
        )
        if (delivery := self._session.scalar(own)) is not None:
            yield from keys_delivered(self._session, self._keyring, delivery)

    def _by_key(self, keys: list[str]) -> Iterator[DataSubject]:
        """Yield a person for each pseudonym of a BSN, or number of who has none."""
        numbered = {int(named[1]) for key in keys if (named := _PERSON.fullmatch(key))}
        yield from self._by_number(numbered).values()
        yield from (DataSubject(self._pseudonym(key), "BSN") for key in keys if not _PERSON.fullmatch(key))

    def _by_number(self, numbers: set[int]) -> dict[int, DataSubject]:
        """Return number -> person: by the first BSN, else the first V-nummer, else the number itself."""
        query = select(Identifier.person_id, Identifier.kind, Identifier.pseudonym).where(
            Identifier.municipality == self._code, among(Identifier.person_id, numbers)
        )
        rows = self._session.execute(query.order_by(Identifier.kind.desc(), Identifier.id.desc()))
        found = {number: DataSubject(self._pseudonym(key), _TYPES[kind]) for number, kind, key in rows}
        missing = numbers - found.keys()
        return found | {n: DataSubject(self._pseudonym(f"person {n}"), "persoonsnummer") for n in missing}
