"""Links that are bound to a kind: one column names rows of several tables, a second column says which."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, false, func, select

from hervat.databases import Database, folded, is_text
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.joins import exact_text, filled
from hervat.erasure.schema.model import Key, Schema, TableInfo, When
from hervat.plural import plural


def looks_like_condition(
    column: ColumnElement[Any], values: Iterable[Any], apart: Collection[Any], database: Database
) -> ColumnElement[bool]:
    """Say that a text, which is none of `values`, differs from one only by what `folded` leaves out.

    apart: spellings that the configuration names elsewhere; they are told apart from these values.
    """
    wanted = sorted({one for value in values if (one := folded(value))})
    if not wanted:
        return false()
    near = database.folds_to(column, wanted)
    return and_(near, column.not_in(sorted(map(str, apart)))) if apart else near


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
    """Return the column that seems to say of which table the number in `column` is, None where there is none."""
    stem = _stem(column)
    if not stem or _is_kind(column):
        return None
    others = {_flat(name): name for name in table.columns if name != column}
    wanted = [stem + one for one in _KINDS if one != "naam"] + [one + stem for one in _KINDS if one != "naam"] + [stem]
    wanted += _LONE if is_general(column) else ()
    return next((others[one] for one in wanted if one in others), None)


def kind_pairs(table: TableInfo) -> Iterator[tuple[str, str]]:
    """Yield (column, the column with its kind) where no foreign key says to which table the column points."""
    declared = {name for key in table.keys for name in key.columns}
    for column in table.columns:
        if column not in declared and table.primary != (column,) and (kind := kind_column(table, column)):
            yield column, kind


def is_general(column: str) -> bool:
    """Say whether a column by its name may point to a thing of any kind: object_id, onderwerp_id, commentable_id."""
    return _stem(column) in _ANY or _stem(column).endswith("able")


def table_named(value: object, tables: Iterable[str]) -> str | None:
    """Return the table that a kind names, as a table or as a class with its path; None for none or several."""
    names = _names(str(value))
    found = [one for one in tables if names & _names(one)]
    exact = [one for one in found if _flat(one) == _flat(str(value))]
    able = exact or found
    return able[0] if len(able) == 1 else None


def _names(text: str) -> set[str]:
    last = text.replace("\\", ".").replace("/", ".").replace(":", ".").strip(". ").rpartition(".")[2]
    flat = _flat(last)
    plain = flat.removeprefix("tbl") if len(flat) > _SHORT + 3 else flat
    return {one + end for one in (flat, plain) for end in _PLURAL if len(one) >= _SHORT} | (
        {plain.removesuffix(end) for end in _PLURAL if end and len(plain) - len(end) >= _SHORT}
    )


def _stem(column: str) -> str:
    flat = _flat(column)
    end = next((one for one in _ENDS if flat.endswith(one) and len(flat) > len(one) + 1), "")
    return flat.removesuffix(end) if end else ""


def _is_kind(column: str) -> bool:
    flat = _flat(column)
    return any(flat.endswith(one) for one in _KINDS if one.endswith("id")) or flat in _LONE


def _flat(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalnum())


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


def links_for(
    schema: Schema, table: str, column: str, kind: str, kinds: Collection[Kind], tables: Collection[str]
) -> list[Key]:
    """Return a link for each of these tables that some kinds name, bound to these kinds."""
    values: dict[str, list[Any]] = {}
    for one in kinds:
        named = {found for said in one.said if (found := table_named(said, tables))}
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


def link_text(key: Key) -> str:
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


def kindless_links(shape: Shape, schema: Schema) -> list[tuple[Key, str]]:
    """Return the configured links that are bound to no kind though a column beside theirs seems to say one."""
    return [
        (key, kind)
        for key in shape.keys
        if not key.declared and key.when is None and (kind := kind_column(schema[key.table], key.columns[0]))
    ]


def kindless_link_notes(shape: Shape, schema: Schema) -> list[str]:
    """Return a warning for each link that is bound to no kind though it seems to need one. Reads no row."""
    return [
        f"{key} has a neighbour {kind}: if that says to which table the number belongs, this link takes rows of other"
        f" kinds too; write {key} -> {key.target}.{key.target_columns[0]} when {key.table}.{kind} = ..."
        for key, kind in kindless_links(shape, schema)
    ]


def kind_warnings(connection: Connection, shape: Shape, schema: Schema, kept: Collection[str]) -> list[str]:
    """Return what stands in the kinds of links that are bound to none, and which such columns are no links yet."""
    found = [
        f"{key.table}.{kind} holds {told}"
        for key, kind in kindless_links(shape, schema)
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
            links = links_for(schema, table.name, column, kind, kinds, shape.nodes)
            if links:
                listed = ", ".join(f'"{link_text(key)}"' for key in links)
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
