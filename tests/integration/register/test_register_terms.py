"""Everything with a term ends on PostgreSQL as it does on SQLite: deletes in sets, whole persons too."""

from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from hervat.register import models as m
from hervat.settings import KINDS
from hervat.upkeep import retire
from tests.support.notice_world import NoticeWorld
from tests.support.terms_world import (
    TERM,
    answered,
    configure,
    delivered,
    disclosed,
    due,
    empty,
    incident,
    personalia,
    put,
    receipt,
)

LATER = date(2090, 1, 1)


def test_everything_ends_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    world = NoticeWorld(tmp_path, register_url=postgres_url)
    with world.local() as local:
        local.execute("create table persoon (id integer primary key, bsn)")
        local.execute("create table inburgeraar (id integer primary key, persoon_id references persoon (id))")
    empty(world)
    configure(world, **dict.fromkeys(KINDS, TERM) | {"incident": "3y", "journal": "3y"})
    for person in (1, 2):
        personalia(world, person)
    receipt(world)
    disclosed(world, captured=date(2022, 2, 1))
    delivered(world)
    answered(world)
    incident(world)
    put(world, m.IncidentStep, incident_id=1, kind="closed", at=m.utc_now())
    done: dict[str, int] = {}
    for by in ("A. Eerste", "B. Tweede") * 2:
        for kind, count in retire(world.night(LATER), by, "x").destroyed.items():
            done[kind] = done.get(kind, 0) + count
    expected = {
        "personalia": 2,
        "receipt": 1,
        "disclosure": 1,
        "delivery": 1,
        "worklist": 1,
        "incident": 1,
        "person": 2,
    }
    assert {kind: done.get(kind) for kind in expected} == expected
    assert "person" not in due(world, LATER)
    with world.register.session() as session:
        tables = (m.Person, m.Identifier, m.SignalRow, m.Personalia, m.DisclosedTo, m.Told, m.Incident, m.IncidentStep)
        assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == [0] * len(tables)
