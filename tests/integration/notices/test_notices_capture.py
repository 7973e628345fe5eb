"""Capture on a real local system and a real register. The BSNs are made up."""

import sqlite3
from datetime import date

import pytest
from sqlalchemy import select

from hervat.notices import capture
from hervat.notices.disclosures import UNDATED
from hervat.register.models import DisclosedTo
from tests.support.notice_world import NoticeWorld, made_up_bsn

DAY, NEXT = date(2022, 3, 1), date(2022, 3, 2)


@pytest.fixture
def world(tmp_path):
    return NoticeWorld(tmp_path)


def stored(world):
    with world.register.session() as session:
        return session.scalars(select(DisclosedTo).order_by(DisclosedTo.id)).all()


def counts(**found):
    return {
        "disclosures": {**dict.fromkeys(("read", "new", "known", "unreadable", "undated", "unknown_party"), 0), **found}
    }


def test_all_that_the_query_returns_is_stored_once(world):
    one, two = made_up_bsn(1), made_up_bsn(2)
    world.disclose(one, "taalschool", "T1")
    world.disclose(f"{one[:4]}.{one[4:6]}.{one[6:]}", "taalschool", "T1", "12-01-2022")  # the same, spelled otherwise
    world.disclose(int(two), "welzijn", None, None)
    assert capture(world.night(DAY)) == counts(read=3, new=2, known=1, undated=1)
    assert capture(world.night(NEXT)) == counts(read=3, known=3, undated=1)
    rows = stored(world)
    assert [(row.party, row.provided_on, row.captured_on) for row in rows] == [
        ("taalschool", date(2022, 1, 12), DAY),
        ("welzijn", UNDATED, DAY),
    ]
    assert [world.keyring.open(row.bsn, "disclosure").decode() for row in rows] == [one, two]
    assert world.keyring.open(rows[0].reference, "disclosure") == b"T1"
    assert rows[0].key == world.keyring.pseudonym("bsn", one)
    assert (rows[1].reference, rows[1].reference_key) == (None, "")


def test_what_is_erased_in_the_system_stays_captured(world):
    world.disclose(made_up_bsn(1), "taalschool", "T1")
    capture(world.night(DAY))
    with world.local() as local:
        local.execute("delete from verstrekking")
    assert capture(world.night(NEXT)) == counts()
    assert len(stored(world)) == 1


def test_many_rows_come_in_batches(world):
    rows = [(number, "taalschool", str(number), "2022-01-12") for number in range(100_000_000, 100_012_000)]
    with world.local() as local:
        local.executemany("insert into verstrekking values (?, ?, ?, ?)", rows)
    assert capture(world.night(DAY)) == counts(read=12_000, new=12_000)
    assert capture(world.night(DAY)) == counts(read=12_000, known=12_000)


def test_unreadable_bsns_are_counted_and_shown_by_nothing(world):
    world.disclose("onbekend Jansen", "taalschool", "T1")
    night = world.night(DAY)
    assert capture(night) == counts(read=1, unreadable=1)
    assert night.attention == ["system inburgering: 1 disclosure(s) hold no BSN that can be read; look them up there"]


def test_an_unknown_party_is_kept_and_named(world):
    world.disclose(made_up_bsn(1), "uitzendbureau", "T1")
    world.disclose(made_up_bsn(2), made_up_bsn(3), "T1")
    world.disclose(made_up_bsn(2), None, "T1")
    night = world.night(DAY)
    assert capture(night) == counts(read=3, new=3, unknown_party=3)
    assert "uitzendbureau" in night.attention[0]
    assert "2 name(s)" in night.attention[1]
    assert made_up_bsn(3) not in str(night.attention)
    assert len(stored(world)) == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select bsn, partij from verstrekking", "no column kenmerk, verstrekt_op"),
        ("select * from verstrekkingen", "the query failed (OperationalError)"),
        ("selec", "the query failed"),
        ("delete from verstrekking", "the query failed"),
        ("select * from verstrekking where bsn = :bsn", "the query failed"),
    ],
)
def test_a_query_that_fails_is_red_and_stops_the_erasing_there_and_nothing_else(tmp_path, query, said):
    good = {"system": "inburgering", "query": "select * from verstrekking"}
    bad = {"system": "ander", "query": query}
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
    other = {"name": "ander", "database": "sqlite:///local.db", "footprint": footprint}
    world = NoticeWorld(tmp_path, {"disclosures": [bad, good], "more_systems": [other]})
    world.disclose(made_up_bsn(1), "taalschool", "T1")
    night = world.night(DAY)
    assert capture(night) == counts(read=1, new=1)
    assert night.handover.uncaptured == {"ander"}
    assert len(night.errors) == 1
    assert "ander" in night.errors[0]
    assert said in night.errors[0]
    assert made_up_bsn(1) not in night.errors[0]
    with world.local() as local:
        assert local.execute("select count(*) from verstrekking").fetchone() == (1,)


def test_columns_may_stand_in_any_order_and_case(tmp_path):
    query = (
        "select verstrekt_op as Verstrekt_Op, kenmerk as KENMERK, 'x' as anders, partij, bsn as BSN from verstrekking"
    )
    world = NoticeWorld(tmp_path, {"disclosures": [{"system": "inburgering", "query": query}]})
    world.disclose(made_up_bsn(1), "taalschool", "T1")
    assert capture(world.night(DAY)) == counts(read=1, new=1)


def test_a_missing_database_is_named_and_not_made(world):
    (world.folder / "local.db").unlink()
    night = world.night(DAY)
    capture(night)
    assert "there is no database file" in night.errors[0]
    assert not (world.folder / "local.db").exists()


def test_a_system_that_is_in_use_is_read(world):
    """A vendor's application holds the database open in WAL mode and writes meanwhile."""
    vendor = sqlite3.connect(world.folder / "local.db")
    vendor.execute("pragma journal_mode=wal")
    vendor.execute("insert into verstrekking values (?, 'taalschool', 'T1', null)", (made_up_bsn(1),))
    vendor.commit()
    vendor.execute("insert into verstrekking values (?, 'taalschool', 'T1', null)", (made_up_bsn(2),))
    assert capture(world.night(DAY))["disclosures"]["new"] == 1
    vendor.commit()
    vendor.close()
    assert capture(world.night(DAY))["disclosures"]["new"] == 1


def test_no_bsn_lies_in_the_register_in_plain(world):
    world.disclose(made_up_bsn(1), "taalschool", "KENMERK-1")
    capture(world.night(DAY))
    world.register.close()
    for path in world.folder.glob("register.db*"):
        content = path.read_bytes()
        assert made_up_bsn(1).encode() not in content
        assert b"KENMERK-1" not in content
