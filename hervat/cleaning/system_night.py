"""One local system on one night, with the persons to clean who are in it: what planning and cleaning work with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from hervat.erasure import LocalSystem, Persons
from hervat.night import Night
from hervat.register.models import CleaningPlan
from hervat.settings import System
from hervat.settling import People, v_numbers_of


def subjects_of(people: People, policy: str) -> set[int]:
    """Return the persons whom a policy is about: the corrected; under restrict also everybody on hold (AVG 18).

    Under erase persons on hold are among them, and set aside by `set_aside_of`.
    """
    corrected = people.in_state("corrected")
    return corrected | people.on_hold.keys() if policy == "restrict" else corrected


def set_aside_of(people: People, policy: str) -> set[str]:
    """Return every pseudonym of the persons who are in no plan under this policy, for they are on hold."""
    return people.keys_on_hold() if policy == "erase" else set()


@dataclass(frozen=True)
class SystemNight:
    """subjects: key -> BSNs of the persons whom the policy is about. present: keys of those with an unrestricted root.

    on_hold: keys of those who are set aside for a hold (AVG 18 and 21). unknown: how many subjects have a root of
    unknown law.
    """

    night: Night
    local: LocalSystem
    people: People
    subjects: Persons
    present: set[str]
    on_hold: set[str] = field(default_factory=set)
    unknown: int = 0

    @property
    def on_hold_count(self) -> dict[str, int]:
        """The number of persons in the system who are set aside for a hold; empty if there are none."""
        count = len(self.present & self.on_hold)
        return {"on_hold": count} if count else {}

    @property
    def system(self) -> System:
        """The system's configuration."""
        return self.local.system

    @property
    def name(self) -> str:
        """The system's name."""
        return self.local.name

    @cached_property
    def corrected(self) -> set[str]:
        """The keys of the subjects who are corrected: under restrict others are on hold."""
        people = self.people
        return {key for person in people.in_state("corrected") if (key := people.key(person)) and key in self.subjects}

    @cached_property
    def with_several_bsns(self) -> set[str]:
        """The keys of the subjects with more than one BSN."""
        return {key for key, bsns in self.subjects.items() if len(bsns) > 1}

    def bsns(self, keys: Iterable[str]) -> Persons:
        """Return these subjects as a plan takes them: key -> BSNs."""
        return {key: self.subjects[key] for key in keys}

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
