"""Which tables hold rows that can have but one holder, and which of them need no set of keys of their own."""

from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.shape import Holding, Shape


def held_once(shape: Shape, schema: Schema, table: str) -> bool:
    """Say whether no row of the table can have two holders.

    Of its own keys the first that is not null decides: one holder, where the key names one row.
    """
    return not any(
        one.owned or not schema[one.holder].is_unique(one.key.target_columns) for one in shape.held_by(table)
    )


def leaves(shape: Shape, schema: Schema) -> dict[str, Holding]:
    """Return the tables that hold nothing, to which nothing points, and whose rows one key decides about: that key.

    Their rows need not be collected: which are erased is said by the holder's set and that key.
    """
    busy = {key.target for key in shape.keys} | {one.holder for one in shape.holdings}
    return {
        name: ways[0]
        for name in shape.held
        if name not in busy
        and len(ways := shape.held_by(name)) == 1
        and not ways[0].owned
        and ways[0].holder in shape.nodes
        and named_by_primary(ways[0].key, schema)
    }


def named_by_primary(key: Key, schema: Schema) -> bool:
    """Say whether a key holds its target's primary key as it is, so that no look at the target is needed."""
    return key.declared and key.target_columns == schema[key.target].primary
