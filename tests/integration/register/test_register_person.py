"""`hervat person show` on PostgreSQL: the same as on SQLite (unit/person)."""

from pathlib import Path

from tests.support.notice_world import NoticeWorld
from tests.support.planted import CHAINS, KEYED, OWN, SINGLE, account_of, differences, planted


def test_all_that_stands_about_a_person_is_found_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    world = NoticeWorld(tmp_path, register_url=postgres_url)
    for gardener in planted(world, [[*CHAINS, *SINGLE, *KEYED] * 2, OWN]):
        wrong = differences(account_of(world, gardener.person), gardener)
        of_every_orphan = {"incident", "incident_step"}
        assert set(wrong) <= of_every_orphan
