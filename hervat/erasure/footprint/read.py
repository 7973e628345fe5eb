"""Reading a footprint on a schema: the tables inside, the link tables, and the holders of each row."""

from dataclasses import dataclass, replace

from hervat.databases import Copy
from hervat.erasure.footprint.blind_spots import lost_key_warnings, refusal_warnings
from hervat.erasure.footprint.conditions import read_conditions
from hervat.erasure.footprint.keys import KeyNames, read_links, read_path
from hervat.erasure.footprint.names import FootprintProblems, resolved_names
from hervat.erasure.footprint.polymorphic import kindless_link_notes
from hervat.erasure.footprint.shape import Holding, RootTable, Shape, all_keys
from hervat.erasure.schema.model import Key, Schema
from hervat.settings import Footprint


@dataclass(frozen=True)
class Inside:
    """The tables inside, roots first, and the link tables among them."""

    tables: tuple[str, ...]
    links: frozenset[str]


def tables_inside(footprint: Footprint, schema: Schema, keys: tuple[Key, ...], owned: tuple[Key, ...]) -> Inside:
    """Return the smallest set with the roots, the targets of `owns` keys and every table that points in."""
    excluded = {*footprint.keep, footprint.person.table}
    tables = list(footprint.roots)
    for table in tables:  # grows while it is walked
        targets = [key.target for key in owned if key.table == table]
        pointing = sorted(key.table for key in keys if key.target == table)
        tables += dict.fromkeys(name for name in (*targets, *pointing) if name not in excluded and name not in tables)
    named = {*footprint.belongs, *(key.table for key in owned), *footprint.roots}
    links = frozenset(name for name in tables if name not in named and _is_link(name, schema, keys))
    return Inside(tuple(tables), links)


def _is_link(name: str, schema: Schema, keys: tuple[Key, ...]) -> bool:
    own_keys, beyond = [key for key in keys if key.table == name], schema[name].beyond
    in_keys = {column for key in own_keys for column in key.columns}
    in_keys |= {column for key in beyond for column in key.columns}
    in_keys |= {key.when.column for key in own_keys if key.when}
    nothing_else = set(schema[name].columns) <= in_keys | set(schema[name].primary)
    # What a column names by one kind or another is one end.
    ends = {(key.columns, "" if key.when else key.target, () if key.when else key.target_columns) for key in own_keys}
    return len(ends) + len(beyond) >= 2 and nothing_else and not any(key.target == name for key in keys)


@dataclass(frozen=True)
class _Reading:
    """A footprint that is being read, with its keys; mistakes go to `findings`."""

    footprint: Footprint
    keys: tuple[Key, ...]
    owned: tuple[Key, ...]
    find_key: KeyNames
    findings: FootprintProblems


def _holdings(reading: _Reading, inside: Inside) -> tuple[Holding, ...]:
    """Return every way in which rows inside are held."""
    held = [name for name in inside.tables if name not in inside.links and name not in reading.footprint.roots]
    holdings = [Holding(key.table, key.target, key, owned=True) for key in reading.owned if key.target in held]
    for name in held:
        belongs = _belongs(name, reading, inside)
        holdings += [Holding(key.target, name, key, False, _before(belongs, at)) for at, key in enumerate(belongs)]
    return tuple(holdings)


def _belongs(name: str, reading: _Reading, inside: Inside) -> list[Key]:
    """Return the keys of a table that name its holders, in order of precedence."""
    listed = reading.footprint.belongs.get(name)
    if listed is None:
        return _only_key(name, reading, inside)
    where = f"footprint.belongs.{name}"
    return [key for column in listed for key in _named(where, f"{name}.{column}", reading)]


def _before(belongs: list[Key], at: int) -> tuple[Key, ...]:
    """Return the keys that must be NULL for this key to decide; a key of another kind always is."""
    return tuple(key for key in belongs[:at] if not _excludes(key, belongs[at]))


def _named(where: str, name: str, reading: _Reading) -> list[Key]:
    """Return the key with that name; for a column with several kinds, the key of each kind."""
    kinds = [key for key in reading.keys if str(key) == name]
    if len(kinds) > 1 and exclude_each_other(kinds):
        return kinds
    key = reading.find_key(where, name)
    return [key] if key else []


def exclude_each_other(keys: list[Key]) -> bool:
    """True if these keys share their columns and no two of them hold in one row."""
    pairs = [(key, other) for at, key in enumerate(keys) for other in keys[:at]]
    return all(key.columns == other.columns and _excludes(key, other) for key, other in pairs)


def _excludes(key: Key, other: Key) -> bool:
    return key.columns == other.columns and key.when is not None and key.when.excludes(other.when)


