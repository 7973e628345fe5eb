"""The part that each table plays in a footprint (person, root, held ...), and keys in words. No SQL."""

from collections.abc import Iterable

from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Key

# In the order in which they are shown.
PERSON, PATH, ROOT, HELD, LINK, NULLED, KEPT, PLAIN = (
    "person", "path", "root", "held", "link", "nulled", "kept", "plain",
)  # fmt: skip
PARTS = (PERSON, PATH, ROOT, HELD, LINK, NULLED, KEPT, PLAIN)
INSIDE = (ROOT, HELD, LINK)


def parts_of(shape: Shape, keep: Iterable[str] = ()) -> dict[str, str]:
    """Return the part of every table that takes part: person first, then root to leaf, then the tables outside.

    keep: the tables that the footprint never enters.
    """
    parts = {shape.person: PERSON} | {key.table: PATH for key in path_keys(shape)}
    for table in shape.tables:
        parts[table] = ROOT if table in shape.root_tables else LINK if table in shape.links else HELD
    kept = set(keep)
    for key in shape.pointing_in:
        parts.setdefault(key.table, KEPT if key.table in kept else NULLED)
    for key in shape.keys:
        if key.table in shape.tables:
            parts.setdefault(key.target, KEPT if key.target in kept else PLAIN)
    return parts


def path_keys(shape: Shape) -> tuple[Key, ...]:
    """Return the keys by which roots lead to the person, each once, nearest to the person first."""
    return tuple(dict.fromkeys(key for root in shape.roots for key in reversed(root.path)))


def words_of(key: Key) -> str:
    """Return a key as table.column, or table.column+column, with the kind that it is bound to."""
    when = f" when {key.when}" if key.when else ""
    return f"{key.table}.{'+'.join(key.columns)}{when}"
