"""One local system on one night, with the corrected persons who are in it: what planning and cleaning work with."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from hervat.erasure import LocalSystem, Persons
from hervat.night import Night
from hervat.register.models import CleaningPlan
from hervat.settings import System
from hervat.settling import People, v_numbers_of


@dataclass(frozen=True)
class SystemNight:
    """corrected: key -> BSNs of every corrected person. present: keys of those with a root that is not restricted yet.

    unknown: how many corrected persons have a root of unknown law.
    """

    night: Night
    local: LocalSystem
    people: People
    corrected: Persons
    present: set[str]
    unknown: int = 0

    @property
    def system(self) -> System:
        """The system's configuration."""
        return self.local.system

    @property
    def name(self) -> str:
        """The system's name."""
        return self.local.name

    @cached_property
    def with_several_bsns(self) -> set[str]:
        """The keys of the corrected persons with more than one BSN."""
        return {key for key, bsns in self.corrected.items() if len(bsns) > 1}

    def bsns(self, keys: Iterable[str]) -> Persons:
        """Return these corrected persons as a plan takes them: key -> BSNs."""
        return {key: self.corrected[key] for key in keys}

    def v_numbers(self, keys: Iterable[str]) -> Persons:
        """Return the V-nummers of these persons if coverage asks for a search; no others are decrypted."""
        if self.system.coverage is None:
            return {}
        persons = {self.people.owner[key] for key in keys}
        with self.night.register.session() as session:
            return v_numbers_of(session, self.night.code, self.night.keyring, self.people, persons)

    def record(self, session: Session, plan: CleaningPlan, result: str) -> None:
        """Write into the journal what became of a plan."""
        self.night.record(session, "cleaning", f"plan {plan.hash[:12]} of {self.name}", result)
