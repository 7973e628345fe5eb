"""A person is found in any spelling that a column can hold, by its index; and the read-back misses none of them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, String, Table, create_engine, event, select, text
from sqlalchemy.pool import NullPool

from hervat.bsn import normalised
from hervat.databases import NOISE, database_of
from hervat.erasure import execute, make_plan, open_system
from hervat.erasure.execution.read_back import verify_erasure
from hervat.erasure.selection.persons import spellings
from tests.support.dossiers import Base
from tests.support.postgres import Cluster

SPELLED = Table("spelled", MetaData(), Column("at", String), Column("bsn", String))
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
noisy = st.lists(st.sampled_from([*"0123456789", *"0123456789", *NOISE]), max_size=13).map("".join)
numbers = st.integers(1, 999_999_999).map(lambda number: f"{number:09}")


def in_sql(engine: Engine, texts: list[str]) -> list[tuple[str, bool]]:
    database = database_of(engine)
    with engine.begin() as connection:
        SPELLED.drop(connection, checkfirst=True)
        SPELLED.create(connection)
        connection.execute(SPELLED.insert(), [{"at": f"{at:04}", "bsn": text} for at, text in enumerate(texts)])
        wanted = select(database.stripped_bsn(SPELLED.c.bsn), database.odd(SPELLED.c.bsn)).order_by(SPELLED.c.at)
        return [(stripped, bool(odd)) for stripped, odd in connection.execute(wanted)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_spells_a_bsn_is_read_back_and_is_odd_unless_it_is_nine_digits(
    kind: str, postgres_cluster: Cluster
) -> None:
    url = "sqlite://" if kind == "sqlite" else postgres_cluster.create()
    engine = create_engine(url) if kind == "sqlite" else create_engine(url, poolclass=NullPool)

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.one_of(noisy, numbers, numbers.map(lambda one: f"{int(one)}.0")), min_size=30, max_size=60))
    def holds(texts: list[str]) -> None:
        for text_, (stripped, odd) in zip(texts, in_sql(engine, texts), strict=True):
            digits = normalised(text_)
            if digits:
                assert stripped == digits.lstrip("0")
                assert odd or text_ == digits

    holds()


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 999_999_999),
    st.integers(0, 2),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(NOISE)), max_size=2),
)
def test_every_spelling_that_fits_in_nine_characters_is_known(
    number: int, lost: int, noise: list[tuple[int, str]]
) -> None:
    spelled = f"{number:09}"[lost:] if f"{number:09}"[:lost] == "0" * lost else f"{number:09}"
    for place, one in noise:
        spelled = spelled[:place] + one + spelled[place:]
    digits = normalised(spelled)
    if digits and len(spelled) <= 9 and not digits.startswith("000"):
        assert spelled in spellings(digits)


COLUMNS = {
    "varchar(9)": ["012345672", "12345672", " 12345672", "12345672.", "1234567-2"],
    "char(9)": ["012345672", "12345672", "1234567.2"],
    "varchar(20)": ["012345672", "12345672", "0123.45.672", "12345672.0", " 012345672 ", "12 34 56 72"],
    "char(12)": ["012345672", "12345672", "0123.45.672"],
    "text": ["012345672", "12345672.0", "0 1 2 3 4 5 6 7 2"],
    "integer": [12345672],
    "bigint": [12345672],
    "numeric(9)": [12345672],
}


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("kind", COLUMNS)
def test_each_spelling_in_each_type_of_column(empty: Base, kind: str, indexed: bool) -> None:
    if kind == "text" and indexed and "mariadb" in empty.url:
        return  # a text has no index there without a length
    empty.run(
        f"create table persoon (id integer primary key, bsn {kind});\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id))"
    )
    if indexed:
        empty.run("create index op_bsn on persoon (bsn)")
    spelled: list[Any] = COLUMNS[kind]
    other = 123456782 if kind in ("integer", "bigint", "numeric(9)") else "123456782"
    for at, one in enumerate([*spelled, other, None]):
        empty.add("persoon", (at, one))
        empty.add("root", (at, at))
    for at in range(len(spelled)):  # one at a time: the same BSN twice would be a double
        empty.run(f"update persoon set bsn = null where id < {len(spelled)} and id <> {at}")
        with open_system(empty.system(FOOTPRINT)) as local:
            persons = {"a": frozenset(["012345672"])}
            assert verify_erasure(local, persons, ()).left == 1, spelled[at]  # it would see it, were it left
            outcome = execute(local, persons, make_plan(local, persons).hash)
        assert outcome.rows == {"root": 1}, spelled[at]
        empty.run("delete from root;\ndelete from persoon")
        for number, one in enumerate([*spelled, other, None]):
            empty.add("persoon", (number, one))
            empty.add("root", (number, number))


@pytest.mark.parametrize("kind", ["varchar(9)", "char(9)", "varchar(20)", "integer", "numeric(9)"])
def test_postgresql_uses_the_index(postgres_cluster: Cluster, kind: str) -> None:
    base = Base(postgres_cluster.create())
    base.run(
        f"create table persoon (id integer primary key, bsn {kind});\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        f"insert into persoon select n, (100000000 + n)::{'text' if 'char' in kind else kind} from generate_series(1, 20000) n;\n"
        "insert into root select n, n from generate_series(1, 20000) n;\n"
        "create index op_bsn on persoon (bsn);\nanalyze"
    )
    plans: list[str] = []
    with open_system(base.system(FOOTPRINT)) as local:

        @event.listens_for(local.engine, "before_cursor_execute")
        def explain(connection, cursor, statement, parameters, *rest):
            if statement.startswith("INSERT INTO hervat_person"):
                found = connection.connection.cursor().execute("explain " + statement, parameters)
                plans.append("\n".join(row[0] for row in found))

        plan = make_plan(local, {"a": frozenset(["100000007"]), "b": frozenset(["100000011"])})
    assert plan.rows == {"root": 2}
    assert "op_bsn" in plans[0], plans


def test_the_enumeration_is_bounded(postgres_cluster: Cluster) -> None:
    base = Base(postgres_cluster.create())
    base.run("create table persoon (id integer primary key, bsn varchar(9) unique);\n"
             "create table root (id integer primary key, persoon_id integer references persoon (id))")  # fmt: skip
    base.add("persoon", (1, "1.2.3.4"), (2, "1234"))
    base.add("root", (1, 1), (2, 2))
    with open_system(base.system(FOOTPRINT)) as local, local.engine.connect() as connection:
        plan = make_plan(local, {"a": frozenset(["000001234"])})
        assert plan.doubles == ("a",)
        assert connection.scalar(text("select count(*) from root")) == 2
