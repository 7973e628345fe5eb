"""PostgreSQL: one snapshot per cleaning, deferred keys, indexes inside the transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Delete,
    Engine,
    Executable,
    Select,
    Table,
    func,
    literal,
    select,
    text,
)
from typing_extensions import override

from hervat.databases.interface import ENGINE_OPTIONS, Database, Gathered, Timeouts, create_as, gathered
from hervat.databases.interface.deleting import Item
from hervat.databases.postgresql.connection import SHARED_SESSIONS, engine_on, shares_sessions
from hervat.databases.postgresql.copies import COPIES_FINGERPRINT, KEEPERS_FINGERPRINT, PostgresqlCopies
from hervat.databases.postgresql.kept import KeptConnection
from hervat.databases.postgresql.keys import KEYS_FINGERPRINT, PostgresqlKeys
from hervat.databases.postgresql.places import HEIRS_FINGERPRINT, PLACES_FINGERPRINT, PostgresqlPlaces
from hervat.databases.postgresql.rights import PostgresqlRights
from hervat.databases.postgresql.values import PostgresqlValues
from hervat.databases.postgresql.writes import WRITES_FINGERPRINT, PostgresqlWrites

_ADVISORY = 0x6865727661743031  # "hervat01"
_WORK_MEM = "128MB"  # the key sets of tens of thousands of persons are hashed, not looked through
_FINGERPRINT = f"""
    select md5(string_agg(part, ',' order by part)) from (
        select concat_ws(' ', c.oid, relname, relkind, attnum, attname, atttypid, atttypmod, attnotnull) as part
        from pg_class c join pg_attribute on attrelid = c.oid
        where relnamespace in (select oid from mine) and attnum > 0 and not attisdropped
        union all select concat_ws(' ', oid, conrelid, confdeltype, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace in (select oid from mine)
        union all select concat_ws(' ', indexrelid, pg_get_indexdef(indexrelid))
        from pg_index join pg_class i on i.oid = indexrelid where i.relnamespace in (select oid from mine)
        union all select concat_ws(' ', t.oid, tgenabled, pg_get_triggerdef(t.oid), md5(prosrc))
        from pg_trigger t join pg_proc p on p.oid = tgfoid where not tgisinternal
        union all {COPIES_FINGERPRINT} union all {HEIRS_FINGERPRINT} union all {WRITES_FINGERPRINT}
        union all {KEEPERS_FINGERPRINT}
        union all {KEYS_FINGERPRINT} union all {PLACES_FINGERPRINT}
    ) parts
"""
_MINE = (
    "with mine as (select oid from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema')"
)


class Postgresql(
    PostgresqlValues, PostgresqlKeys, PostgresqlPlaces, PostgresqlCopies, PostgresqlWrites, PostgresqlRights, Database
):
    """PostgreSQL 12 and newer, by psycopg."""

    name = "postgresql"
    commit_note = ": what waits for it was made to act at once, but for what a trigger puts off again"
    not_rolled_back = ("sequences, which do not go back",)

    @override
    def engine(self, system: str, url: URL, timeouts: Timeouts) -> Engine:
        """Row security would hide rows from the counts and the read-back: it is an error instead."""
        return engine_on(system, url, timeouts.lock, timeouts.statement, **ENGINE_OPTIONS)

    @override
    def begin_reading(self, connection: Connection) -> None:
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql(f"SET LOCAL work_mem = '{_WORK_MEM}'")

    @override
    def begin_writing(self, connection: Connection) -> None:
        """The session ends with this, so that another reads back."""
        super().begin_writing(connection)
        _let_go(connection)

    @override
    def unlockable(self, engine: Engine) -> str | None:
        return f"it can't be locked: {SHARED_SESSIONS}" if shares_sessions(engine) else None

    @override
    def try_lock(self, connection: Connection) -> bool:
        """A session lock: it outlives this commit and ends with the connection, which nothing keeps."""
        _let_go(connection)
        taken = connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _ADVISORY})
        connection.commit()
        return bool(taken)

    @override
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """No index: what is asked of a set is hashed. It outlives the commit, for the look after it."""
        create_as(connection, table, shape, "CREATE TEMPORARY TABLE {name} AS {body}")

    @override
    def load(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        quoted = connection.dialect.identifier_preparer.quote
        columns = ", ".join(quoted(column.name) for column in table.c)
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {quoted(table.name)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    @override
    def analyze(self, connection: Connection, table: Table) -> None:
        connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.quote(table.name)}")

    @override
    def gathered(self, connection: Connection, query: Select[Any]) -> list[Gathered]:
        groups = gathered(connection, query)
        return super().gathered(connection, query) if groups is None else groups

    @override
    def check_keys_now(self, connection: Connection) -> None:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")

    @override
    def cycles_to_break(self, groups: Iterable[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
        return []

    @override
    def group_statements(self, deletes: Sequence[Delete]) -> Sequence[Executable]:
        """Return one statement for a cycle: keys are checked at its end."""
        return [_together(deletes)] if len(deletes) > 1 else deletes

    @override
    def delete_group(self, connection: Connection, deletes: Sequence[Delete]) -> list[int]:
        if len(deletes) > 1:
            return list(connection.execute(_together(deletes)).one())
        return super().delete_group(connection, deletes)

    @override
    @contextmanager
    def indexed_before(self, connection: Connection, build: Sequence[str], drop: Sequence[str]) -> Iterator[None]:
        """Build nothing beforehand: an index can be part of the transaction."""
        yield

    @override
    def schema_fingerprint(self, connection: Connection) -> str:
        return connection.scalar(text(_MINE + _FINGERPRINT)) or ""

    @override
    def size(self, connection: Connection, table: Table) -> int:
        """What the last ANALYZE saw, where there was one."""
        name = self.quoted(connection.dialect, table)
        known = connection.scalar(
            text("select reltuples from pg_class where oid = cast(:name as regclass)"), {"name": name}
        )
        return int(known) if known is not None and known > 0 else super().size(connection, table)


def _let_go(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if isinstance(driver, KeptConnection):
        driver.let_go()


def _together(deletes: Sequence[Delete]) -> Select[Any]:
    """Return one statement that deletes from several tables and counts the rows of each."""
    parts = [delete.returning(literal(1).label("one")).cte(f"gone_{at}") for at, delete in enumerate(deletes)]
    return select(*(select(func.count()).select_from(part).scalar_subquery() for part in parts))
