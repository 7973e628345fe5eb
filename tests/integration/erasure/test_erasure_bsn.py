"""The BSN normalised in SQL is the BSN normalised in Python, on SQLite, PostgreSQL and MariaDB."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, String, Table, create_engine, select
from sqlalchemy.pool import NullPool

from hervat.bsn import normalised
from hervat.databases import database_of
from tests.support.mariadb import MariaServer
from tests.support.postgres import Cluster

SPELLED = Table("spelled", MetaData(), Column("at", String(4)), Column("bsn", String(60)))
digits = st.text("0123456789", min_size=1, max_size=10)
spelled = st.one_of(
    digits,
    digits.map(lambda text: f"{text}.0"),
    digits.map(lambda text: f" {text}  "),
    st.lists(digits, min_size=1, max_size=4).map(".".join),
    st.lists(digits, min_size=1, max_size=4).map("-".join),
    st.lists(digits, min_size=1, max_size=4).map("\u00a0".join),
    st.text("0123456789 x-", max_size=12),
    st.sampled_from(["", " ", ".0", "0", "000000000", "x", "-", "\t123456782\n", "12,3"]),
)


def in_sql(engine: Engine, texts: list[str]) -> list[str | None]:
    with engine.begin() as connection:
        SPELLED.drop(connection, checkfirst=True)
        SPELLED.create(connection)
        rows = [{"at": f"{at:04}", "bsn": text} for at, text in enumerate(texts)]
        connection.execute(SPELLED.insert(), rows)
        return list(
            connection.scalars(select(database_of(engine).normalised_bsn(SPELLED.c.bsn)).order_by(SPELLED.c.at))
        )


@settings(max_examples=25, deadline=None)
@given(st.lists(spelled, min_size=20, max_size=60))
@example(["123456782.000", "123 456 782", "1234.56.782", "12345678", "1"])
def test_sqlite_as_python(texts: list[str]) -> None:
    assert in_sql(create_engine("sqlite://"), texts) == [normalised(text) for text in texts]


def test_postgresql_as_python(postgres_cluster: Cluster) -> None:
    engine = create_engine(postgres_cluster.create(), poolclass=NullPool)

    @settings(max_examples=25, deadline=None)
    @given(st.lists(spelled, min_size=20, max_size=60))
    @example(["123456782.000", "123 456 782", "1234.56.782", "12345678", "1"])
    def as_python(texts: list[str]) -> None:
        assert in_sql(engine, texts) == [normalised(text) for text in texts]

    as_python()


@pytest.mark.parametrize("collation", ["utf8mb4_unicode_ci", "latin1_swedish_ci"])
def test_mariadb_as_python(mariadb_server: MariaServer, collation: str) -> None:
    engine = create_engine(mariadb_server.create(), poolclass=NullPool)
    with engine.begin() as connection:
        charset = collation.split("_", maxsplit=1)[0]
        connection.exec_driver_sql(f"alter database character set {charset} collate {collation}")

    @settings(max_examples=15, deadline=None)
    @given(st.lists(spelled, min_size=20, max_size=60))
    @example(["123456782.000", "123 456 782", "1234.56.782", "12345678", "1", "123456782\n", "12345678\u00a02"])
    def as_python(texts: list[str]) -> None:
        assert in_sql(engine, texts) == [normalised(text) for text in texts]

    as_python()


def test_what_is_stripped_on_mariadb_is_the_bsn_without_its_zeros(mariadb_server: MariaServer) -> None:
    engine = create_engine(mariadb_server.create(), poolclass=NullPool)
    texts = ["123456782", " 1234.56.782 ", "012345672.0", "12345672.00", "0", "x", "123-456-782", "123.0.0"]
    with engine.begin() as connection:
        SPELLED.create(connection)
        rows = [{"at": f"{at:04}", "bsn": text} for at, text in enumerate(texts)]
        connection.execute(SPELLED.insert(), rows)
        stripped = database_of(engine).stripped_bsn(SPELLED.c.bsn)
        found = list(connection.scalars(select(stripped).order_by(SPELLED.c.at)))
    assert found == ["123456782", "123456782", "12345672", "12345672", "", "x", "123456782", "12300"]


def test_a_dotted_bsn_that_ends_in_zeros_keeps_them(postgres_cluster: Cluster) -> None:
    for engine in (create_engine("sqlite://"), create_engine(postgres_cluster.create(), poolclass=NullPool)):
        assert in_sql(engine, ["123.456.000", "1234.56.000"]) == ["123456000", "123456000"]
