"""Persons are one for all rows that share a BSN or a V-nummer; a row with both joins them. Numbers are made up."""

from collections import defaultdict
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from hervat.intake.persons import Identities
from hervat.intake.signals import SignalStore, sightings_of
from hervat.keyring import Keyring
from hervat.register import Register
from hervat.register.bulk import Bulk
from hervat.register.models import Download, Identifier, Person, SignalRow, utc_now

KEYRING = Keyring(b"k" * 32, "0000")
DAY = date(2022, 3, 1)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    register = Register(f"sqlite:///{tmp_path_factory.mktemp('register')}/r.db")
    register.migrate()
    return register


def emptied(session):
    from hervat.register.models import Base

    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())


def persons_of(session, rows):
    people = Identities(Bulk(session), KEYRING)
    found = people.persons_of(rows)
    people.write()
    return found


def download(session, number=1, made_on=DAY):
    session.add(
        Download(
            id=number, municipality="0000", source="s", name=f"f{number}", digest=f"d{number}", size=1,
            made_at=utc_now(), made_on=made_on, object_id=f"o{number}", secured_on=DAY,
        )
    )  # fmt: skip
    session.flush()
    store = SignalStore(Bulk(session), "0000")
    return lambda rows: store.put(rows, number, made_on)


SEEN = {
    "row": pl.Int64, "person_id": pl.Int64, "code": pl.String, "date": pl.Date, "wet": pl.String, "gemeentecode": pl.String,
    "doelgroep": pl.String, "kennisgeving": pl.Date, "may_be_ignored": pl.Boolean,
}  # fmt: skip


def seen(*rows):
    """Rows of a download: (row, person, code, group), what is left out is as good as any."""
    full = [(*row, *("SS101", None)[len(row) - 2 :]) for row in rows]
    told = [(row, person, code, DAY, "Wi2021", "0000", group, None, False) for row, person, code, group in full]
    return pl.DataFrame(told, schema=SEEN, orient="row")


BSNS, VS = st.sampled_from([None, "A", "B", "C", "D"]), st.sampled_from([None, "1", "2", "3", "4"])
ROWS = st.lists(st.tuples(BSNS, VS).filter(any), min_size=1, max_size=8)


def naive_groups(rows):
    """Which marks belong together: repeat joining until nothing changes."""
    groups = [{("bsn", b), ("v", v)} - {("bsn", None), ("v", None)} for b, v in rows]
    changed = True
    while changed:
        changed = False
        for one in groups:
            for other in groups:
                if one is not other and one & other:
                    one |= other
                    groups.remove(other)
                    changed = True
                    break
            if changed:
                break
    return {frozenset(group) for group in groups}


@settings(max_examples=60)
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_joining_is_what_naive_joining_says(register, batches):
    with register.session() as session:
        emptied(session)
        for batch in batches:
            people = Identities(Bulk(session), KEYRING)
            persons = people.persons_of(batch)
            people.write()
            assert len(persons) == len(batch)
        rows = session.execute(select(Identifier.kind, Identifier.sealed, Identifier.person_id))
        found = defaultdict(set)
        for kind, sealed, person in rows:
            found[person].add((kind, KEYRING.open(sealed, "identifier").decode()))
        assert {frozenset(marks) for marks in found.values()} == naive_groups(
            [row for batch in batches for row in batch]
        )
        assert session.scalar(select(func.count()).select_from(Person)) == len(found)


def test_who_was_met_before_he_was_joined_is_the_joined_one_from_then_on(register):
    pairs = pl.DataFrame({"bsn": ["A", None, "B"], "v": [None, "1", "2"]}, schema={"bsn": pl.String, "v": pl.String})
    both = pl.DataFrame({"bsn": ["A"], "v": ["1"]})
    with register.session() as session, Bulk(session) as bulk:
        emptied(session)
        people = Identities(bulk, KEYRING)
        assert people.of(pairs)["person_id"].n_unique() == 3
        (joined,) = people.of(both)["person_id"]
        assert people.joined
        by_bsn, by_v, other = people.of(pairs)["person_id"]
        assert by_bsn == by_v == joined != other
        people.write()  # what waited to be written while persons were joined is of the one that stays
        assert set(session.scalars(select(Identifier.person_id))) == {joined, other}


def test_joined_persons_keep_all_signals_and_the_later_sighting(register):
    with register.session() as session:
        emptied(session)
        by_bsn, by_v = persons_of(session, [("A", None), (None, "1")])
        assert by_bsn != by_v
        download(session, 1, DAY)(seen((2, by_bsn), (3, by_v, "SS101", "Overig"), (4, by_v, "SS120")))
        download(session, 2, date(2022, 3, 25))(seen((2, by_v)))
        (joined,) = set(persons_of(session, [("A", "1")]))
        session.expire_all()
        rows = {row.code: row for row in session.scalars(select(SignalRow))}
        assert set(rows) == {"SS101", "SS120"} and {row.person_id for row in rows.values()} == {joined}
        assert rows["SS101"].last_seen == date(2022, 3, 25) and rows["SS101"].doelgroep == "Overig"
        sightings = [sightings_of(session, one) for one in (1, 2)]
        assert [one["row"].to_list() for one in sightings] == [[2, 3, 4], [2]]
        assert {one for each in sightings for one in each["signal_id"]} == {row.id for row in rows.values()}


def test_a_known_signal_takes_the_later_date_whatever_the_order_of_loading(register):
    later = date(2022, 3, 25)
    for order in ([DAY, later], [later, DAY]):
        with register.session() as session:
            emptied(session)
            (person,) = persons_of(session, [("A", None)])
            for number, made_on in enumerate(order, 1):
                group = "Overig" if made_on == later else "Gezinsvormer"
                loaded = download(session, number, made_on)(
                    seen((2, person, "SS101", group), (3, person, "SS101", group))
                )
                assert loaded == (1 if number == 1 else 0)
            row = session.scalars(select(SignalRow).execution_options(populate_existing=True)).one()
            assert (row.first_seen, row.last_seen, row.doelgroep) == (DAY, later, "Overig")
