from pathlib import Path

import pytest

from hervat.delivery import ABSOLUTE, accept, accepted, gate_json, look, reasons
from hervat.errors import UsageError
from hervat.register.models import Acceptance
from tests.support.delivery_world import CODE, QUARTER, DeliveryWorld, made_up_bsns

FIRST, SECOND = made_up_bsns(2)


@pytest.fixture
def world(tmp_path: Path) -> DeliveryWorld:
    """One orphan, in the system that feeds nothing."""
    made = DeliveryWorld(tmp_path / "home")
    made.stand(FIRST, system="elders")
    return made


def take(world: DeliveryWorld, by: str, code: str = "orphans") -> int:
    return accept(world.night(), QUARTER, code, by, "is bekend bij de andere gemeente").persons


def is_open(world: DeliveryWorld, quarter: str = QUARTER) -> bool:
    return bool(gate_json(world.night(), quarter, look(world.night(), quarter))["open"])


def test_it_takes_two(world: DeliveryWorld) -> None:
    assert not is_open(world)
    assert take(world, "Ans") == 1
    assert not is_open(world)
    assert take(world, "Bob") == 2
    assert gate_json(world.night(), QUARTER, look(world.night(), QUARTER)) == {
        "open": True,
        "reasons": [{"code": "orphans", "count": 1, "system": "elders", "accepted": True}],
    }
    assert [line[:3] for line in world.journalled()] == [
        ("Ans", "cbs accepted", "2022Q1 orphans"),
        ("Bob", "cbs accepted", "2022Q1 orphans"),
    ]


@pytest.mark.parametrize("name", ["Ans", " ans ", "ANS", "Ａｎｓ"])
def test_one_person_is_one_person(world: DeliveryWorld, name: str) -> None:
    take(world, "Ans")
    with pytest.raises(UsageError, match="another person"):
        take(world, name)
    assert not is_open(world)


def test_who_comes_later_was_not_accepted(world: DeliveryWorld) -> None:
    take(world, "Ans")
    world.stand(SECOND, system="elders")
    assert take(world, "Bob") == 1  # Ans accepted fewer
    assert not is_open(world)
    assert take(world, "Ans") == 2
    assert is_open(world)


def test_the_same_person_in_another_system_was_not_accepted(world: DeliveryWorld) -> None:
    take(world, "Ans"), take(world, "Bob")
    world.stand(FIRST)
    assert not is_open(world)


def test_who_goes_leaves_the_rest_accepted(world: DeliveryWorld) -> None:
    world.stand(SECOND, system="elders")
    take(world, "Ans"), take(world, "Bob")
    world.gone("elders")
    world.stand(SECOND, system="elders")
    assert is_open(world)


def test_an_acceptance_is_for_one_quarter(world: DeliveryWorld) -> None:
    take(world, "Ans"), take(world, "Bob")
    assert not is_open(world, "2022Q2")


@pytest.mark.parametrize("code", ABSOLUTE)
def test_nobody_can_accept_an_absolute_reason(world: DeliveryWorld, code: str) -> None:
    with pytest.raises(UsageError, match="nobody"):
        take(world, "Ans", code)


@pytest.mark.parametrize(("code", "said"), [("orphan", "no reason orphan"), ("plan_waits", "does not apply")])
def test_what_does_not_stand_can_not_be_accepted(world: DeliveryWorld, code: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        take(world, "Ans", code)


@pytest.mark.parametrize(("by", "reason"), [("", "x"), (" ", "x"), ("Ans", " "), ("Ans", f"dat is {FIRST}.")])
def test_who_and_why_must_be_told_and_name_nobody_else(world: DeliveryWorld, by: str, reason: str) -> None:
    with pytest.raises(UsageError):
        accept(world.night(), QUARTER, "orphans", by, reason)


def test_an_error_keeps_the_gate_shut_whatever_was_accepted(world: DeliveryWorld) -> None:
    take(world, "Ans"), take(world, "Bob")
    (world.folder / "inburgering.db").unlink()
    told = gate_json(world.night(), QUARTER, look(world.night(), QUARTER))
    assert told["open"] is False and any("inburgering" in error for error in told["errors"])


def test_what_still_shuts_the_gate(world: DeliveryWorld) -> None:
    world.person(SECOND, "disputed")
    take(world, "Ans"), take(world, "Bob")
    found = reasons(look(world.night(), QUARTER))
    with world.register.session() as session:
        assert [one.code for one in accepted(session, world.night(), QUARTER, found)] == ["disputed"]


def test_members_are_sealed(world: DeliveryWorld) -> None:
    take(world, "Ans")
    pseudonym = world.keyring.pseudonym("bsn", FIRST)
    with world.register.session() as session:
        row = session.query(Acceptance).filter_by(municipality=CODE).one()
        assert pseudonym.encode() not in row.members and pseudonym.encode() in world.keyring.open(
            row.members, "acceptance"
        )
