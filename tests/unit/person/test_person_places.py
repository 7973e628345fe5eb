"""Every table of the register has a place in `hervat person show`, and what stands there about a person is found."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from hervat.person.places import HOLD_NOBODY, ORIGINALS, PLACES, VAULT
from tests.support.effort import examples
from tests.support.notice_world import NoticeWorld
from tests.support.planted import CHAINS, KEYED, MODELS, OWN, SINGLE, account_of, differences, planted

BY_ORIGINALS = {"foreign_row", "quarantined_row", ORIGINALS}
"""Found by opening the originals: end_to_end/test_person_show.py."""
HISTORY = st.lists(st.sampled_from(OWN), max_size=12)


def test_every_table_has_a_place_or_a_reason_why_nobody_is_in_it() -> None:
    places = [place.name for place in PLACES]
    nobody = {model.__tablename__ for model in HOLD_NOBODY}
    assert len(places) == len(set(places)) and not set(places) & nobody and all(HOLD_NOBODY.values())
    assert set(places) - {VAULT, ORIGINALS} | nobody == set(MODELS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> NoticeWorld:
    return NoticeWorld(tmp_path_factory.mktemp("world"))


@settings(max_examples=examples(25))
@given(st.lists(HISTORY, min_size=2, max_size=2))
def test_whatever_a_history_put_anywhere_is_found_and_nothing_of_another(world: NoticeWorld, histories: Any) -> None:
    for gardener in planted(world, histories):
        assert differences(account_of(world, gardener.person), gardener) == []


def test_all_at_once_are_found_with_one_statement_a_table(world: NoticeWorld) -> None:
    gardener, _ = planted(world, [[*CHAINS, *SINGLE, *KEYED] * 3, OWN])
    selects: list[str] = []
    engine = world.register.engine
    event.listen(engine, "before_cursor_execute", lambda *given: selects.append(given[2]), named=False)
    account = account_of(world, gardener.person)
    assert differences(account, gardener) == []
    assert {found.place.name for found in account.places if not found.rows} == BY_ORIGINALS
    read = [statement for statement in selects if statement.lstrip().startswith("SELECT")]
    assert len(PLACES) - 4 <= len(read) <= len(PLACES) + 10
