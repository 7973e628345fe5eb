"""A night reads its persons once, and again as soon as anything was recorded about them, by whomever."""

from datetime import date

import pytest

from hervat.bsn import Bsn
from hervat.person import HoldTerms, hold, number_of
from hervat.settling import people_now, read_people
from hervat.strangers import enlist
from hervat.tasks.installation import Installation
from hervat.tasks.night import NIGHT
from hervat.tasks.run import run_night
from hervat.tasks.step import chosen, plainly
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

ONE, OTHER, STRANGER = (made_up_bsn(number) for number in range(91, 94))


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path / "town")
    for number, bsn in enumerate((ONE, OTHER), 1):
        town.register_person(number, bsn)
    town.offer("20220226", *[row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (ONE, OTHER)])
    town.night("2022-02-26", status=None)
    return town


@pytest.fixture
def readings(monkeypatch):
    """The people that were read, each time that they were."""
    read = []

    def counted(*given):
        read.append(read_people(*given))
        return read[-1]

    monkeypatch.setattr("hervat.settling.people_once.read_people", counted)
    return read


def night_of(town, day):
    installation = Installation(town.directory)
    return installation.night(installation.municipalities()[0], date.fromisoformat(day))


def erased(town):
    left = town.sql("select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id")
    return {ONE, OTHER} - {bsn for (bsn,) in left}


def test_a_night_in_which_nothing_came_reads_its_persons_once(town, readings):
    town.night("2022-02-27", status=None)
    assert len(readings) == 1


def test_a_hold_that_another_process_records_in_the_night_counts_for_the_steps_after_it(town, readings):
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in (ONE, OTHER)])

    def perform(step, night):
        if step.name == "clean":
            beside = night_of(town, "2022-03-01")
            hold(beside, number_of(beside, None, ONE), HoldTerms("18", None), "A. Jansen", "verzoek 12")
        return plainly(step, night)

    run_night(night_of(town, "2022-03-01"), chosen(NIGHT, ()), perform)
    assert erased(town) == {OTHER}
    assert [len(people.on_hold) for people in readings][:2] == [0, 1] and readings[-1].on_hold


def test_what_was_read_is_never_used_for_another_day_or_after_a_new_person(town, readings):
    night, tomorrow = night_of(town, "2022-02-27"), night_of(town, "2022-02-28")
    tomorrow.handover = night.handover
    with night.register.session() as session:
        assert people_now(session, night) is people_now(session, night)
        assert people_now(session, tomorrow).day == tomorrow.as_of
        before = people_now(session, night)
        (pseudonym,) = enlist(session, night, [Bsn(STRANGER)], before.owner)
        assert pseudonym in people_now(session, night).owner and pseudonym not in before.owner
    assert len(readings) == 4


def test_what_a_transaction_took_back_is_not_kept(town):
    night = night_of(town, "2022-02-27")
    with pytest.raises(ZeroDivisionError), night.register.session() as session:
        night.record(session, "person held", "person 1", "made up")
        taken_back = people_now(session, night)
        raise ZeroDivisionError
    with night.register.session() as session:
        assert people_now(session, night) is not taken_back
