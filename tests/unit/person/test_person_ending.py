"""Ending persons in the register: nothing of them is left in any table, and every row of others is as it was."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from hervat.intake import sightings_of
from hervat.keyring import SealError
from hervat.person import end_persons
from hervat.person.endings import ENDINGS
from hervat.person.places import PLACES
from hervat.register import models as m
from hervat.register import unpacked
from tests.support.effort import examples
from tests.support.notice_world import NoticeWorld
from tests.support.planted import CHAINS, DAY, KEYED, MODELS, OWN, SINGLE, Gardener, account_of, differences, planted

CONTEXTS = ("identifier", "details", "disclosure", "notice", "kept", "acceptance", "receipt", "delivered", "answer")
KEPT = {ending.place for ending in ENDINGS if ending.end is None}
HISTORY = st.lists(st.sampled_from(OWN), max_size=12)
ALL = [*CHAINS, *SINGLE, *KEYED]


def test_every_place_says_how_a_person_is_ended_there() -> None:
    named = [ending.place for ending in ENDINGS]
    assert len(named) == len(set(named)) and set(named) == {place.name for place in PLACES}
    assert all(ending.how for ending in ENDINGS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> NoticeWorld:
    return NoticeWorld(tmp_path_factory.mktemp("world"))


def every_row(session: Session) -> dict[tuple[str, str], str]:
    """Return (table, primary key) -> the whole row."""
    return {
        (name, key_of(model, row)): repr(dict(row))
        for name, model in MODELS.items()
        for row in session.execute(select(model.__table__)).mappings()
    }


def key_of(model: Any, row: Any) -> str:
    return repr([row[column.name] for column in model.__table__.primary_key])


def opened(world: NoticeWorld, value: bytes) -> bytes:
    """The plain bytes of a sealed value, whatever its context; the value itself if it is none."""
    for context in CONTEXTS:
        try:
            return world.keyring.open(value, context)
        except SealError:
            continue
    return value


def texts(world: NoticeWorld, session: Session) -> Iterator[tuple[str, str]]:
    """Every value of every table, opened and decoded."""
    for name, model in MODELS.items():
        for row in session.execute(select(model.__table__)).mappings():
            for column, value in row.items():
                plain = opened(world, value) if isinstance(value, bytes) else value
                said = " ".join(unpacked(plain)) if name == "delivery_block" and column == "sealed" else plain
                text = said.decode(errors="replace") if isinstance(said, bytes) else json.dumps(said, default=str)
                yield f"{name}.{column}", text


def left_of(world: NoticeWorld, session: Session, gardener: Gardener) -> set[str]:
    """Where something of a person is left: their numbers, what was sealed about them, their pseudonym, their rows."""
    said = {f'"said": {number}}}' for number in gardener.sealed}
    marks = {gardener.bsn, gardener.key, *said}
    places = {place for place, text in texts(world, session) if any(mark in text for mark in marks)}
    numbered = [model for model in MODELS.values() if "person_id" in model.__table__.c]
    owned = {
        model.__tablename__ for model in numbered if session.query(model).filter_by(person_id=gardener.person).all()
    }
    signals = {row["id"] for row in gardener.planted["signal"]}
    seen = {
        f"sighting of {block.download_id}"
        for block in session.scalars(select(m.SightingBlock))
        if signals & set(sightings_of(session, block.download_id)["signal_id"])
    }
    return places | owned | seen


def end(world: NoticeWorld, *gardeners: Gardener) -> dict[str, int]:
    with world.register.session() as session:
        return end_persons(session, world.night(DAY), {gardener.person for gardener in gardeners})


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(HISTORY, min_size=2, max_size=2))
def test_whatever_a_history_put_anywhere_is_gone_and_nothing_of_another_changed(
    world: NoticeWorld, histories: Any
) -> None:
    gone, other = planted(world, histories)
    with world.register.session() as session:
        before = every_row(session)
    ended = end(world, gone)
    with world.register.session() as session:
        after = every_row(session)
        assert left_of(world, session, gone) == set()
    changed = {place for place, row in before.items() if after.get(place) != row}
    assert {name for name, _ in changed} == ended.keys() and not ended.keys() & KEPT
    assert {name for name, _ in after.keys() - before.keys()} == {"forgotten"}
    theirs = {
        (name, key_of(MODELS[name], row)) for name, rows in other.planted.items() if name in MODELS for row in rows
    }
    assert not changed & theirs
    assert differences(account_of(world, other.person), other) == []


def test_all_tables_end_for_many_persons_with_as_many_statements_as_for_one(world: NoticeWorld) -> None:
    def statements(persons: int) -> int:
        gardeners = planted(world, [[*ALL, *ALL], *[list(OWN) for _ in range(persons)], OWN])
        asked: list[str] = []
        listener = lambda *given: asked.append(given[2])  # noqa: E731 - removed again below
        event.listen(world.register.engine, "before_cursor_execute", listener)
        ended = end(world, *gardeners[:-1])
        event.remove(world.register.engine, "before_cursor_execute", listener)
        assert set(ended) == {ending.place for ending in ENDINGS if ending.end}
        with world.register.session() as session:
            assert [left_of(world, session, one) for one in gardeners[:-1]] == [set()] * (persons + 1)
            assert session.scalars(select(m.Person.id)).all() == [gardeners[-1].person]
        blocks = sum(len(one.planted[name]) for one in gardeners for name in ("sighting_block", "delivery_block"))
        return len(asked) - 2 * blocks  # each block is opened, and sealed again

    assert abs(statements(1) - statements(6)) <= 12  # acceptances: a row each, they are few


def test_the_number_of_who_is_gone_is_given_to_nobody_again(world: NoticeWorld) -> None:
    from hervat.bsn import Bsn
    from hervat.strangers import enlist
    from tests.support.notice_world import made_up_bsn

    _, last = planted(world, [OWN, OWN])
    end(world, last)
    with world.register.session() as session:
        (number,) = enlist(session, world.night(DAY), [Bsn(made_up_bsn(9))]).values()
    assert number > last.person


def test_ending_twice_changes_nothing(world: NoticeWorld) -> None:
    gone, _ = planted(world, [ALL, OWN])
    end(world, gone)
    with world.register.session() as session:
        before = every_row(session)
    assert end(world, gone) == {}
    with world.register.session() as session:
        after = every_row(session)
    assert {place: row for place, row in after.items() if place in before} == before
    assert {name for name, _ in after.keys() - before.keys()} == {"forgotten"}
