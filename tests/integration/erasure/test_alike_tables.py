"""Alike tables share their compiled statements; a table that a vendor changed, or of another kind of base, does not."""

from pathlib import Path

from sqlalchemy import create_engine, insert, make_url, select

from hervat.databases import engine_on
from hervat.erasure.schema.model import Schema, TableInfo
from hervat.erasure.schema.reflect import cached_schema, read_schema
from hervat.settings import Footprint
from tests.support.postgres import Cluster

TABLE = "create table les (id integer primary key, uren {kind}, dag date)"


def run(url: str, *statements: str) -> None:
    with create_engine(url).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def described(url: str, kind: str = "integer", more: str = "") -> TableInfo:
    """Make or change the table and return what is read of it."""
    run(url, more or TABLE.format(kind=kind))
    with engine_on("s", make_url(url), reading=True).connect() as connection:
        return read_schema(connection)["les"]


def files(folder: Path, count: int) -> list[str]:
    for number in range(count):
        (folder / f"{number}.db").touch()
    return [f"sqlite:///{folder}/{number}.db" for number in range(count)]


def test_only_tables_that_are_alike_are_one(tmp_path: Path, postgres_cluster: Cluster) -> None:
    one, two, other, wider = files(tmp_path, 4)
    first = described(one)
    assert described(two).sa is first.sa
    assert described(other, "numeric(9)").sa is not first.sa
    assert described(wider, "varchar(9)").sa is not described(postgres_cluster.create(), "varchar(9)").sa
    assert described(one, more="alter table les add column lokaal integer").columns == ["id", "uren", "dag", "lokaal"]
    assert first.columns == ["id", "uren", "dag"]
    assert described(two, more="create index i on les (dag)").is_indexed(("dag",))
    assert not first.is_indexed(("dag",))


def test_a_statement_is_compiled_once_for_alike_tables(tmp_path: Path, postgres_cluster: Cluster) -> None:
    for urls in (files(tmp_path, 2), [postgres_cluster.create(), postgres_cluster.create()]):
        compiled = []
        for number, url in enumerate(urls):
            table = described(url, "smallint").sa
            with create_engine(url).begin() as connection:
                connection.execute(insert(table).values(id=number, uren=10 * number))
            with engine_on("s", make_url(url), reading=True).connect() as connection:
                result = connection.execute(select(table.c.uren).where(table.c.id == number))
                compiled.append(result.context.compiled)
                assert result.scalar() == 10 * number
        assert compiled[0] is compiled[1]


def test_files_share_their_schema_until_one_changes(tmp_path: Path) -> None:
    urls = files(tmp_path, 2)
    for url in urls:
        run(url, "create table p (id integer primary key, bsn text)")
    footprint = Footprint.model_validate({"person": {"table": "p", "bsn": "bsn"}, "root": "p"})
    first, second = (_cached(url, footprint) for url in urls)
    assert first is second and "les" not in first.tables
    described(urls[1])
    assert "les" in _cached(urls[1], footprint).tables
    assert _cached(urls[0], footprint) is first


def test_a_changed_schema_of_postgresql_is_read_again(postgres_url: str) -> None:
    run(postgres_url, "create table p (id integer primary key, bsn text)")
    footprint = Footprint.model_validate({"person": {"table": "p", "bsn": "bsn"}, "root": "p"})
    first = _cached(postgres_url, footprint)
    assert _cached(postgres_url, footprint) is first
    run(postgres_url, "alter table p add unique (bsn)")
    assert _cached(postgres_url, footprint)["p"].is_unique(["bsn"])


def _cached(url: str, footprint: Footprint) -> Schema:
    with engine_on("s", make_url(url), reading=True).connect() as connection:
        return cached_schema(connection, url, footprint)
