"""Links that are bound to a kind: proposed where the kinds that stand beside a column are called as tables are."""

from collections.abc import Iterator

from hervat.erasure.footprint.polymorphic import is_general, kind_pairs, links_for
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.suggest.evidence import Counts
from hervat.erasure.suggest.scene import Scene


def kind_links(schema: Schema, counts: Counts) -> list[Key]:
    """Return a link, with its kinds, for each table that some kind beside a column names."""
    return [link for table in sorted(schema.tables) for link in _of(table, schema, counts)]


def _of(table: str, schema: Schema, counts: Counts) -> Iterator[Key]:
    for column, kind in kind_pairs(schema[table]):
        yield from links_for(schema, table, column, kind, counts.kinds(table, column, kind) or (), schema.tables)


def tell_kinds(scene: Scene) -> None:
    """Leave to a person each column that seems to point to one table or another and for which no link was found."""
    linked = {(key.table, key.columns) for key in scene.keys if key.when}
    inside = set(scene.inside().tables)
    for name in sorted(scene.schema.tables):
        for column, kind in kind_pairs(scene.schema[name]):
            plain = [key for key in scene.keys if key.table == name and key.columns == (column,) and not key.when]
            if (name, (column,)) in linked or not (plain or name in inside or is_general(column)):
                continue
            text = f"{name}.{column} may point to one table or another by {kind}; if to one of the footprint, write"
            example = f"{name}.{column} -> {scene.root}.{scene.schema[scene.root].primary[0]} when {name}.{kind} = ..."
            scene.draft.leave("links", f"{text} {example}")
