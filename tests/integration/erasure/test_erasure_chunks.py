"""Chunks of persons: each is done whole or not at all, and what hangs together is never torn apart."""

import pytest
from sqlalchemy import event

from hervat.erasure import CleaningError, execute, make_plan, open_system
from hervat.erasure.execution.chunks import chunks
from tests.support.dossiers import Base, bsn

PERSON = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root", "path": ["root.persoon_id"]}
FOOTPRINT = PERSON | {"owns": ["root.aanbod_id"], "belongs": {"les": ["root_id"]}}
ALL = {f"k{at}": frozenset([bsn(at)]) for at in range(1, 8)}


@pytest.fixture
def sharing(empty: Base) -> Base:
    """Seven persons: 1 and 2 share an offer, 2 and 3 a lesson that is about both, 6 shares his with 8, who stays."""
    empty.run(
        "create table persoon (id integer primary key, bsn varchar(20));\n"
        "create table aanbod (id integer primary key);\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), "
        "aanbod_id integer references aanbod (id));\n"
        "create table les (id integer primary key, root_id integer references root (id), "
        "ook_root_id integer references root (id))"
    )
    empty.add("persoon", *[(at, bsn(at)) for at in range(1, 9)])
    empty.add("aanbod", *[(at,) for at in range(1, 9)])
    empty.add("root", *[(at, at, {2: 1, 8: 6}.get(at, at)) for at in range(1, 9)])
    empty.add("les", *[(at, at, {2: 3, 4: 8}.get(at)) for at in range(1, 9)])
    return empty


def test_what_hangs_together_stays_together(sharing: Base) -> None:
    with open_system(sharing.system(FOOTPRINT)) as local:
        found = chunks(local, ALL, 2)
    assert sorted(key for part in found for key in part) == sorted(ALL)
    assert {"k1", "k2", "k3"} in [set(part) for part in found]
    assert all(len(part) <= 2 for part in found if "k1" not in part)


def test_in_chunks_the_same_goes_as_at_once(sharing: Base) -> None:
    with open_system(sharing.system(FOOTPRINT, chunk=2)) as local:
        plan = make_plan(local, ALL)
        outcome = execute(local, ALL, plan.hash)
    assert plan.rows == outcome.rows == {"root": 7, "aanbod": 5, "les": 7}
    assert outcome.left == plan.shared == {"aanbod": 1}
    assert outcome.cleaned == tuple(sorted(ALL))
    assert sharing.rows("aanbod") == [(2,), (6,), (8,)]
    assert sharing.rows("les") == [(8, 8, None)]


def test_a_chunk_that_fails_leaves_the_others_done_and_the_next_run_goes_on(sharing: Base) -> None:
    with open_system(sharing.system(FOOTPRINT, chunk=2)) as local:
        hash_, deletions = make_plan(local, ALL).hash, [0]

        @event.listens_for(local.engine, "before_cursor_execute")
        def breaks(connection, cursor, statement, *rest):
            deletions[0] += statement.startswith("DELETE FROM root")
            if deletions[0] == 2:
                deletions[0] = 3
                raise OSError("the cable")

        with pytest.raises(CleaningError, match="system proef"):
            execute(local, ALL, hash_)
        left = {row[1] for row in sharing.rows("root")}
        assert 8 in left
        assert 0 < len(left) < 8
        assert {1, 2, 3} <= left or not {1, 2, 3} & left
        assert {row[1] for row in sharing.rows("les") if row[1]} == left  # nobody is half gone
        execute(local, ALL, hash_)
    assert [row[0] for row in sharing.rows("root")] == [8]
    assert sharing.rows("aanbod") == [(2,), (6,), (8,)]
