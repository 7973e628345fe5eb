"""An empty or thin delivery: it stops like a bound, with counts why a released person has no record. All made up."""

from datetime import date
from pathlib import Path

import pytest

from hervat.delivery import Prepared, accept_as_it_stands, prepare
from tests.support.delivery_world import DAY, QUARTER, DeliveryWorld, made_up_bsns

PEOPLE = made_up_bsns(12)
WRONG_LAW = (
    "select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id where i.wet = 'WI2021' and :peildatum <> ''"
)
FIRST = "records: {}, while {} released persons have a root in inburgering ({} of them without a record, bound {})"


@pytest.fixture
def world(tmp_path: Path, register_template: Path) -> DeliveryWorld:
    """Three rightful persons in the feeding system."""
    made = DeliveryWorld(tmp_path / "home", register_template)
    for bsn in PEOPLE[:3]:
        made.person(bsn, "right")
        made.stand(bsn, leerroute="B")
    return made


def asks(world: DeliveryWorld, query: str, **bounds: int) -> None:
    world.cbs |= {"records": {"system": "inburgering", "query": query}} | ({"bounds": bounds} if bounds else {})  # type: ignore[operator]
    world.configure()


def told(done: Prepared) -> tuple[str, ...]:
    assert not done.written and not done.directory.exists()
    (stop,) = done.stops
    assert stop.code == "bounds" and not any(bsn in str(stop) for bsn in PEOPLE)
    return stop.lines


def test_a_query_that_gives_nobody_stops(world: DeliveryWorld) -> None:
    asks(world, WRONG_LAW)
    assert told(prepare(world.night(), QUARTER)) == (
        FIRST.format(0, 3, 3, 0),
        "without a record: 3 have a root there, and the query leaves them out",
    )


def test_fewer_than_are_released_stops_and_each_reason_is_counted(world: DeliveryWorld) -> None:
    asks(world, f"select p.bsn from persoon p where p.bsn = '{PEOPLE[0]}'")
    world.person(PEOPLE[3], "right")  # no root
    world.person(PEOPLE[4], "right")
    world.stand(PEOPLE[4], wet=None)  # its law is not known
    world.person(None, "right")
    lines = told(prepare(world.night(), QUARTER))
    assert lines[0] == FIRST.format(1, 3, 2, 0)
    assert set(lines[1:]) == {
        "without a record: 2 have a root there, and the query leaves them out",
        "without a record: 1 have no root under the Wi2021 there",
        "without a record: 1 have a root there whose law is not known",
        "without a record: 1 have no BSN in the register",
    }


def test_one_who_is_accepted_does_not_come_back_and_another_does(world: DeliveryWorld) -> None:
    asks(world, f"select p.bsn from persoon p where p.bsn in ('{PEOPLE[0]}', '{PEOPLE[1]}')")
    told(prepare(world.night(), QUARTER))
    accept_as_it_stands(world.night(), QUARTER, "bounds", "A. Jansen", "nog geen PIP")
    assert prepare(world.night(), QUARTER).written
    world.person(PEOPLE[6], "right")
    world.stand(PEOPLE[6])
    done = prepare(world.night(), QUARTER)
    assert not done.written and FIRST.format(2, 4, 2, 0) in done.stops[0].lines


@pytest.mark.parametrize(("missing", "written"), [(1, False), (2, True)])
def test_a_bound_may_say_how_many_may_be_missing(world: DeliveryWorld, missing: int, written: bool) -> None:
    asks(world, f"select p.bsn from persoon p where p.bsn = '{PEOPLE[0]}'", missing=missing)
    assert prepare(world.night(), QUARTER).written is written


def test_none_at_all_stops_whatever_may_be_missing(world: DeliveryWorld) -> None:
    asks(world, WRONG_LAW, missing=9)
    assert not prepare(world.night(), QUARTER).written


def test_whom_the_query_itself_gives_later_is_explained(world: DeliveryWorld) -> None:
    world.person(PEOPLE[7], "right")
    world.stand(PEOPLE[7], datum_pip="2022-04-01")
    assert prepare(world.night(), QUARTER).written


def test_who_is_released_after_the_quarter_is_not_in_it(world: DeliveryWorld) -> None:
    from hervat.register.models import SignalRow

    person = world.person(PEOPLE[8], "none")
    day = date(2022, 4, 5)
    with world.register.session() as session:
        session.add(
            SignalRow(
                municipality="0000", person_id=person, code="SS101", date=day, wet="Wi2021", gemeentecode="0000",
                doelgroep="Overig", first_seen=day, last_seen=day,
            )
        )  # fmt: skip
    world.stand(PEOPLE[8])
    asks(world, f"select p.bsn from persoon p where p.bsn <> '{PEOPLE[8]}'")
    assert prepare(world.night(date(2022, 4, 20)), QUARTER).written


def test_a_system_without_anybody_and_a_register_without_anybody_is_an_empty_delivery(
    tmp_path: Path, register_template: Path
) -> None:
    assert prepare(DeliveryWorld(tmp_path / "home", register_template).night(DAY), QUARTER).written
