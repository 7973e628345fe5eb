"""A row goes if and only if all whom it is about are corrected: on generated systems whose maker wrote that down.

The truth looks at no key but those of surviving rows that name an erased one (they are to be null). It does not share
the planner's view of which key holds what; `support/naive.py`, which does, is held against it too.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from hervat.erasure import BlockedError, execute, make_plan, open_system
from hervat.settings import System
from tests.support.dossiers import Base, sqlite_base
from tests.support.postgres import Cluster
from tests.support.vendor.database import content, write
from tests.support.vendor.maker import BSNS, make_vendor
from tests.support.vendor.naive import naive_rows
from tests.support.vendor.rows import Vendor
from tests.support.vendor.truth import Truth, truth_of

MORE = int(os.environ.get("HERVAT_TEST_MORE", "1"))  # so many times as many examples, for a long look
WHOLE = [Phase.explicit, Phase.generate]  # a seed of a random system can't be made smaller
seeds, asked_for = st.integers(0, 2**32), st.sets(st.sampled_from(BSNS), min_size=4)


def holds(vendor: Vendor, engine: Engine, url: str, asked: set[str]) -> Truth:
    """Write the vendor's system, clean it of these persons, and hold all that comes of it against the truth."""
    write(vendor, engine)
    before, corrected = content(vendor, engine), vendor.corrected(asked)
    assert before == truth_of(vendor, frozenset()).after
    truth = truth_of(vendor, corrected)
    assert naive_rows(vendor, corrected) == (truth.rows, truth.shared)
    persons = {f"key {one}": frozenset([one]) for one in asked}
    system = System.model_validate({"name": "klein", "database": url, "footprint": vendor.footprint})
    with open_system(system) as local:
        plan = make_plan(local, persons)
        assert content(vendor, engine) == before
        assert (set(plan.found), set(plan.unknown)) == (having(vendor, asked, True), having(vendor, asked, None))
        assert set(plan.doubles) == {f"key {one}" for one in vendor.doubles & asked}
        assert plan.rows == truth.rows
        assert plan.shared == truth.shared
        assert plan.stranded == truth.stranded
        assert bool(plan.blockers) == truth.blocked
        if truth.blocked:
            with pytest.raises(BlockedError):
                execute(local, persons, plan.hash)
            assert content(vendor, engine) == before
            return truth
        assert plan.nulled == truth.nulled
        outcome = execute(local, persons, plan.hash)
        assert outcome.rows == truth.rows
        assert content(vendor, engine) == truth.after
        again = execute(local, persons, plan.hash)
        assert (again.rows, again.nulled) == ({}, {})
        assert content(vendor, engine) == truth.after
    return truth


def holds_in_chunks(vendor: Vendor, engine: Engine, url: str, asked: set[str], chunk: int) -> None:
    """Clean so many persons at a time: what goes is the same, though others' rows are met in between."""
    write(vendor, engine)
    truth = truth_of(vendor, vendor.corrected(asked))
    persons = {f"key {one}": frozenset([one]) for one in asked}
    given = {"name": "klein", "database": url, "footprint": vendor.footprint, "chunk": chunk}
    with open_system(System.model_validate(given)) as local:
        plan = make_plan(local, persons)
        assert (plan.rows, plan.shared) == (truth.rows, truth.shared)
        if not truth.blocked:
            assert execute(local, persons, plan.hash).rows == truth.rows
            assert content(vendor, engine) == truth.after


def having(vendor: Vendor, asked: set[str], verdict: bool | None) -> set[str]:
    """Return the keys of the asked persons with a registration of that verdict."""
    return {f"key {one.bsn}" for one in vendor.registrations if one.bsn in asked and one.verdict is verdict}


@settings(max_examples=12 * MORE, deadline=None, phases=WHOLE, suppress_health_check=list(HealthCheck))
@given(seeds, asked_for)
def test_a_row_goes_when_all_it_is_about_are_corrected(seed: int, asked: set[str]) -> None:
    with TemporaryDirectory() as folder:
        base = sqlite_base(Path(folder))
        truth = holds(make_vendor(seed), base.engine, base.url, asked)
    event(f"erased {min(9, truth.rows.total() // 3 * 3)}+, shared {bool(truth.shared)}, nulled {bool(truth.nulled)}")
    event(f"blocked {truth.blocked}, stranded {bool(truth.stranded)}")


@settings(max_examples=8 * MORE, deadline=None, phases=WHOLE, suppress_health_check=list(HealthCheck))
@given(seeds, st.sets(st.sampled_from(BSNS), min_size=7), st.integers(1, 2))
def test_chunks_of_persons_leave_nothing_behind(seed: int, asked: set[str], chunk: int) -> None:
    with TemporaryDirectory() as folder:
        base = sqlite_base(Path(folder))
        holds_in_chunks(make_vendor(seed, close=True), base.engine, base.url, asked, chunk)


def test_a_row_goes_on_postgresql_as_on_sqlite(postgres_cluster: Cluster) -> None:
    url = postgres_cluster.create()
    base = Base(url)

    @settings(max_examples=8 * MORE, deadline=None, phases=WHOLE, suppress_health_check=list(HealthCheck))
    @given(seeds, asked_for)
    def goes(seed: int, asked: set[str]) -> None:
        base.run("drop schema public cascade;\ncreate schema public")
        holds(make_vendor(seed), create_engine(url, poolclass=NullPool), url, asked)

    goes()
