"""Columns that name rows of one table or another by what stands beside them: found, with the kinds that stand there.

A link that is not bound to a kind takes in every row with that number, of whatever kind it is about.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, func, select

from hervat.cleaning.beside import exact_text
from hervat.cleaning.databases.letter import is_text
from hervat.cleaning.joining import filled
from hervat.cleaning.kind_columns import is_general, kind_beside, kind_pairs, meant
from hervat.cleaning.kinds import When
from hervat.cleaning.schema import Key, Schema, TableInfo
from hervat.cleaning.shape import Shape
from hervat.plural import plural

_MOST = 50  # kinds that are looked at
_LOOKED_UP = 500  # rows of a table that lists kinds


@dataclass(frozen=True)
class Kind:
    """A kind that stands in a column. `value` as it stands there, `said` what it is called, `rows` how often."""

    value: Any
    said: tuple[str, ...]
    rows: int


def kinds_of(connection: Connection, schema: Schema, table: str, column: str, kind: str) -> list[Kind]:
    """Return the kinds of the rows whose `column` is filled, the most frequent first. Reads only."""
    source = schema[table]
    exact = exact_text(source.column(kind))
    wanted = select(exact, func.count()).where(filled([source.column(column)]), filled([source.column(kind)]))
    found = list(connection.execute(wanted.group_by(exact).order_by(func.count().desc()).limit(_MOST)))
    called = _called(connection, schema, source, kind)
    return [Kind(value, called.get(str(value), (str(value),)), int(rows)) for value, rows in found]


def _called(connection: Connection, schema: Schema, table: TableInfo, kind: str) -> dict[str, tuple[str, ...]]:
    """Return what each kind is called where a table lists them (Django's django_content_type)."""
    listing = next((key for key in table.keys if key.columns == (kind,) and key.target != table.name), None)
    if listing is None:
        return {}
    target = schema[listing.target]
    texts = [column for column in target.sa.columns if isinstance(column.type, String)]
    wanted = select(target.column(listing.target_columns[0]), *texts).limit(_LOOKED_UP)
    return {str(number): tuple(str(one) for one in said if one) for number, *said in connection.execute(wanted)}


def link_for(
    schema: Schema, table: str, column: str, kind: str, kinds: Collection[Kind], tables: Collection[str]
) -> list[Key]:
    """Return a link for each of these tables that some kinds name, bound to these kinds."""
    values: dict[str, list[Any]] = {}
    for one in kinds:
        named = {found for said in one.said if (found := meant(said, tables))}
        if len(named) == 1 and _fits(schema, table, column, target := named.pop()):
            values.setdefault(target, []).append(one.value)
    return [
        Key(table, (column,), target, schema[target].primary, declared=False, when=When(kind, tuple(ones)))
        for target, ones in sorted(values.items())
    ]


def _fits(schema: Schema, table: str, column: str, target: str) -> bool:
    primary = schema[target].primary
    if len(primary) != 1 or target == table:
        return False
    one, other = schema[table].column(column).type, schema[target].column(primary[0]).type
    return is_text(one) == is_text(other)


def written(key: Key) -> str:
    """Return a link as it stands in a footprint."""
    when = ""
    if key.when:
        values = [_quoted(one) for one in key.when.values]
        said = f"= {values[0]}" if len(values) == 1 else f"in ({', '.join(values)})"
        when = f" when {key.table}.{key.when.column} {said}"
    return f"{key.table}.{key.columns[0]} -> {key.target}.{key.target_columns[0]}{when}"


def _quoted(value: Any) -> str:
    text = str(value)
    return text if text.replace("_", "").replace("\\", "").replace(":", "").isalnum() else f"'{text}'"


def kindless(shape: Shape, schema: Schema) -> list[tuple[Key, str]]:
    """Return the configured links that are bound to no kind though a column beside theirs seems to say one."""
    return [
        (key, kind)
        for key in shape.keys
        if not key.declared and key.when is None and (kind := kind_beside(schema[key.table], key.columns[0]))
    ]


def kindless_notes(shape: Shape, schema: Schema) -> list[str]:
    """Return a warning for each link that is bound to no kind though it seems to need one. Reads no row."""
    return [
        f"{key} has a neighbour {kind}: if that says to which table the number belongs, this link takes rows of other"
        f" kinds too; write {key} -> {key.target}.{key.target_columns[0]} when {key.table}.{kind} = ..."
        for key, kind in kindless(shape, schema)
    ]


def kind_warnings(connection: Connection, shape: Shape, schema: Schema, kept: Collection[str]) -> list[str]:
    """Return what stands in the kinds of links that are bound to none, and which such columns are no links yet."""
    found = [
        f"{key.table}.{kind} holds {told}"
        for key, kind in kindless(shape, schema)
        if (told := _told(kinds_of(connection, schema, key.table, key.columns[0], kind)))
    ]
    return [*found, *_unlinked(connection, shape, schema, kept)]


def _unlinked(connection: Connection, shape: Shape, schema: Schema, kept: Collection[str]) -> Iterator[str]:
    linked = {(key.table, name) for key in shape.keys for name in key.columns}
    for table in schema.tables.values():
        for column, kind in kind_pairs(table) if table.name not in kept else ():
            if (table.name, column) in linked or not _may_point(schema, table.name, column, shape):
                continue
            kinds = kinds_of(connection, schema, table.name, column, kind)
            links = link_for(schema, table.name, column, kind, kinds, shape.nodes)
            if links:
                listed = ", ".join(f'"{written(key)}"' for key in links)
                yield (
                    f"{table.name}.{column} names rows of the footprint by {kind} ({_told(kinds)}) and is no link:"
                    f" such rows stay; add links: [{listed}], or keep: [{table.name}]"
                )
            elif kinds and is_general(column):
                yield (
                    f"{table.name}.{column} may name rows of one table or another by {kind} ({_told(kinds)});"
                    f' if of the footprint, add links: ["{table.name}.{column} -> TABLE.COLUMN when'
                    f' {table.name}.{kind} = ..."], else keep: [{table.name}]'
                )


def _may_point(schema: Schema, table: str, column: str, shape: Shape) -> bool:
    return any(_fits(schema, table, column, target) for target in shape.nodes)


def _told(kinds: Collection[Kind]) -> str:
    shown = [f"'{_name(one)}' {plural(one.rows, 'row')}" for one in list(kinds)[:10]]
    return ", ".join([*shown, "..."] if len(kinds) > len(shown) else shown)


def _name(kind: Kind) -> str:
    text = str(kind.value)
    safe = len(text) <= 60 and sum(one.isdigit() for one in text) < 8 and "@" not in text and text.isprintable()
    return text if safe else "(not shown)"
