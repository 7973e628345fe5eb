"""A configured footprint read against the schema: a `Shape`, or every mistake in it at once."""

from dataclasses import replace

from hervat.cleaning.capitals import fitted_names
from hervat.cleaning.conditions import read_conditions
from hervat.cleaning.databases.copies import Copy
from hervat.cleaning.holders import Inside, read_holdings, tables_inside
from hervat.cleaning.links import KeyNames, read_links
from hervat.cleaning.lost_meaning import told
from hervat.cleaning.names import Findings
from hervat.cleaning.path import read_path
from hervat.cleaning.polymorphic import kindless_notes
from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.shape import RootTable, Shape, all_keys
from hervat.cleaning.standing import refusals
from hervat.settings import Footprint


def read_shape(system: str, footprint: Footprint, schema: Schema) -> Shape:
    """Return the footprint of a system as it fits its schema. Raises ConfigurationError with all mistakes."""
    footprint = fitted_names(footprint, schema)
    findings = Findings(system, schema)
    _basics(footprint, findings)
    links = read_links(footprint.links, findings)
    if not {*footprint.roots, footprint.person.table} <= set(schema.tables):
        findings.stop()  # without root and person there is nothing to hold the rest against
    keys = all_keys(schema, links)
    find_key = KeyNames(keys, findings)
    owned = tuple(key for name in footprint.owns if (key := find_key("footprint.owns", name)))
    _owned_fit(footprint, owned, findings)
    inside = tables_inside(footprint, schema, keys, owned)
    shape = Shape(
        roots=tuple(_root(name, footprint, keys, findings, find_key) for name in footprint.roots),
        person=footprint.person.table,
        bsn=footprint.person.bsn,
        tables=inside.tables,
        links=inside.links,
        holdings=read_holdings(footprint, inside, keys, owned, find_key, findings),
        keys=keys,
        notes=tuple(_notes(footprint, inside, links, owned, keys, schema.copies)),
    )
    _have_primary_keys(shape, findings)
    findings.stop()
    notes = (*told(shape, schema, footprint.keep), *refusals(shape, schema), *kindless_notes(shape, schema))
    return replace(shape, notes=(*shape.notes, *notes))


def _root(name: str, footprint: Footprint, keys: tuple[Key, ...], findings: Findings, find_key: KeyNames) -> RootTable:
    path = read_path(name, footprint, keys, findings, find_key)
    conditions = read_conditions(name, footprint, path, findings, find_key) if path else ()
    return RootTable(name, path, conditions)


def _basics(footprint: Footprint, findings: Findings) -> None:
    for name in footprint.roots:
        findings.table("footprint.root", name)
    findings.column("footprint.person", f"{footprint.person.table}.{footprint.person.bsn}")
    for name in footprint.keep:
        findings.table("footprint.keep", name)
    for name in footprint.belongs:
        findings.table("footprint.belongs", name)
    if not footprint.roots:
        findings.add("footprint.root", "there is none", "name the table whose rows say: under the Wi2021")
    if footprint.person.table in footprint.roots:
        findings.add(
            "footprint.root",
            "root and person are one table",
            "a person row is never erased: name another root",
        )
    if set(footprint.roots) & set(footprint.keep):
        findings.add("footprint.keep", "the root can't be kept", "take it out, or choose policy retain")


def _owned_fit(footprint: Footprint, owned: tuple[Key, ...], findings: Findings) -> None:
    for key in owned:
        if key.target == footprint.person.table:
            findings.add("footprint.owns", f"{key} points to the person, who is never erased", "take it out of owns")


def _have_primary_keys(shape: Shape, findings: Findings) -> None:
    for name in shape.nodes:
        if not findings.schema[name].primary:
            mend = f"give it one in the database, or add it to keep: [{name}]"
            findings.add("footprint", f"the table {name} is inside and has no primary key", mend)


def _notes(
    footprint: Footprint,
    inside: Inside,
    links: tuple[Key, ...],
    owned: tuple[Key, ...],
    keys: tuple[Key, ...],
    copies: tuple[Copy, ...],
) -> list[str]:
    """Say what in the footprint has no effect, and which keys of the person row lead inside."""
    notes = [
        f"the link {key} -> {key.target} leads to no table inside: {key.table} is not entered by it"
        for key in links
        if key.target not in inside.tables
    ]
    notes += [
        f"owns: {key} has no effect, its target {key.target} holds no held rows"
        for key in owned
        if key.target not in inside.tables or key.target in footprint.roots
    ]
    notes += [
        f"the materialised view {one.view} keeps a copy of rows of {one.table} until it is refreshed,"
        f" which this account may not; after each cleaning let the administrator: {one.statement}"
        for one in copies
        if one.table in inside.tables and not one.able
    ]
    notes += [f"belongs: {name} is not inside the footprint" for name in footprint.belongs if name not in inside.tables]
    notes += [
        f"the person table points in by {key}: a person row is never erased, the key is set to null"
        for key in keys
        if key.table == footprint.person.table and key.target in inside.tables
    ]
    return notes
