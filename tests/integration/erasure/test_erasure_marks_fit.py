"""Columns that can't take the mark of policy restrict are found by the doctor, on every kind of database."""

from typing import Any

import pytest

from hervat.erasure import check, open_system
from hervat.errors import ConfigurationError
from tests.support.dossiers import Base, bsn

FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}


def told(base: Base, column: str, value: Any) -> list[str]:
    base.run(
        "create table persoon (id integer primary key, bsn varchar(9));\n"
        f"create table root (id integer primary key, persoon_id integer references persoon (id), naam varchar(40), {column})"
    )
    base.add("persoon", (1, bsn(1)))
    with open_system(base.system(FOOTPRINT, policy="restrict", restrict={"root.x": value})) as local:
        return [one for one in check(local) if one.startswith("restrict")]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("x varchar(5)", "beperkt", "has room for 5 characters and the mark has 7"),
        ("x char(5)", "beperkt", "has room for 5 characters"),
        ("x smallint", 70000, "does not fit"),
        ("x numeric(3, 0)", 1000, "does not fit"),
        ("x varchar(20) unique", "beperkt", "is unique"),
        ("x varchar(20) check (x in ('actief', 'gesloten'))", "beperkt", "lists the values allowed"),
        ("x varchar(20) generated always as (naam) stored", "beperkt", "is a generated column"),
    ],
)
def test_a_column_that_can_not_take_the_mark(empty: Base, column: str, value: Any, says: str) -> None:
    found = told(empty, column, value)
    assert len(found) == 1, found
    assert says in found[0]
    assert found[0].startswith("restrict: root.x") or "on root.x" in found[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("x varchar(7)", "beperkt"),
        ("x varchar(20) check (x in ('actief', 'beperkt'))", "beperkt"),
        ("x varchar(20) check (x <> '')", "beperkt"),
        ("x text", "beperkt"),
        ("x smallint", 7),
        ("x integer", 70000),
        ("x varchar(20)", None),
    ],
)
def test_a_column_that_can(empty: Base, column: str, value: Any) -> None:
    assert told(empty, column, value) == []


def test_an_identity_takes_no_mark(on_postgresql: Base) -> None:
    assert "is a generated column" in told(on_postgresql, "x integer generated always as identity", 7)[0]


def test_a_column_generated_when_it_is_read(empty: Base) -> None:
    if not empty.url.startswith("postgresql"):
        assert "is a generated column" in told(empty, "x varchar(20) generated always as (naam) virtual", "beperkt")[0]


def test_a_mark_outside_a_closed_list_is_refused(empty: Base) -> None:
    if empty.is_sqlite:
        return
    if not empty.is_mariadb:
        empty.run("create type standen as enum ('actief', 'gesloten')")
    kind = "enum('actief', 'gesloten')" if empty.is_mariadb else "standen"
    with pytest.raises(ConfigurationError, match="not one of those"):
        told(empty, f"x {kind}", "beperkt")


def test_a_key_and_a_column_that_may_not_be_null_are_refused(empty: Base) -> None:
    with pytest.raises(ConfigurationError, match="may not be null"):
        told(empty, "x varchar(20) not null", None)
