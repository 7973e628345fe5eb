"""PostgreSQL's foreign keys, from the catalogue, which shows all of them to anyone. Keys of partitions are the whole's.

SQLAlchemy reads the key of a partition with the partition, and whether a schema is named by the search_path of the day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from typing_extensions import override

from hervat.databases.interface import Catalogue
from hervat.databases.model import Outside
from hervat.databases.postgresql.places import WHOLES, is_bare, shown

Place = tuple[str | None, str]

_RULES = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT", "r": "RESTRICT"}
_GRAVITY = ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", ""]


# Three short queries, put together here: as one the planner thinks so dear that it compiles it, which takes seconds.
_TABLES = text(f"""
    with {WHOLES}
    select part, c.relname, top, case when {is_bare("t")} then null else n.nspname end, t.relname, {shown("t", "n")}
    from whole join pg_class c on c.oid = part join pg_class t on t.oid = top
    join pg_namespace n on n.oid = t.relnamespace
""")
# A server of version 18 may have keys that it does not enforce: older ones have no such column, so it is asked as JSON.
_KEYS = text("""
    select k.oid, k.conparentid, k.conname, k.conrelid, k.conkey, k.confrelid, k.confkey, k.confdeltype::text,
    k.confupdtype::text, k.confmatchtype = 'f', k.convalidated,
    coalesce(cast(to_jsonb(k) ->> 'conenforced' as boolean), true)
    and not exists (select from pg_trigger g where g.tgconstraint = k.oid and g.tgenabled in ('D', 'R'))
    from pg_constraint k where k.contype = 'f' order by k.conname, k.oid
""")
_COLUMNS = text("""
    select attrelid, attnum, attname from pg_attribute where attnum > 0 and not attisdropped and attrelid in (
        select conrelid from pg_constraint where contype = 'f' union select confrelid from pg_constraint)
""")
_POINTING = text(f"""
    with recursive {WHOLES}, reading as (
        select w.top as oid from whole w join pg_class c on c.oid = w.part join pg_namespace n on n.oid = c.relnamespace
        where pg_table_is_visible(c.oid) or n.nspname = any(:schemas)
        union select s.top from pg_constraint k join whole s on s.part = k.conrelid join whole t on t.part = k.confrelid
        join reading on reading.oid = t.top where k.contype = 'f'
    )
    select n.nspname, c.relname from reading join pg_class c on c.oid = reading.oid
    join pg_namespace n on n.oid = c.relnamespace
    where not {is_bare("c")} and not n.nspname = any(:schemas) and c.relkind in ('r', 'p')
    and has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')
    order by 1, 2
""")

KEYS_FINGERPRINT = "select concat_ws(' ', oid, tgenabled) from pg_trigger where tgisinternal and tgenabled <> 'O'"


class _Table(NamedTuple):
    """The whole to which a table belongs, `part`."""

    part: str
    top: int
    schema: str | None
    name: str
    shown: str


class _Row(NamedTuple):
    """A key. `source` and `target` are whole tables, each with the partition that has the key or is its target."""

    name: str
    source: _Table
    columns: list[str]
    target: _Table
    target_columns: list[str]
    rule: str
    on_update: str
    full: bool
    of_part: bool
    to_part: bool
    sure: bool
    enforced: bool


def _as_one(rows: list[_Row], others: Iterable[_Row]) -> dict[str, Any]:
    """Return one key for a partitioned table and its partitions: the gravest rule counts."""
    first = rows[0]
    rules = {"ondelete": _gravest(row.rule for row in rows), "onupdate": _gravest(row.on_update for row in rows)}
    whole = [row for row in rows if not row.of_part]
    return {
        "name": first.name,
        "constrained_columns": first.columns,
        "referred_schema": first.target.schema,
        "referred_table": first.target.name,
        "referred_columns": first.target_columns,
        "options": rules | ({"match": "FULL"} if first.full else {}),
        "sure": bool(whole) and all(row.sure for row in whole),
        "unclear": _unclear(first, others) if not whole else "",
        "to_part": first.target.part if first.to_part else "",
    }


def _gravest(rules: Iterable[str]) -> str:
    return min((_RULES.get(rule, "") for rule in rules), key=_GRAVITY.index)


def _unclear(key: _Row, rows: Iterable[_Row]) -> str:
    """Return why a partition's key can't be that of the whole: elsewhere the same columns point to another table."""
    same = [row for row in rows if row.source.top == key.source.top and row.columns == key.columns]
    other = next((row for row in same if row.target.top != key.target.top), None)
    if other is None:
        return ""
    return f"in its part {key.source.part} alone: elsewhere the same columns point to {other.target.shown}"


def _rows(connection: Connection) -> list[_Row]:
    """Return every key that somebody made; those that PostgreSQL made of it for parts tell whether it is enforced."""
    tables = {part: _Table(*rest) for part, *rest in connection.execute(_TABLES)}
    columns = {(table, number): name for table, number, name in connection.execute(_COLUMNS)}
    rows = connection.execute(_KEYS).all()
    parents = {number: parent for number, parent, *_ in rows}
    idle = {_first(number, parents) for number, *_, enforced in rows if not enforced}
    return [
        _Row(
            name,
            tables[source],
            [columns[source, column] for column in own],
            tables[target],
            [columns[target, column] for column in theirs],
            rule,
            on_update,
            full,
            tables[source].top != source,
            tables[target].top != target,
            validated and number not in idle,
            number not in idle,
        )
        for number, parent, name, source, own, target, theirs, rule, on_update, full, validated, _ in rows
        if not parent
    ]


def _first(number: int, parents: Mapping[int, int]) -> int:
    """Return the key from which PostgreSQL made this one for a part."""
    while parent := parents.get(number):
        number = parent
    return number


class PostgresqlKeys(Catalogue):
    """Foreign keys, those of partitions among them."""

    @override
    def foreign_keys(
        self, connection: Connection, schema: str | None, names: Collection[str]
    ) -> dict[Place, list[Any]]:
        """Return the keys of these tables as SQLAlchemy does, those of their parts among them.

        Beside what SQLAlchemy says there is `sure` (every row is held to it) and `unclear` (why it can't be followed).
        """
        known = set(names)
        rows_here = [row for row in _rows(connection) if row.source.schema == schema and row.source.name in known]
        keys = defaultdict[Place, list[Any]](list)
        same = defaultdict[tuple[Any, ...], list[_Row]](list)
        for row in rows_here:
            same[row.source.top, *row.columns, "", row.target.top, *row.target_columns].append(row)
        for rows in same.values():
            keys[schema, rows[0].source.name].append(_as_one(rows, rows_here))
        return keys

    @override
    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """, the wholes of parts among it. What may not be read is left out."""
        return [(schema, table) for schema, table in connection.execute(_POINTING, {"schemas": list(schemas)})]

    @override
    def outside(self, connection: Connection) -> list[Outside]:
        """Return every key that leads to another table, as if none were read."""
        return [
            Outside(row.source.shown, row.target.shown, row.rule in "cnd" or not row.enforced)
            for row in _rows(connection)
            if row.source.top != row.target.top
        ]
