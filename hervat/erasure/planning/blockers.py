"""Why a plan stops: rows for which neither the keys nor the footprint say what should happen to them."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from hervat.databases import database_of, is_text
from hervat.erasure.footprint.blind_spots import possible_keys, undecided_lost_keys
from hervat.erasure.footprint.polymorphic import looks_like_condition
from hervat.erasure.schema.joins import among, exact_text, filled, sides
from hervat.erasure.schema.model import Key, LostKey, When
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.updates import unmarked_rows_condition
from hervat.erasure.system import LocalSystem
from hervat.plural import plural


def lost_key_blockers(connection: Connection, local: LocalSystem, erasure: Erasure) -> list[str]:
    """Return a line for each key that can't be followed and by which surviving rows may belong to erased ones."""
    shape, schema = local.shape, local.schema
    unheld = (shape.person, *shape.root_tables)  # their rows belong to no other row
    lost_keys = [lost for lost in undecided_lost_keys(shape, schema, local.keep) if lost.table not in unheld]
    lines = (_lost_key_blocker(lost, connection, local, erasure) for lost in lost_keys)
    return [line for line in lines if line]


def _lost_key_blocker(lost: LostKey, connection: Connection, local: LocalSystem, erasure: Erasure) -> str:
    """Return why the key stops the plan, by the table that it most likely meant; "" if it does not."""
    candidates = sorted(possible_keys(lost, local.shape, local.schema), key=lambda key: not _alike(lost, key))
    for key in candidates:
        if not _explained(lost, key, local):
            count = erasure.count(connection, lost.table, _belongs_condition(lost, key, local, erasure))
            if count:
                rows = f"{plural(count, 'row')} of {lost.table} may belong to rows of {key.target} that are erased"
                return f"{lost}; {rows}; {lost.fix}"
    return ""


def _explained(lost: LostKey, key: Key, local: LocalSystem) -> bool:
    """True if `belongs` lists what holds the table's rows, and the name of the lost key does not contradict it."""
    footprint = local.footprint
    return bool(footprint and lost.table in footprint.belongs) and not _alike(lost, key)


def _alike(lost: LostKey, key: Key) -> bool:
    return lost.known or key.target.rpartition(".")[2].lower() in lost.target.lower()


def _belongs_condition(lost: LostKey, key: Key, local: LocalSystem, erasure: Erasure) -> ColumnElement[bool]:
    """SQL condition: the row survives and refers, by this key, to an erased row."""
    source = local.schema[lost.table].sa
    left, right = sides(key, source, local.schema[key.target].sa)
    erased = select(*right).where(erasure.erased(key.target)).correlate(None)
    refers = erasure.names_erased(key, source) if key.target in erasure.reach.sets else among(left, erased)
    if lost.table not in local.shape.tables:
        return refers
    return and_(refers, erasure.survives(lost.table), true() if _alike(lost, key) else _unheld_condition(lost, local))


def _unheld_condition(lost: LostKey, local: LocalSystem) -> ColumnElement[bool]:
    """SQL condition: no key that can be followed holds the row."""
    source = local.schema[lost.table].sa
    keys = [holding.key.columns for holding in local.shape.held_by(lost.table) if not holding.owned]
    return ~or_(~true(), *(filled([source.c[name] for name in columns]) for columns in keys))


_NO_CASCADE = ("", "NO ACTION", "RESTRICT")


def on_update_blockers(connection: Connection, local: LocalSystem, erasure: Erasure) -> list[str]:
    """Return a line for each key whose ON UPDATE would change other rows when the plan sets a column."""
    lines = []
    for key, updated in _cascading(local, erasure):
        source, target = local.schema[key.table].sa.alias(), local.schema[key.target].sa
        left, right = sides(key, source, target)
        query = select(func.count()).select_from(source).where(among(left, select(*right).where(updated)))
        if count := connection.scalar(query):
            rows = f"{plural(count, 'row')} of {key.table} would change with it"
            why = f"because {key} follows it (ON UPDATE {key.on_update}); let the administrator remove that"
            lines.append(f"{key.target}.{', '.join(key.target_columns)}: {rows}, {why}")
    return lines


def _cascading(local: LocalSystem, erasure: Erasure) -> Iterator[tuple[Key, ColumnElement[bool]]]:
    """Yield each key with an ON UPDATE action, and the condition for the rows updated in a column that it names."""
    for key in local.schema.keys:
        if key.on_update in _NO_CASCADE:
            continue
        columns = set(key.target_columns)
        if local.system.policy == "erase":
            for nulling in erasure.nullings:
                if nulling.table == key.target and columns & set(nulling.columns):
                    yield key, erasure.pointing(nulling)
            continue
        for mark in local.marks:
            if mark.table == key.target and mark.column in columns:
                yield key, unmarked_rows_condition(mark, erasure.reach)


def unclear_kind_blockers(connection: Connection, erasure: Erasure) -> list[str]:
    """Return a line for each link whose kind some rows spell with other case or blanks, in rows that it would erase."""
    bound = [key for key in erasure.reach.shape.pointing_in if key.when and key.target in erasure.reach.sets]
    lines = (_unclear_kind_blocker(connection, erasure, key, key.when) for key in bound if key.when)
    return [line for line in lines if line]


def _unclear_kind_blocker(connection: Connection, erasure: Erasure, key: Key, when: When) -> str:
    kind = erasure.reach.schema[key.table].column(when.column)
    if not is_text(kind.type):
        return ""
    links = [other.when for other in erasure.reach.shape.keys_of(key.table) if other.when]
    spelled = [value for other in links if other.column == when.column for value in other.values]
    exact = exact_text(kind)
    nearly = and_(exact.not_in(spelled), looks_like_condition(exact, when.values, (), database_of(connection)))
    refers = erasure.names_erased(replace(key, when=None), erasure.reach.schema[key.table].sa)
    count = erasure.count(connection, key.table, and_(nearly, refers))
    if not count:
        return ""
    name = f"{key.table}.{when.column}"
    rows = f"{plural(count, 'row')} of {key.table} would be erased by {key}, but {name} differs from {when}"
    return f"{rows}; correct the rows, or add that spelling to the link: when {name} in (...)"
