"""Rows whose kind is spelled almost as a link's: whether they name what is erased is for a person to say."""

from dataclasses import replace

from sqlalchemy import Connection, and_

from hervat.databases import database_of, is_text
from hervat.erasure.footprint.polymorphic import looks_like_condition
from hervat.erasure.schema.joins import exact_text
from hervat.erasure.schema.model import Key, When
from hervat.erasure.statements.erasure import Erasure
from hervat.plural import plural


def unclear_kinds(connection: Connection, erasure: Erasure) -> list[str]:
    """Return what stops a plan: rows that name what it reaches by a kind that differs only by case or blanks."""
    bound = [key for key in erasure.reach.shape.pointing_in if key.when and key.target in erasure.reach.sets]
    return [told for key in bound if key.when and (told := _unclear(connection, erasure, key, key.when))]


def _unclear(connection: Connection, erasure: Erasure, key: Key, when: When) -> str | None:
    kind = erasure.reach.schema[key.table].column(when.column)
    if not is_text(kind.type):
        return None
    others = [it for one in erasure.reach.shape.keys_of(key.table) if one.when and one.when.column == when.column
              for it in one.when.values]  # fmt: skip
    exact = exact_text(kind)
    near = and_(exact.not_in(others), looks_like_condition(exact, when.values, (), database_of(connection)))
    named = erasure.names_erased(replace(key, when=None), erasure.reach.schema[key.table].sa)
    rows = erasure.count(connection, key.table, and_(near, named))
    if not rows:
        return None
    name = f"{key.table}.{when.column}"
    told = f"{plural(rows, 'row')} of {key.table} would go by {key}, but {name} differs from {when}"
    return f"{told}; mend the rows, or add that spelling to the link: when {name} in (...)"
