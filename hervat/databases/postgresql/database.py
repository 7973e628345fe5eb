"""PostgreSQL: one snapshot a cleaning, keys that may be put off, indexes inside the transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    Table,
    case,
    false,
    func,
    null,
    or_,
    text,
)

from hervat.databases.base import MANNERS, NOISE, Database, Gathered, Waits
from hervat.databases.catalogue import SchemaCatalogue, WriteFound
from hervat.databases.joined import gathered
from hervat.databases.model import Copy, Keeper, Outside, Places
from hervat.databases.postgresql.connection import engine_on
from hervat.databases.postgresql.copies import (
    COPIES_MARK,
    KEEPERS_MARK,
    copies,
    keepers,
    may_count,
    waited_for,
    written_so_far,
)
from hervat.databases.postgresql.keys import MARK as KEYS_MARK
from hervat.databases.postgresql.keys import foreign_keys, outside, pointing_in
from hervat.databases.postgresql.places import (
    HEIRS_MARK,
    PLACES_MARK,
    foreign_parts,
    left_out,
    places,
    settle,
    unfit,
    views_beyond,
)
from hervat.databases.postgresql.row_security import hiding
from hervat.databases.postgresql.writes import MARK as WRITES_MARK
from hervat.databases.postgresql.writes import catalogue, found_triggers, rules, stirs
from hervat.databases.temporary import create_as

_ADVISORY = 0x6865727661743031  # "hervat01"
_WORK_MEM = "128MB"  # the key sets of tens of thousands of persons are hashed, not looked through
_MARK = f"""
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
        union all {COPIES_MARK} union all {HEIRS_MARK} union all {WRITES_MARK} union all {KEEPERS_MARK}
        union all {KEYS_MARK} union all {PLACES_MARK}
    ) parts
