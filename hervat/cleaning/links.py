"""Keys in a footprint: configured links ("a.b -> c.d"), and the key that a column (and its target) names."""

from collections.abc import Iterable
from dataclasses import replace

from hervat.cleaning.kinds import When, read_kind, split_when
from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Key
from hervat.cleaning.values import fitted

_KIND = 'write "table.column -> table.column when table.type_column = value", or "... in (value, value)"'


def read_links(texts: Iterable[str], findings: Findings) -> tuple[Key, ...]:
    """Return the configured links as keys; mistakes go to `findings`.

    Links that differ in the value of their kind alone are one key, for either value.
    """
    found: dict[Key, Key] = {}
    for key in filter(None, [_link(text, findings) for text in texts]):
        place = replace(key, when=key.when and When(key.when.column, ()))
        found[place] = _either(found[place], key) if place in found else key
    return tuple(found.values())


def _either(one: Key, other: Key) -> Key:
    """Return the key for the kinds of both."""
    if one.when is None or other.when is None:
        return one
    return replace(one, when=When(one.when.column, tuple(dict.fromkeys((*one.when.values, *other.when.values)))))


def _link(text: str, findings: Findings) -> Key | None:
    key = f"footprint.links[{text}]"
    plain, said = split_when(text)
    source, arrow, target = (part.strip() for part in plain.partition("->"))
    if not arrow:
        findings.add(key, "this is no link", 'write "table.column -> table.column"')
        return None
    ends = findings.column(key, source), findings.column(key, target)
    if not ends[0] or not ends[1]:
        return None
    when = None if said is None else _when(key, ends[0], said, findings)
    if said is not None and when is None:
        return None
    return Key(ends[0][0], (ends[0][1],), ends[1][0], (ends[1][1],), declared=False, when=when)


def _when(key: str, source: tuple[str, str], said: str, findings: Findings) -> When | None:
    """Return the kind that a link is bound to, None after noting what is wrong with it."""
    table, parsed = source[0], read_kind(said)
    if not parsed:
        findings.add(key, f"what stands behind when is no kind: {said}", _KIND)
        return None
    name, given = parsed
    found = findings.column(key, name if "." in name else f"{table}.{name}")
    if not found:
        return None
    if found[0] != table or found[1] == source[1]:
        findings.add(key, f"{name} does not say of which kind a row of {table} is", f"name another column of {table}")
        return None
    try:
        values = tuple(fitted(findings.schema[table].column(found[1]), one) for one in given)
    except ValueError as error:
        findings.add(key, str(error), "write a value of that type")
        return None
    return When(found[1], tuple(dict.fromkeys(values)))


class KeyNames:
    """Finds the key that "table.column" names: the one of that column alone, else the composite one that holds it.

    Where a column is in several, "table.column -> table" (or "-> table.column") says which.
    """

    def __init__(self, keys: tuple[Key, ...], findings: Findings) -> None:
        self._keys, self._findings = keys, findings

    def __call__(self, where: str, name: str) -> Key | None:
        """Return the key, or None after noting under `where` why there is not exactly one."""
        source, _, target = (part.strip() for part in name.partition("->"))
        found = self._findings.column(where, source)
        if not found:
            return None
        table, column = found
        keys = [key for key in self._keys if key.table == table and column in key.columns and _leads(key, target)]
        alone = [key for key in keys if len(key.columns) == 1]
        chosen = alone if len(alone) == 1 else keys
        if len(chosen) == 1:
            return chosen[0]
        if not chosen:
            mend = f'name a foreign key, or add links: ["{table}.{column} -> table.column"]'
            self._findings.add(where, f"{table}.{column} is no foreign key", mend)
        else:
            targets = ", ".join(sorted(f"{key} -> {key.target}" for key in chosen))
            mend = f"name a column of one alone, or write {table}.{column} -> {chosen[0].target}"
            self._findings.add(where, f"{table}.{column} is in several keys: {targets}", mend)
        return None


def _leads(key: Key, target: str) -> bool:
    return not target or target in (key.target, *(f"{key.target}.{one}" for one in key.target_columns))
