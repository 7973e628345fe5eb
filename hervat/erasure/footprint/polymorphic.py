"""Polymorphic links: one column names rows of several tables, and a second column holds the kind."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Enum, String, and_, false, func, select

from hervat.databases import Database, folded, is_text
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.joins import exact_text, filled
from hervat.erasure.schema.model import Key, Schema, TableInfo, When
from hervat.plural import plural

OTHER_LAWS = ("Wi2013", "Wi2007")
"""What most roots hold that are not of the law: told apart by `=`, at a third of the price of a closer look."""


def looks_like_condition(
    column: ColumnElement[Any], values: Iterable[Any], named_elsewhere: Collection[Any], database: Database
) -> ColumnElement[bool]:
    """SQL condition: the text is none of `values`, but differs from one only by what `folded` drops.

    named_elsewhere: spellings that the configuration names elsewhere; they count as different from these values.
    """
    folded_values = sorted({text for value in values if (text := folded(value))})
    if not folded_values:
        return false()
    takes_any = isinstance(column.type, String) and not isinstance(column.type, Enum)
    others = [column != law for law in OTHER_LAWS if takes_any and folded(law) not in folded_values]
    near = and_(*others, database.folds_to(column, folded_values))
    return and_(near, column.not_in(sorted(map(str, named_elsewhere)))) if named_elsewhere else near


_KINDS = (
    "type", "soort", "kind", "class", "klasse", "tabel", "tabelnaam", "table", "tablename", "entity", "entiteit",
    "model", "objecttype", "contenttype", "naam", "typeid", "soortid", "contenttypeid", "discriminator", "dtype",
)  # fmt: skip
_LONE = (
    "contenttype", "contenttypeid", "objecttype", "objectsoort", "entitytype", "entiteittype", "entitytypeid", "entity",
    "entiteit", "entityname", "tabel", "tabelnaam", "table", "tablename", "tabnaam", "model", "modelname", "modelnaam",
    "recordtype", "recordsoort", "relatedtype", "parenttype", "reftype", "referentietype", "brontabel", "brontype",
)  # fmt: skip
_ANY = (
    "object", "record", "rij", "row", "ref", "referentie", "reference", "entity", "entiteit", "parent", "item", "bron",
    "source", "target", "doel", "subject", "onderwerp", "related", "gerelateerd", "model", "eigenaar", "owner",
)  # fmt: skip
_ENDS = ("id", "nr", "nummer", "key", "sleutel", "ref", "pk", "fk", "uuid", "guid", "code")
_PLURAL = ("", "s", "en", "n", "ren")
_SHORT = 4


def kind_column(table: TableInfo, column: str) -> str | None:
    """Return the column that seems to hold the kind for the number in `column`, None if there is none."""
    stem = _stem(column)
    if not stem or _is_kind(column):
        return None
    others = {_flat(name): name for name in table.columns if name != column}
    kinds = [kind for kind in _KINDS if kind != "naam"]
    candidates = [stem + kind for kind in kinds] + [kind + stem for kind in kinds] + [stem]
    candidates += _LONE if is_general(column) else ()
    return next((others[name] for name in candidates if name in others), None)


def kind_pairs(table: TableInfo) -> Iterator[tuple[str, str]]:
    """Yield (column, its kind column) where no foreign key says which table the column points to."""
    declared = {name for key in table.keys for name in key.columns}
    for column in table.columns:
        if column not in declared and table.primary != (column,) and (kind := kind_column(table, column)):
            yield column, kind


def is_general(column: str) -> bool:
    """True if the column's name fits a thing of any kind: object_id, onderwerp_id, commentable_id."""
    return _stem(column) in _ANY or _stem(column).endswith("able")


def table_named(value: object, tables: Iterable[str]) -> str | None:
    """Return the table that a kind names, as a table or as a class with its path; None for none or several."""
    names = _names(str(value))
    matches = [table for table in tables if names & _names(table)]
    exact = [table for table in matches if _flat(table) == _flat(str(value))]
    candidates = exact or matches
    return candidates[0] if len(candidates) == 1 else None


def _names(text: str) -> set[str]:
    last = text.replace("\\", ".").replace("/", ".").replace(":", ".").strip(". ").rpartition(".")[2]
    flat = _flat(last)
    plain = flat.removeprefix("tbl") if len(flat) > _SHORT + 3 else flat
    return {name + end for name in (flat, plain) for end in _PLURAL if len(name) >= _SHORT} | (
        {plain.removesuffix(end) for end in _PLURAL if end and len(plain) - len(end) >= _SHORT}
    )


def _stem(column: str) -> str:
    flat = _flat(column)
    suffix = next((ending for ending in _ENDS if flat.endswith(ending) and len(flat) > len(ending) + 1), "")
    return flat.removesuffix(suffix) if suffix else ""


def _is_kind(column: str) -> bool:
    flat = _flat(column)
    return any(flat.endswith(kind) for kind in _KINDS if kind.endswith("id")) or flat in _LONE


