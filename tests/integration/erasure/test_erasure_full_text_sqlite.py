"""SQLite's full-text tables: kept by triggers, read by no plan, named with what makes their words go."""

from pathlib import Path

import pytest

from hervat.erasure import execute, make_plan, open_system, unwise
from tests.support.dossiers import Base, bsn, sqlite_base

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
OUTSIDE = (
    "create virtual table zoek using fts5(tekst, content='root', content_rowid='id')",
    "insert into zoek (zoek, rowid, tekst) values ('delete', old.id, old.tekst)",
    'INSERT INTO "zoek" ("zoek") VALUES (\'rebuild\')',
)
OWN = (
    "create virtual table zoek using fts5(tekst)",
    "delete from zoek where rowid = old.id",
    'INSERT INTO "zoek" ("zoek") VALUES (\'optimize\')',
)


@pytest.fixture
def base(tmp_path: Path) -> Base:
    base = sqlite_base(tmp_path)
    base.run(
        "create table persoon (id integer primary key, bsn text);\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), tekst text)"
    )
    base.add("persoon", (1, bsn(1)), (2, bsn(2)))
    return base


@pytest.mark.parametrize(("made", "at_deletion", "mend"), [OUTSIDE, OWN])
def test_it_follows_its_triggers_and_is_named(base: Base, made: str, at_deletion: str, mend: str) -> None:
    base.run(made)
    base.trigger("erbij", "after insert", "root", "insert into zoek (rowid, tekst) values (new.id, new.tekst)")
    base.trigger("eraf", "after delete", "root", at_deletion)
    base.run("insert into root values (1, 1, 'appel'), (2, 2, 'peer')")
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert plan.triggers == ("eraf on root (writes to zoek)",)
        assert len(plan.keepers) == 1
        assert plan.keepers[0].startswith("root: the full-text table zoek keeps what is erased")
        assert plan.keepers[0].endswith(mend)
        assert set(plan.keepers) <= set(unwise(local))
        outcome = execute(local, ONE, plan.hash)
    assert (outcome.rows, outcome.grown) == ({"root": 1}, {})
    assert len(base.rows("root")) == 1


def test_one_without_a_trigger_that_follows_is_named_too(base: Base) -> None:
    base.run(OUTSIDE[0])
    base.run("insert into root values (1, 1, 'appel'), (2, 2, 'peer');\ninsert into zoek (zoek) values ('rebuild')")
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert [one for one in plan.keepers if one.startswith("root: the full-text table zoek")]
        assert execute(local, ONE, plan.hash).rows == {"root": 1}


def test_a_table_that_is_no_search_table_but_bears_such_a_name_is_counted(base: Base) -> None:
    base.run(OWN[0] + ";\ncreate table zoekwoord (id integer)")
    base.run("insert into root values (1, 1, 'appel');\ninsert into zoekwoord values (1)")
    base.trigger("gulzig", "after delete", "root", "delete from zoekwoord")
    with open_system(base.system(FOOTPRINT)) as local, pytest.raises(Exception, match=r"zoekwoord \(-1 rows\)"):
        execute(local, ONE, make_plan(local, ONE).hash)


def test_a_view_that_a_trigger_writes_to_leads_on_to_the_table_behind_it(base: Base) -> None:
    base.run("create table spoor (oud integer);\ncreate view kijk as select oud from spoor")
    base.trigger("verder", "instead of insert", "kijk", "insert into spoor values (new.oud)")
    base.trigger("weg", "after delete", "root", "insert into kijk values (old.id)")
    base.run("insert into root values (1, 1, 'appel'), (2, 2, 'peer')")
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert plan.triggers == ("weg on root (writes to kijk)", "verder on kijk (writes to spoor)")
        outcome = execute(local, ONE, plan.hash)
    assert (outcome.grown, outcome.uncounted) == ({"spoor": 1}, ())
