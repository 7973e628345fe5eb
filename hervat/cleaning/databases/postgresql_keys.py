"""PostgreSQL's foreign keys by the catalogue, which shows all of them to anyone: a key of a part is one of the whole.

SQLAlchemy reads the key of a partition with the partition, and whether a schema is named by the search_path of the day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from hervat.cleaning.databases.outside import Outside
from hervat.cleaning.databases.postgresql_names import WHOLES, is_bare, shown

Place = tuple[str | None, str]

_RULES = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT", "r": "RESTRICT"}
_GRAVITY = ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", ""]


def _columns(numbers: str, relation: str) -> str:
    return f"""array(select a.attname::text from unnest({numbers}) with ordinality u (num, at)
        join pg_attribute a on a.attrelid = {relation} and a.attnum = u.num order by u.at)"""


# A server of version 18 may have keys that it does not enforce: older ones have no such column, so it is asked as JSON.
_KEYS = text(f"""
    with recursive {WHOLES}
    select k.conname as name, case when {is_bare("s")} then null else sn.nspname end as schema, s.relname as table,
    {_columns("k.conkey", "k.conrelid")} as columns,
    case when {is_bare("t")} then null else tn.nspname end as target_schema, t.relname as target,
    {_columns("k.confkey", "k.confrelid")} as target_columns, k.confdeltype::text as rule,
    k.confmatchtype = 'f' as whole_match, ws.part <> ws.top as of_part, wt.part <> wt.top as to_part,
    sp.relname as part, tp.relname as target_part,
    k.convalidated and coalesce(cast(to_jsonb(k) ->> 'conenforced' as boolean), true) as sure,
    coalesce(cast(to_jsonb(k) ->> 'conenforced' as boolean), true) and not exists (
        select from pg_trigger g where g.tgenabled in ('D', 'R') and g.tgconstraint in (
            select k.oid union all select oid from pg_constraint where conparentid = k.oid)) as enforced,
    has_schema_privilege(sn.oid, 'USAGE') and has_table_privilege(s.oid, 'SELECT') as readable,
    {shown("s", "sn")} as source_shown, {shown("t", "tn")} as target_shown
    from pg_constraint k
    join whole ws on ws.part = k.conrelid join pg_class s on s.oid = ws.top
    join whole wt on wt.part = k.confrelid join pg_class t on t.oid = wt.top
    join pg_namespace sn on sn.oid = s.relnamespace join pg_namespace tn on tn.oid = t.relnamespace
    join pg_class sp on sp.oid = ws.part join pg_class tp on tp.oid = wt.part
    where k.contype = 'f' and k.conparentid = 0 order by 1, 2, 3
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

MARK = "select concat_ws(' ', oid, tgenabled) from pg_trigger where tgisinternal and tgenabled <> 'O'"


class _Row(NamedTuple):
    name: str
    schema: str | None
    table: str
    columns: list[str]
    target_schema: str | None
    target: str
    target_columns: list[str]
    rule: str
    whole_match: bool
    of_part: bool
    to_part: bool
    part: str
    target_part: str
    sure: bool
    enforced: bool
    readable: bool
    source_shown: str
    target_shown: str


def foreign_keys(connection: Connection, schema: str | None, names: Collection[str]) -> dict[Place, list[Any]]:
    """Return the keys of these tables as SQLAlchemy does, those of their parts among them.

    Beside what SQLAlchemy says there is `sure` (every row is held to it) and `unclear` (why it can't be followed).
    """
    wanted = [row for row in _rows(connection) if row.schema == schema and row.table in set(names)]
    found = defaultdict[Place, list[Any]](list)
    same = defaultdict[tuple[Any, ...], list[_Row]](list)
    for row in wanted:
        same[row.table, *row.columns, "", row.target_shown, *row.target_columns].append(row)
    for rows in same.values():
        found[schema, rows[0].table].append(_as_one(rows, wanted))
    return found


def _as_one(rows: list[_Row], wanted: Iterable[_Row]) -> dict[str, Any]:
    """Return one key for what stands on the whole, or on several of its parts: the gravest rule counts."""
    one, rules = rows[0], [_RULES.get(row.rule, "") for row in rows]
    whole = [row for row in rows if not row.of_part]
    return {
        "name": one.name,
        "constrained_columns": one.columns,
        "referred_schema": one.target_schema,
        "referred_table": one.target,
        "referred_columns": one.target_columns,
        "options": {"ondelete": min(rules, key=_GRAVITY.index)} | ({"match": "FULL"} if one.whole_match else {}),
        "sure": bool(whole) and all(row.sure and row.enforced for row in whole),
        "unclear": _unclear(one, wanted) if not whole else "",
        "to_part": one.target_part if one.to_part else "",
    }


def _unclear(one: _Row, wanted: Iterable[_Row]) -> str:
    """Say why the key of a part can't be that of the whole: in another part the same columns lead elsewhere."""
    others = [row for row in wanted if row.table == one.table and row.columns == one.columns]
    other = next((row for row in others if row.target_shown != one.target_shown), None)
    if other is None:
        return ""
    return f"in its part {one.part} alone: elsewhere the same columns point to {other.target_shown}"


def pointing_in(connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
    """Return what `Database.pointing_in` does, the wholes of parts among it. What may not be read is left out."""
    return [(schema, table) for schema, table in connection.execute(_POINTING, {"schemas": list(schemas)})]


def outside(connection: Connection) -> list[Outside]:
    """Return every key that leads to another table, as if none were read."""
    return [
        Outside(row.source_shown, row.target_shown, row.rule in "cnd" or not row.enforced)
        for row in _rows(connection)
        if row.source_shown != row.target_shown
    ]


def _rows(connection: Connection) -> list[_Row]:
    return [_Row(*row) for row in connection.execute(_KEYS)]