def _flat(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


_MAX_KINDS = 50
_MAX_NAMES = 500  # rows of a table that lists kinds


@dataclass(frozen=True)
class Kind:
    """A kind found in a column: its `value`, the names that it goes by, and the number of rows."""

    value: Any
    names: tuple[str, ...]
    rows: int


def kinds_of(connection: Connection, schema: Schema, table: str, column: str, kind: str) -> list[Kind]:
    """Return the kinds of the rows whose `column` is filled, the most frequent first. Reads only."""
    source = schema[table]
    exact = exact_text(source.column(kind))
    query = select(exact, func.count()).where(filled([source.column(column)]), filled([source.column(kind)]))
    counts = list(connection.execute(query.group_by(exact).order_by(func.count().desc()).limit(_MAX_KINDS)))
    names = _names_of_kinds(connection, schema, source, kind)
    return [Kind(value, names.get(str(value), (str(value),)), int(rows)) for value, rows in counts]


def _names_of_kinds(connection: Connection, schema: Schema, table: TableInfo, kind: str) -> dict[str, tuple[str, ...]]:
    """Return the names of each kind, if a table lists them (Django's django_content_type)."""
    listing = next((key for key in table.keys if key.columns == (kind,) and key.target != table.name), None)
    if listing is None:
        return {}
    target = schema[listing.target]
    texts = [column for column in target.sa.columns if isinstance(column.type, String)]
    query = select(target.column(listing.target_columns[0]), *texts).limit(_MAX_NAMES)
    return {str(number): tuple(str(name) for name in names if name) for number, *names in connection.execute(query)}


def links_for(
    schema: Schema, table: str, column: str, kind: str, kinds: Collection[Kind], tables: Collection[str]
) -> list[Key]:
    """Return a link for each of these tables that some kinds name, bound to these kinds."""
    values: dict[str, list[Any]] = {}
    for kind_found in kinds:
        named = {match for name in kind_found.names if (match := table_named(name, tables))}
        if len(named) == 1 and _fits(schema, table, column, target := named.pop()):
            values.setdefault(target, []).append(kind_found.value)
    return [
        Key(table, (column,), target, schema[target].primary, declared=False, when=When(kind, tuple(kind_values)))
        for target, kind_values in sorted(values.items())
    ]


def _fits(schema: Schema, table: str, column: str, target: str) -> bool:
    primary = schema[target].primary
    if len(primary) != 1 or target == table:
        return False
    column_type, target_type = schema[table].column(column).type, schema[target].column(primary[0]).type
    return is_text(column_type) == is_text(target_type)


def link_text(key: Key) -> str:
    """Return a link as text for a footprint."""
    when = ""
    if key.when:
        values = [_quoted(value) for value in key.when.values]
        condition = f"= {values[0]}" if len(values) == 1 else f"in ({', '.join(values)})"
        when = f" when {key.table}.{key.when.column} {condition}"
    return f"{key.table}.{key.columns[0]} -> {key.target}.{key.target_columns[0]}{when}"


def _quoted(value: Any) -> str:
    text = str(value)
    return text if text.replace("_", "").replace("\\", "").replace(":", "").isalnum() else f"'{text}'"


def kindless_links(shape: Shape, schema: Schema) -> list[tuple[Key, str]]:
    """Return the configured links without a kind that have what looks like a kind column beside them."""
    return [
        (key, kind)
        for key in shape.keys
        if not key.declared and key.when is None and (kind := kind_column(schema[key.table], key.columns[0]))
    ]


def kindless_link_notes(shape: Shape, schema: Schema) -> list[str]:
    """Return a warning for each link without a kind that seems to need one. Reads no row."""
    return [
        f"{key} has a neighbour {kind}: if that says which table the number belongs to, this link takes rows of other"
        f" kinds too; write {key} -> {key.target}.{key.target_columns[0]} when {key.table}.{kind} = ..."
        for key, kind in kindless_links(shape, schema)
    ]


def kind_warnings(connection: Connection, shape: Shape, schema: Schema, kept: Collection[str]) -> list[str]:
    """Return the kinds found beside links without a kind, and the columns with a kind that are no link yet."""
    kindless = [
        f"{key.table}.{kind} holds {summary}"
        for key, kind in kindless_links(shape, schema)
        if (summary := _summary(kinds_of(connection, schema, key.table, key.columns[0], kind)))
    ]
    return [*kindless, *_unlinked(connection, shape, schema, kept)]


def _unlinked(connection: Connection, shape: Shape, schema: Schema, kept: Collection[str]) -> Iterator[str]:
    linked = {(key.table, name) for key in shape.keys for name in key.columns}
    for table in schema.tables.values():
        for column, kind in kind_pairs(table) if table.name not in kept else ():
            if (table.name, column) in linked or not _may_point(schema, table.name, column, shape):
                continue
            kinds = kinds_of(connection, schema, table.name, column, kind)
            links = links_for(schema, table.name, column, kind, kinds, shape.nodes)
            if links:
                listed = ", ".join(f'"{link_text(key)}"' for key in links)
                yield (
                    f"{table.name}.{column} names rows of the footprint by {kind} ({_summary(kinds)}) and is not a"
                    f" link: such rows stay; add links: [{listed}], or keep: [{table.name}]"
                )
            elif kinds and is_general(column):
                yield (
                    f"{table.name}.{column} may name rows of one table or another by {kind} ({_summary(kinds)});"
                    f' if of the footprint, add links: ["{table.name}.{column} -> TABLE.COLUMN when'
                    f' {table.name}.{kind} = ..."], else keep: [{table.name}]'
                )


def _may_point(schema: Schema, table: str, column: str, shape: Shape) -> bool:
    return any(_fits(schema, table, column, target) for target in shape.nodes)


def _summary(kinds: Collection[Kind]) -> str:
    shown = [f"'{_name(kind)}' {plural(kind.rows, 'row')}" for kind in list(kinds)[:10]]
    return ", ".join([*shown, "..."] if len(kinds) > len(shown) else shown)


def _name(kind: Kind) -> str:
    text = str(kind.value)
    safe = len(text) <= 60 and sum(letter.isdigit() for letter in text) < 8 and "@" not in text and text.isprintable()
    return text if safe else "(not shown)"
