"""The signals of persons are read once for settling, notifying and cleaning; all else anew. All persons are made up."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from hervat.cleaning import clean
from hervat.night import Night
from hervat.notices import capture, notify
from hervat.settling import settle
from tests.support.notice_world import NoticeWorld, made_up_bsn

MARCH_1, MARCH_2 = date(2022, 3, 1), date(2022, 3, 2)


@pytest.fixture
def world(tmp_path: Path) -> NoticeWorld:
    town = NoticeWorld(tmp_path)
    with town.local() as local:
        local.execute("create table persoon (id integer primary key, bsn)")
        local.execute("create table inburgeraar (id integer primary key, persoon_id integer references persoon (id))")
    return town


def told(night: Night) -> dict[str, int]:
    """Play the steps that look at persons; return the counts of notices that are not zero."""
    settle(night)
    capture(night)
    notices = notify(night)["notices"]
    clean(night)
    assert night.errors == []
    return {name: count for name, count in notices.items() if count and name != "unconfirmed"}


def test_signals_are_read_once(world: NoticeWorld) -> None:
    world.disclose(made_up_bsn(1), "taalschool")
    world.corrected(made_up_bsn(1))
    asked: list[str] = []
    event.listen(world.register.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert told(world.night(MARCH_1)) == {"correction": 1}
    assert sum("signal.last_seen, signal.first_seen" in statement for statement in asked) == 1


def test_a_next_night_reads_them_again(world: NoticeWorld) -> None:
    person = world.wrong(made_up_bsn(1))
    world.disclose(made_up_bsn(1), "taalschool")
    before = told(world.night(MARCH_1))
    world.signal(person, "SS190", MARCH_2, MARCH_2, wet="")
    assert "correction" not in before and told(world.night(MARCH_2))["correction"] == 1
