"""What SQL leaves out before Python looks never hides a number, in whatever spelling, on SQLite and PostgreSQL."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, create_engine, select
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.pool import NullPool
from sqlalchemy.types import JSON, NUMERIC, Text

from hervat.databases import database_of
from hervat.erasure.planning.coverage.matcher import BSN, V_NUMBER, NumberMatcher, _bsns, _v_numbers
from hervat.erasure.schema.number_columns import may_hold, shown
from tests.support.dossiers import bsn
from tests.support.postgres import Cluster

SPELLED = Table(
    "spelled",
    MetaData(),
    Column("at", String),
    Column("tekst", Text),
    Column("klant_bsn", Text),
    Column("v_nummer", Text),
)
COLUMNS = ("tekst", "klant_bsn", "v_nummer")
NUMBERS = select(Table("hervat_sought", MetaData(), Column("number", BigInteger)).c.number)

gaps = st.sampled_from(["", " ", ".", "-", "\u00a0", "  ", " - ", "\t", "\u2013"])
around = st.text("0123456789 abBSNv.-,:\n\u00a0\u00e9", max_size=8)


@st.composite
def in_a_text(draw: st.DrawFn) -> str:
    """A number in a text: grouped, with lost zeros, with .0 behind it, as a sheet writes it, or after the word BSN."""
    digits = draw(st.from_regex(r"[0-9]{1,10}", fullmatch=True))
    gap, at = draw(gaps), sorted(draw(st.sets(st.integers(1, 9), max_size=3)))
    spelled = gap.join(digits[a:b] for a, b in zip([0, *at], [*at, 10], strict=True))
    spelled = draw(
        st.sampled_from([spelled, spelled + ".0", f"{int(digits):.8E}", f"bsn: {digits}", f"SOFI-nummer {digits}"])
    )
    return draw(around) + spelled + draw(around)


texts = st.one_of(in_a_text(), around, st.text("0123456789 .-", max_size=20), st.text("0123456789bsn.E+ ", max_size=20))


def let_through(engine: Engine, cells: list[str]) -> dict[str, set[int]]:
    with engine.begin() as connection:
        SPELLED.drop(connection, checkfirst=True)
        SPELLED.create(connection)
        rows = [{"at": str(at), **dict.fromkeys(COLUMNS, text)} for at, text in enumerate(cells)]
        connection.execute(SPELLED.insert(), rows)
        return {
            name: {
                int(at)
                for at in connection.scalars(
                    select(SPELLED.c.at).where(may_hold(SPELLED.c[name], NUMBERS, database_of(engine)))
                )
            }
            for name in COLUMNS
        }


def nothing_is_hidden(engine: Engine, cells: list[str]) -> None:
    passed = let_through(engine, cells)
    for at, text in enumerate(cells):
        for name in COLUMNS:
            bsns = {one for one in _bsns(text, name == "klant_bsn") if one.strip("0")}
            others = {one for one in _v_numbers(text, name == "v_nummer") if one}
            assert not (bsns | others) or at in passed[name], (name, text)
            for kind, numbers in ((BSN, bsns), (V_NUMBER, others)):
                for number in numbers:
                    sought = NumberMatcher(
                        {number: "k"} if kind == BSN else {}, {number: "k"} if kind == V_NUMBER else {}
                    )
                    assert sought.matches(name, text) == {(kind, "k")}, (name, text)


@settings(max_examples=30, deadline=None)
@given(st.lists(texts, min_size=20, max_size=40))
@example(["bsn 1234", "1234", "1,23456782E+08", "1.2E+08", "", " ", ".0", "7", "000"])
def test_sqlite_hides_nothing(cells: list[str]) -> None:
    nothing_is_hidden(create_engine("sqlite://"), cells)


def test_postgresql_hides_nothing(postgres_cluster: Cluster) -> None:
    engine = create_engine(postgres_cluster.create(), poolclass=NullPool)

    @settings(max_examples=20, deadline=None)
    @given(st.lists(texts, min_size=20, max_size=40))
    @example(["bsn 1234", "1234", "1,23456782E+08", "1.2E+08", "", " ", ".0", "7", "000"])
    def hides_nothing(cells: list[str]) -> None:
        nothing_is_hidden(engine, cells)

    hides_nothing()


def test_a_collation_that_refuses_to_search_stops_nothing(postgres_cluster: Cluster) -> None:
    engine = create_engine(postgres_cluster.create(), poolclass=NullPool)
    with engine.begin() as connection:
        made = "create collation lui (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
        connection.exec_driver_sql(made)
        connection.exec_driver_sql("create table spelled (at text, tekst text collate lui)")
        connection.exec_driver_sql(f"insert into spelled values ('1', 'BSN {bsn(1)}'), ('2', 'niets')")
        wanted = select(shown(SPELLED.c.tekst, database_of(engine))).where(
            may_hold(SPELLED.c.tekst, NUMBERS, database_of(engine))
        )
        assert list(connection.scalars(wanted)) == [f"BSN {bsn(1)}"]


@pytest.mark.parametrize(
    "spelling", ["{0}{1}{2}", "{0}.{1}.{2}", "{0} {1} {2}", "{0}-{1}-{2}", "{0}{1}{2}.0", "nr {0}{1}{2};"]
)
def test_every_spelling_is_met(spelling: str) -> None:
    number = bsn(7)
    sought = NumberMatcher.of({"a": frozenset({number})}, {"b": frozenset({"0700000012"})})
    assert sought.matches("tekst", spelling.format(number[:3], number[3:6], number[6:])) == {(BSN, "a")}
    assert sought.matches("tekst", spelling.format("700", "000", "012")) == {(V_NUMBER, "b")}
    assert sought.matches("tekst", spelling.format("0700", "000", "012")) == {(V_NUMBER, "b")}


def test_a_date_or_a_longer_number_is_none() -> None:
    sought = NumberMatcher.of({"a": frozenset({"020032022"})}, {"b": frozenset({"20032022"})})
    assert sought.matches("tekst", "op 20-03-2022") == set()
    assert sought.matches("tekst", "120032022123") == set()
    assert sought.matches("tekst", "20032022") == {(BSN, "a"), (V_NUMBER, "b")}


def test_who_is_sought_is_not_printed() -> None:
    shown_ = repr(NumberMatcher.of({"a": frozenset({bsn(1)})}, {"a": frozenset({"7000000001"})}))
    assert not re.search(r"[0-9]{4}", shown_)


@pytest.mark.parametrize(
    ("dialect", "kind"),
    [
        (dialect, kind)
        for dialect in (sqlite, postgresql, mysql, mssql, oracle)
        for kind in (Text(), String(40), NUMERIC(12, 2), JSON())
        if not (dialect is oracle and isinstance(kind, JSON))  # SQLAlchemy knows no JSON of Oracle
    ],
    ids=lambda it: getattr(it, "__name__", str(it)).split(".")[-1],
)
def test_it_compiles_for_every_dialect(dialect, kind) -> None:
    column = Table("t", MetaData(), Column("order", kind)).c.order
    ours = dialect.dialect()
    database = database_of(ours)
    text = str(select(shown(column, database)).where(may_hold(column, NUMBERS, database)).compile(dialect=ours))
    if isinstance(kind, NUMERIC) and dialect is not sqlite:
        assert "hervat_sought" in text and "replace" not in text.lower()
    else:
        assert text.lower().count("replace(") == 20  # twice: seven digits, or four and the word BSN
        assert ("LEN(" if dialect is mssql else "length(").lower() in text.lower()
        assert "coalesce(" in text.lower() or "nvl(" in text.lower()
