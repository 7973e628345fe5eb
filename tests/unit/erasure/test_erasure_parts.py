"""The parts of cleaning that need no database: reading conditions, fitting values, the order of deletion, triggers' texts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Numeric, String

from hervat.databases.catalogue import Relation, SchemaCatalogue, WriteFound
from hervat.erasure.footprint.conditions import _parse, is_day, typed_value
from hervat.erasure.footprint.shape import RootTable, Shape
from hervat.erasure.schema.model import Key
from hervat.erasure.schema.triggers import _trigger
from hervat.erasure.statements.cycles import deletion_order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.k > t.c >= 2022-01-01", (["a.k"], "t.c", ">=", ("2022-01-01",))),
        ("a.k > t.l > u.c = 'x y'", (["a.k", "t.l"], "u.c", "=", ("x y",))),
        ("a.k > t.c > 5", (["a.k"], "t.c", ">", ("5",))),
        ("a.c<>x", ([], "a.c", "!=", ("x",))),
        ("a.k > t.c IS  NOT null", (["a.k"], "t.c", "is not null", ())),
        ("a.c is null", ([], "a.c", "is null", ())),
        ('a.c = "2"', ([], "a.c", "=", ("2",))),
        ("onzin", None),
        ("", None),
    ],
)
def test_conditions_are_read(text: str, expected: Any) -> None:
    assert _parse(text) == expected


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (Integer(), "12", 12),
        (Numeric(), "1.50", Decimal("1.50")),
        (Boolean(), "ja", True),
        (Date(), "2022-01-01", date(2022, 1, 1)),
        (Date(), datetime(2022, 1, 1, 5), date(2022, 1, 1)),
        (DateTime(), "2022-01-01 10:00", datetime(2022, 1, 1, 10)),
        (String(), 2021, "2021"),
        (String(), date(2022, 1, 1), "2022-01-01"),
        (Integer(), None, None),
    ],
)
def test_values_take_the_type_of_their_column(kind: Any, given: Any, expected: Any) -> None:
    assert typed_value(Column("x", kind), given) == expected


@pytest.mark.parametrize("kind", [Integer(), Boolean(), Date(), DateTime(), Numeric()])
def test_a_value_that_does_not_fit_is_not_repeated(kind: Any) -> None:
    with pytest.raises(ValueError, match="does not fit") as caught:
        typed_value(Column("x", kind), "geheim")
    assert "geheim" not in str(caught.value)


def test_days() -> None:
    assert [is_day(one) for one in ("2022-01-01", date(2022, 1, 1), datetime(2022, 1, 1), "20220101", "x", 5)] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_pointing_tables_come_before_those_they_point_to(pairs: list[tuple[int, int]]) -> None:
    tables = tuple(f"t{at}" for at in range(7))
    keys = tuple(Key(tables[a], ("k",), tables[b], ("id",)) for a, b in pairs)
    shape = Shape((RootTable("t0"),), "p", "bsn", tables, frozenset(), (), keys)
    order = deletion_order(shape)
    place = {name: at for at, group in enumerate(order) for name in group}
    assert sorted(place) == sorted(tables)
    assert all(place[key.table] <= place[key.target] for key in keys)
    straight = [group for group in order if len(group) == 1]
    assert len(straight) == 7 or any(place[key.table] == place[key.target] for key in keys)


def test_what_a_trigger_s_text_writes_to() -> None:
    tables = ["Spoor", "termijn"]
    catalogue = SchemaCatalogue("main", ("main",), tuple(Relation(("main", one)) for one in tables))
    text = 'CREATE TRIGGER x AFTER DELETE ON termijn BEGIN INSERT OR IGNORE INTO "spoor" VALUES (1); UPDATE main.termijn SET a = 1; END'
    found = _trigger(tables, catalogue, WriteFound("x", "termijn", text))
    assert (found.events, found.writes) == ({"DELETE"}, {"Spoor", "termijn"})
