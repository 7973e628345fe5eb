"""The gate's look over systems that the night has just cleaned: read once, looked at now."""

from pathlib import Path

import pytest

from hervat import erasure
from hervat.cleaning import clean
from hervat.delivery import look
from hervat.erasure import system as systems
from tests.support.delivery_world import QUARTER, DeliveryWorld, made_up_bsns

FIRST, SECOND = made_up_bsns(2)


@pytest.fixture
def world(tmp_path: Path, register_template: Path) -> DeliveryWorld:
    return DeliveryWorld(tmp_path / "home", register_template)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The systems of which the schema was read, as often as it was."""
    found: list[str] = []
    fitted = systems._fitted

    def counted(system, connection):
        found.append(system.name)
        return fitted(system, connection)

    monkeypatch.setattr(systems, "_fitted", counted)
    return found


def test_a_system_that_was_just_cleaned_is_not_read_again(world: DeliveryWorld, read: list[str]) -> None:
    world.stand(FIRST)
    night = world.night()
    clean(night)
    assert sorted(read) == ["elders", "inburgering"]
    world.stand(SECOND)
    facts = look(night, QUARTER)
    assert not facts.errors and sum(len(system.wi2021) for system in facts.systems) == 2
    assert sorted(read) == ["elders", "inburgering"]


def test_another_night_reads_it(world: DeliveryWorld, read: list[str]) -> None:
    clean(world.night())
    look(world.night(), QUARTER)
    assert sorted(read) == ["elders", "elders", "inburgering", "inburgering"]


def test_after_a_minute_it_is_read_again(
    world: DeliveryWorld, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    night = world.night()
    clean(night)
    later = erasure.system.monotonic() + 61
    monkeypatch.setattr(erasure.system, "monotonic", lambda: later)
    look(night, QUARTER)
    assert len(read) == 4


def test_a_schema_that_changed_in_that_minute_is_an_error_of_its_system(world: DeliveryWorld) -> None:
    night = world.night()
    clean(night)
    with world.local("elders") as local:
        local.execute("alter table inburgeraar rename to trajecten")
    assert [error for error in look(night, QUARTER).errors if "system elders" in error]
