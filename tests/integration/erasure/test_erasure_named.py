"""How a footprint names things: capitals, files, and one column in several keys."""

from pathlib import Path

import pytest

from hervat.erasure import execute, make_plan, open_system
from hervat.errors import ConfigurationError
from hervat.settings import System
from tests.support.dossiers import Base, bsn

ONE = {"a": frozenset([bsn(1)])}
SUBTYPES = """
create table "Persoon" (id integer primary key, "BSN" varchar(9));
create table vreemdeling (id integer primary key references "Persoon" (id));
create table root (id integer primary key, x integer, foreign key (id) references vreemdeling (id), foreign key (id) references "Persoon" (id));
create table kind (id integer primary key, x integer, foreign key (id) references root (id), foreign key (id) references "Persoon" (id))
"""


@pytest.fixture
def subtypes(empty: Base) -> Base:
    empty.run(SUBTYPES)
    empty.add("Persoon", (1, bsn(1)), (2, bsn(2)))
    for table in ("vreemdeling", "root", "kind"):
        empty.add(table, (1,), (2,))
    return empty


def footprint(**more: object) -> dict[str, object]:
    return {"person": {"table": "Persoon", "bsn": "BSN"}, "root": "root", **more}


@pytest.mark.parametrize(
    "path", [["root.id -> Persoon"], ["root.id -> vreemdeling.id", "vreemdeling.id"], ["ROOT.ID -> persoon.Id"]]
)
def test_a_column_in_several_keys_is_told_apart_by_its_target(subtypes: Base, path: list[str]) -> None:
    belongs = {"kind": ["id -> root"]}
    with open_system(subtypes.system(footprint(path=path, belongs=belongs))) as local:
        assert execute(local, ONE, make_plan(local, ONE).hash).rows == {"root": 1, "kind": 1}
    assert subtypes.rows("root") == [(2, None)]


def test_a_column_in_several_keys_alone_is_refused_with_the_mend(subtypes: Base) -> None:
    with pytest.raises(ConfigurationError, match="root.id is in several keys: .*write root.id -> "):
        open_system(subtypes.system(footprint(path=["root.id"])))
    with pytest.raises(ConfigurationError, match="root.id is not a foreign key"):
        open_system(subtypes.system(footprint(path=["root.id -> kind"])))


def test_capitals_do_not_matter_where_one_table_fits(subtypes: Base) -> None:
    loud = {
        "person": {"table": "PERSOON", "bsn": "bsn"},
        "root": "ROOT",
        "path": ["Root.Id -> PERSOON"],
        "where": {"ROOT.X": [1, 2]},
        "conditions": ["ROOT.ID >= 1", "Root.Id -> PERSOON > persoon.bsn is not null"],
        "keep": ["KIND"],
    }
    subtypes.run("update root set x = 1;\ndelete from kind")
    with open_system(subtypes.system(loud)) as local:
        assert execute(local, ONE, make_plan(local, ONE).hash).rows == {"root": 1}


def test_capitals_that_tell_two_tables_apart_are_read_to_the_letter(on_postgresql: Base) -> None:
    empty = on_postgresql
    empty.run(
        'create table persoon (id integer primary key, bsn text);\ncreate table "PERSOON" (id integer primary key)'
    )
    empty.run("create table root (id integer primary key, p integer references persoon (id))")
    with open_system(empty.system(footprint(person={"table": "persoon", "bsn": "BSN"}))) as local:
        assert local.shape.person == "persoon"
    with pytest.raises(ConfigurationError, match="there is no table Persoon; did you mean"):
        open_system(empty.system(footprint()))


def test_a_footprint_of_the_installation_comes_before_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / "footprints").mkdir()
    own = tmp_path / "footprints" / "ggm.yaml"
    own.write_text("person: {table: p, bsn: b}\nroot: r\n")
    one = {"name": "x", "database": "sqlite:///x.db"}

    def read(name: str) -> System:
        return System.model_validate(one | {"footprint": name}, context={"base": tmp_path})

    assert read("ggm.yaml").footprint.root == "r"
    assert read("ggm-ddl").footprint.root == "INBURGERAAR"
    own.write_text("person: {table: p, bsn: b}\nroots: r\n")
    with pytest.raises(ConfigurationError, match="ggm.yaml: roots: there is no such key; did you mean root"):
        read("ggm.yaml")
    with pytest.raises(
        ConfigurationError, match="no such file among the footprints; .*name one that ships: ggm, ggm-ddl"
    ):
        read("onbekend.yaml")
