"""`hervat person show`, and the end of a person, on PostgreSQL: the same as on SQLite (unit/person)."""

from pathlib import Path

from sqlalchemy import select

from hervat.person import end_persons, open_for
from hervat.person.endings import ENDINGS
from hervat.register.models import Identifier, Person
from tests.support.notice_world import NoticeWorld
from tests.support.planted import CHAINS, DAY, KEYED, OWN, SINGLE, account_of, differences, planted


def test_all_that_stands_about_a_person_is_found_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    world = NoticeWorld(tmp_path, register_url=postgres_url)
    for gardener in planted(world, [[*CHAINS, *SINGLE, *KEYED] * 2, OWN]):
        wrong = differences(account_of(world, gardener.person), gardener)
        of_every_orphan = {"incident", "incident_step"}
        assert set(wrong) <= of_every_orphan


def test_persons_are_ended_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    world = NoticeWorld(tmp_path, register_url=postgres_url)
    gone, also, other = planted(world, [[*CHAINS, *SINGLE, *KEYED] * 2, OWN, OWN])
    with world.register.session() as session:
        assert open_for(session, world.night(DAY), {gone.person, other.person}).keys() == {gone.person, other.person}
        ended = end_persons(session, world.night(DAY), {gone.person, also.person})
    assert ended.keys() == {ending.place for ending in ENDINGS if ending.end}
    assert set(differences(account_of(world, other.person), other)) <= {"incident", "incident_step"}, "of every orphan"
    with world.register.session() as session:
        assert session.scalars(select(Person.id)).all() == [other.person]
        assert {row.person_id for row in session.scalars(select(Identifier))} == {other.person}
