"""Which tables are inside a footprint, which are link tables, and who holds whose rows (design, Cleaning 1-4)."""

from dataclasses import dataclass

from hervat.cleaning.links import KeyNames
from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.shape import Holding
from hervat.settings import Footprint


@dataclass(frozen=True)
class Inside:
    """The tables inside, roots first, and the link tables among them."""

    tables: tuple[str, ...]
    links: frozenset[str]


def tables_inside(footprint: Footprint, schema: Schema, keys: tuple[Key, ...], owned: tuple[Key, ...]) -> Inside:
    """Return the least set of 1: from the root, the targets of `owns` keys and every table that points in."""
    shut = {*footprint.keep, footprint.person.table}
    tables = list(footprint.roots)
    for table in tables:  # grows while it is walked
        targets = [key.target for key in owned if key.table == table]
        pointing = sorted(key.table for key in keys if key.target == table)
        tables += dict.fromkeys(name for name in (*targets, *pointing) if name not in shut and name not in tables)
    named = {*footprint.belongs, *(key.table for key in owned), *footprint.roots}
    links = frozenset(name for name in tables if name not in named and _is_link(name, schema, keys))
    return Inside(tuple(tables), links)


def _is_link(name: str, schema: Schema, keys: tuple[Key, ...]) -> bool:
    own, beyond = [key for key in keys if key.table == name], schema[name].beyond
    in_keys = {column for columns in (key.columns for key in (*own, *beyond)) for column in columns}
    in_keys |= {key.when.column for key in own if key.when}
    nothing_else = set(schema[name].columns) <= in_keys | set(schema[name].primary)
    # What a column names by one kind or another is one end.
    ends = {(key.columns, "" if key.when else key.target, () if key.when else key.target_columns) for key in own}
    return len(ends) + len(beyond) >= 2 and nothing_else and not any(key.target == name for key in keys)


def read_holdings(
    footprint: Footprint,
    inside: Inside,
    keys: tuple[Key, ...],
    owned: tuple[Key, ...],
    find_key: KeyNames,
    findings: Findings,
) -> tuple[Holding, ...]:
    """Return every way in which rows inside are held; mistakes go to `findings`."""
    held = [name for name in inside.tables if name not in inside.links and name not in footprint.roots]
    found = [Holding(key.table, key.target, key, owned=True) for key in owned if key.target in held]
    for name in held:
        listed = footprint.belongs.get(name)
        if listed is None:
            belongs = _only_key(name, inside, keys, owned, findings)
        else:
            where = f"footprint.belongs.{name}"
            belongs = [key for column in listed for key in _named(where, f"{name}.{column}", keys, find_key)]
        found += [Holding(key.target, name, key, False, _before(belongs, at)) for at, key in enumerate(belongs)]
    return tuple(found)


def _before(belongs: list[Key], at: int) -> tuple[Key, ...]:
    """Return the keys that must be null for this one to decide; one of another kind is so anyhow."""
    return tuple(one for one in belongs[:at] if not _excludes(one, belongs[at]))


def _named(where: str, name: str, keys: tuple[Key, ...], find_key: KeyNames) -> list[Key]:
    """Return the key of that name; of a column that names a row of one kind or another, the key of each kind."""
    kinds = [key for key in keys if str(key) == name]
    if len(kinds) > 1 and are_kinds(kinds):
        return kinds
    found = find_key(where, name)
    return [found] if found else []


def are_kinds(keys: list[Key]) -> bool:
    """Say whether these keys are one column's, of which no two hold in one row."""
    pairs = [(one, other) for at, one in enumerate(keys) for other in keys[:at]]
    return all(one.columns == other.columns and _excludes(one, other) for one, other in pairs)


def _excludes(one: Key, other: Key) -> bool:
    return one.columns == other.columns and one.when is not None and one.when.excludes(other.when)


def _only_key(
    name: str, inside: Inside, keys: tuple[Key, ...], owned: tuple[Key, ...], findings: Findings
) -> list[Key]:
    own = [key for key in keys if key.table == name and key.target in inside.tables and key not in owned]
    if len(own) <= 1 or are_kinds(own):
        return own
    listed = ", ".join(dict.fromkeys(key.columns[-1] for key in own))
    wrong = f"the table {name} has several keys inside the footprint: {', '.join(map(str, own))}"
    findings.add(
        "footprint.belongs",
        wrong,
        f"write belongs: {{{name}: [...]}} with those of {listed} that hold its rows, the first first",
    )
    return []