"""
_MINE = (
    "with mine as (select oid from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema')"
)


class Postgresql(Database):
    """PostgreSQL 12 and newer, by psycopg."""

    name = "postgresql"
    indexes_in_transaction = True
    circles = "together"
    put_off = ": what waits for it was made to act at once, but for what a trigger puts off again"
    lasting = ("sequences, which do not go back",)

    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """See the base. Row security would hide rows from the counts and the read-back: it is an error instead."""
        return engine_on(system, url, waits.lock, waits.statement, **MANNERS)

    def begin_reading(self, connection: Connection) -> None:
        """See the base."""
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql(f"SET LOCAL work_mem = '{_WORK_MEM}'")

    def take_lock(self, connection: Connection) -> bool:
        """See the base. A session lock: it outlives this commit and ends with the connection, which no pool keeps."""
        taken = connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _ADVISORY})
        connection.commit()
        return bool(taken)

    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """See the base. No index: what is asked of a set is hashed. It outlives the commit, for the look after it."""
        create_as(connection, table, shape, "CREATE TEMPORARY TABLE {name} AS {body}")

    def load(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """See the base."""
        quoted = connection.dialect.identifier_preparer.quote
        columns = ", ".join(quoted(column.name) for column in table.c)
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {quoted(table.name)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def analyze(self, connection: Connection, table: Table) -> None:
        """See the base."""
        connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.quote(table.name)}")

    def gathered(self, connection: Connection, wanted: Select[Any]) -> list[Gathered]:
        """See the base."""
        found = gathered(connection, wanted)
        return super().gathered(connection, wanted) if found is None else found

    def searchable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base. Other collations may refuse to search, or fold letters in their own way."""
        return self.as_text(column).collate("C")

    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """See the base."""
        plain = func.trim(self.as_text(column), type_=String())
        solid = func.regexp_replace(plain, "[\\s\u00a0]", "", "g", type_=String())
        digits = func.regexp_replace(
            func.regexp_replace(solid, r"^([0-9]+)\.0{1,2}$", r"\1"), r"[.\-]", "", "g", type_=String()
        )
        known = digits.regexp_match("^[0-9]{1,9}$") & ~digits.regexp_match("^0+$")
        usual = plain.regexp_match("^[0-9]{9}$") & (plain != "000000000")  # costs one match, not four
        return case((usual, plain), (known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    def not_false(self, said: ColumnElement[bool]) -> ColumnElement[bool]:
        """See the base. In words of which the planner knows how many rows they leave."""
        return said.is_not(false())

    def odd(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """See the base. By bytes, and by REPLACE: a third of the price of a regular expression or TRANSLATE."""
        plain = self.as_text(column)
        bare = self._without(plain.collate("C"), NOISE)
        return or_(func.octet_length(plain) != 9, func.octet_length(bare) != 9)

    def foldable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base. As octets: this server can't be asked for a letter that its own encoding does not have."""
        return func.encode(func.convert_to(self.as_text(column), "UTF8"), "escape", type_=String())

    def folds_as(self, text: str) -> str:
        """See the base."""
        shown = (chr(one) if one < 128 else f"\\{one:03o}" for one in text.replace("\\", r"\\").encode())
        return "".join(shown)

    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base."""
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def left_out(self, connection: Connection, schema: str | None) -> list[str]:
        """See the base."""
        return left_out(connection, schema)

    def settle(self, engine: Engine, connection: Connection, tables: Iterable[str]) -> None:
        """See the base."""
        settle(engine, connection, tables)

    def places(self, connection: Connection) -> Places:
        """See the base."""
        return places(connection)

    def foreign_keys(self, connection: Connection, schema: str | None, names: Sequence[str]) -> Mapping[Any, Any]:
        """See the base."""
        return foreign_keys(connection, schema, names)

    def outside(self, connection: Connection) -> list[Outside]:
        """See the base."""
        return outside(connection)

    def views_beyond(self, connection: Connection) -> list[tuple[str, str, list[str]]]:
        """See the base."""
        return views_beyond(connection)

    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """See the base. Of the tables that the account may not read `outside` tells."""
        return pointing_in(connection, schemas)

    def copies(self, connection: Connection) -> list[Copy]:
        """See the base."""
        return copies(connection)

    def waited_for(self, connection: Connection, copy: Copy) -> bool:
        """See the base."""
        return waited_for(connection, copy)

    def schema_fingerprint(self, connection: Connection) -> str:
        """See the base."""
        return connection.scalar(text(_MINE + _MARK)) or ""

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """See the base."""
        return found_triggers(connection)

    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """See the base."""
        return catalogue(connection)

    def written_so_far(self, connection: Connection) -> dict[str, tuple[int, int]] | None:
        """See the base."""
        return written_so_far(connection)

    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """See the base."""
        return keepers(connection)

    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """See the base. Asked of the catalogue: a refused query would end the transaction."""
        return may_count(connection, schema, table)

    def check_keys_now(self, connection: Connection) -> None:
        """See the base."""
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")

    def size(self, connection: Connection, table: Table) -> int:
        """See the base. What the last ANALYZE saw, where there was one."""
        name = self.quoted(connection.dialect, table)
        known = connection.scalar(
            text("select reltuples from pg_class where oid = cast(:name as regclass)"), {"name": name}
        )
        return int(known) if known is not None and known > 0 else super().size(connection, table)

    def stirs(self, connection: Connection) -> bool:
        """See the base."""
        return stirs(connection)

    def rules(self, connection: Connection, table: Table) -> list[str]:
        """See the base."""
        return rules(connection, table)

    def stopping_trigger(self, table: str, trigger: str) -> str:
        """See the base."""
        return f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"

    def unfit(self, connection: Connection) -> list[tuple[str, str]]:
        """See the base."""
        return [*unfit(connection), *foreign_parts(connection)]

    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """See the base. A right on columns alone is enough where only those are updated."""
        wanted = list(needed)
        wrong = [
            f"no right to {right} on {table}"
            for right, schema, table in wanted
            if not _has(connection, right, schema, table)
        ]
        written = {f"{schema}.{table}" if schema else table for right, schema, table in wanted if right != "SELECT"}
        wrong += [f"{table}: {why}" for table, why in self.unfit(connection) if table in written]
        wrong += hiding(connection, ((schema, table) for right, schema, table in wanted if right == "SELECT"))
        if not connection.scalar(text("select has_database_privilege(current_database(), 'TEMP')")):
            wrong.append("no right to make temporary tables in this database (TEMP)")
        if connection.scalar(text("select pg_is_in_recovery()")):
            wrong.append("this server is a read-only copy")
        return wrong

    def may_index(self, connection: Connection, schema: str | None, table: str) -> bool:
        """See the base."""
        wanted = """
            select pg_has_role(relowner, 'USAGE') from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where relname = :table
            and case when cast(:schema as text) is null then pg_table_is_visible(c.oid) else n.nspname = :schema end
        """
        return bool(connection.scalar(text(wanted), {"table": table, "schema": schema}))


def _has(connection: Connection, right: str, schema: str | None, table: str) -> bool:
    name = "coalesce(quote_ident(cast(:schema as text)) || '.', '') || quote_ident(:table)"
    function = "has_any_column_privilege" if right == "UPDATE" else "has_table_privilege"
    given = {"table": table, "schema": schema, "right": right}
    return bool(connection.scalar(text(f"select {function}({name}, :right)"), given))
