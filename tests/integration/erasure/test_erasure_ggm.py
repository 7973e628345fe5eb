"""A system in the form of the Gemeentelijk Gegevensmodel from end to end, with the footprints that ship for it."""

from pathlib import Path
from typing import Any

import pytest

from hervat.erasure import ExecutionOutcome, Plan, execute, make_plan, open_system
from hervat.settings import System
from tests.support.dossiers import Base, sqlite_base
from tests.support.ggm.dossiers import CASES, Town
from tests.support.vendor.database import content, write
from tests.support.vendor.truth import Truth, truth_of

KINDS = [
    pytest.param(("kind", "sqlite", False, False), id="kind-sqlite"),
    pytest.param(("kind", "postgresql", False, True), id="kind-postgresql"),
    pytest.param(("kind", "sqlite", True, False), id="own-key-sqlite"),
    pytest.param(("kind", "postgresql", True, False), id="own-key-postgresql-capitals"),
    pytest.param(("ddl", "sqlite", False, False), id="ddl-sqlite"),
    pytest.param(("ddl", "postgresql", False, True), id="ddl-postgresql"),
]


class Place:
    """A town written to a database."""

    def __init__(self, town: Town, base: Base) -> None:
        self.town, self.base = town, base
        write(town.vendor, base.engine)

    def cut(self, name: str) -> str:
        """Return a name as the database keeps it."""
        return name if self.base.is_sqlite else name[:63]

    def content(self) -> Any:
        return content(self.town.vendor, self.base.engine)

    def truth(self, asked: set[str]) -> Truth:
        return truth_of(self.town.vendor, self.town.vendor.corrected(asked))

    def system(self, **options: Any) -> System:
        name = {"kind": "ggm.yaml", "ddl": "ggm-ddl.yaml"}[self.town.ggm.form]
        footprint = self.town.vendor.footprint if self.town.ggm.own_key else name
        return System.model_validate({"name": "ggm", "database": self.base.url, "footprint": footprint, **options})


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    form, kind, own_key, lower = request.param
    if kind == "sqlite":
        base = sqlite_base(tmp_path)
    else:
        base = Base(request.getfixturevalue("postgres_cluster").create())
    return Place(Town(form, 24, own_key, lower), base)


def cleaned(place: Place, asked: set[str], **options: Any) -> tuple[Plan, ExecutionOutcome]:
    """Plan and execute, and hold both and every row against the truth."""
    before, truth = place.content(), place.truth(asked)
    persons = {f"key {one}": frozenset([one]) for one in asked}
    with open_system(place.system(**options)) as local:
        plan = make_plan(local, persons)
        assert place.content() == before
        assert not plan.blockers
        outcome = execute(local, persons, plan.hash)
        assert plan.rows == outcome.rows == {place.cut(name): count for name, count in truth.rows.items()}
        assert plan.shared == truth.shared
        assert plan.stranded == truth.stranded
        assert plan.nulled == truth.nulled
        assert place.content() == truth.after
        return plan, outcome


def keys(persons: set[str]) -> tuple[str, ...]:
    return tuple(sorted(f"key {one}" for one in persons))


def test_every_case_at_once(place: Place) -> None:
    town = place.town
    plan, outcome = cleaned(place, set(town.bsns))
    aside = town.of("double") | town.of("no date") | town.of("no plicht")
    assert outcome.set_aside == keys(aside)
    assert outcome.cleaned == keys(set(town.bsns) - aside - town.of("wi2013") - town.of("partner under wi2013"))
    assert sum(plan.stranded.values()) == 4


NIGHTS = [
    ("shared", "shared over laws", "plain"),
    ("partner", "double", "no date", "intake by leerroute"),
    ("other way", "wi2013", "partner under wi2013", "no plicht", "exempted"),
]


@pytest.mark.parametrize("place", [KINDS[0], KINDS[3], KINDS[4]], indirect=True)
def test_night_after_night(place: Place) -> None:
    """More persons are corrected each night; an offer that was shared goes with its second person."""
    assert sorted(case for night in NIGHTS for case in night) == sorted(CASES)
    asked: set[str] = set()
    for night in NIGHTS:
        asked |= {number for case in night for number in place.town.of(case)}
        persons = {f"key {one}": frozenset([one]) for one in asked}
        with open_system(place.system()) as local:
            plan = make_plan(local, persons)
            execute(local, persons, plan.hash)
        assert place.content() == place.truth(asked).after, night
        assert bool(plan.shared) is (night == NIGHTS[0]), night