def _only_key(name: str, reading: _Reading, inside: Inside) -> list[Key]:
    own_keys = [
        key for key in reading.keys if key.table == name and key.target in inside.tables and key not in reading.owned
    ]
    if len(own_keys) <= 1 or exclude_each_other(own_keys):
        return own_keys
    listed = ", ".join(dict.fromkeys(key.columns[-1] for key in own_keys))
    message = f"the table {name} has several keys inside the footprint: {', '.join(map(str, own_keys))}"
    fix = f"write belongs: {{{name}: [...]}} with those of {listed} that hold its rows, in order of precedence"
    reading.findings.add("footprint.belongs", message, fix)
    return []


def read_shape(system: str, footprint: Footprint, schema: Schema) -> Shape:
    """Return the footprint of a system, resolved on its schema. Raises ConfigurationError with all mistakes."""
    footprint = resolved_names(footprint, schema)
    findings = FootprintProblems(system, schema)
    _basics(footprint, findings)
    links = read_links(footprint.links, findings)
    if not {*footprint.roots, footprint.person.table} <= set(schema.tables):
        findings.stop()  # without root and person there is nothing to check the rest against
    keys = all_keys(schema, links)
    find_key = KeyNames(keys, findings)
    owned = tuple(key for name in footprint.owns if (key := find_key("footprint.owns", name)))
    _owned_fit(footprint, owned, findings)
    reading = _Reading(footprint, keys, owned, find_key, findings)
    inside = tables_inside(footprint, schema, keys, owned)
    shape = Shape(
        roots=tuple(_root(name, reading) for name in footprint.roots),
        person=footprint.person.table,
        bsn=footprint.person.bsn,
        tables=inside.tables,
        links=inside.links,
        holdings=_holdings(reading, inside),
        keys=keys,
        notes=tuple(_notes(reading, inside, links, schema.copies)),
    )
    _have_primary_keys(shape, findings)
    findings.stop()
    notes = (
        *lost_key_warnings(shape, schema, footprint.keep),
        *refusal_warnings(shape, schema),
        *kindless_link_notes(shape, schema),
    )
    return replace(shape, notes=(*shape.notes, *notes))


def _root(name: str, reading: _Reading) -> RootTable:
    path = read_path(name, reading.footprint, reading.keys, reading.findings, reading.find_key)
    if not path:
        return RootTable(name)
    conditions = read_conditions(name, reading.footprint, path, reading.findings, reading.find_key)
    return RootTable(name, path, conditions)


def _basics(footprint: Footprint, findings: FootprintProblems) -> None:
    for name in footprint.roots:
        findings.table("footprint.root", name)
    findings.column("footprint.person", f"{footprint.person.table}.{footprint.person.bsn}")
    for name in footprint.keep:
        findings.table("footprint.keep", name)
    for name in footprint.belongs:
        findings.table("footprint.belongs", name)
    if not footprint.roots:
        findings.add("footprint.root", "there is none", "name the table whose rows put a person under the Wi2021")
    if footprint.person.table in footprint.roots:
        findings.add(
            "footprint.root",
            "root and person are one table",
            "a person row is never erased: name another root",
        )
    if set(footprint.roots) & set(footprint.keep):
        findings.add("footprint.keep", "the root can't be kept", "take it out, or choose policy retain")


def _owned_fit(footprint: Footprint, owned: tuple[Key, ...], findings: FootprintProblems) -> None:
    for key in owned:
        if key.target == footprint.person.table:
            findings.add("footprint.owns", f"{key} points to the person, who is never erased", "take it out of owns")


def _have_primary_keys(shape: Shape, findings: FootprintProblems) -> None:
    for name in shape.nodes:
        if not findings.schema[name].primary:
            fix = f"give it one in the database, or add it to keep: [{name}]"
            findings.add("footprint", f"the table {name} is inside and has no primary key", fix)


def _notes(reading: _Reading, inside: Inside, links: tuple[Key, ...], copies: tuple[Copy, ...]) -> list[str]:
    """Return notes about parts of the footprint without effect, and keys of the person row that lead inside."""
    footprint = reading.footprint
    notes = [
        f"the link {key} -> {key.target} leads to no table inside, so {key.table} is not entered through it"
        for key in links
        if key.target not in inside.tables
    ]
    notes += [
        f"owns: {key} has no effect: no rows of its target {key.target} can be held"
        for key in reading.owned
        if key.target not in inside.tables or key.target in footprint.roots
    ]
    notes += [
        f"the materialised view {copy.view} keeps a copy of rows of {copy.table} until it is refreshed,"
        f" which this account may not; after each cleaning let the administrator: {copy.statement}"
        for copy in copies
        if copy.table in inside.tables and not copy.able
    ]
    notes += [f"belongs: {name} is not inside the footprint" for name in footprint.belongs if name not in inside.tables]
    notes += [
        f"the person table points in by {key}: a person row is never erased, the key is set to null"
        for key in reading.keys
        if key.table == footprint.person.table and key.target in inside.tables
    ]
    return notes
