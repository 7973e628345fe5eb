"""Root rows joined over the path to their person rows: the one query that both the gate and a plan start from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from hervat.cleaning.databases import Database
from hervat.cleaning.joining import equal, sides
from hervat.cleaning.schema import Schema
from hervat.cleaning.shape import Shape
from hervat.cleaning.verdict import Verdict, verdict_of


@dataclass(frozen=True)
class Rooted:
    """What to select from: `joined`, with the root row, the person row, his raw and normalised BSN, and the verdict."""

    joined: FromClause
    root: FromClause
    person: FromClause
    raw_bsn: ColumnElement[Any]
    bsn: ColumnElement[str | None]
    verdict: Verdict


def rooted(shape: Shape, schema: Schema, database: Database) -> Rooted:
    """Return the join from root to person and what it says of each root row."""
    root: FromClause = schema[shape.root].sa
    on_path, joined, at = {shape.root: root}, root, root
    for key in shape.path:
        target = schema[key.target].sa.alias()
        joined = joined.join(target, equal(*sides(key, at, target)))
        on_path[key.target] = at = target
    bsn = at.c[shape.bsn]
    verdict = verdict_of(shape, schema, on_path, database)
    return Rooted(joined, root, at, bsn, database.normalised_bsn(bsn), verdict)
