"""The keys that a footprint names: links, and the path from a root to its person."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from hervat.erasure.footprint.conditions import typed_value
from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.schema.model import Key, When, read_kind, split_when
from hervat.settings import Footprint

_KIND = 'write "table.column -> table.column when table.type_column = value", or "... in (value, value)"'


def read_links(texts: Iterable[str], findings: FootprintProblems) -> tuple[Key, ...]:
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


def _link(text: str, findings: FootprintProblems) -> Key | None:
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


def _when(key: str, source: tuple[str, str], said: str, findings: FootprintProblems) -> When | None:
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
        values = tuple(typed_value(findings.schema[table].column(found[1]), one) for one in given)
    except ValueError as error:
        findings.add(key, str(error), "write a value of that type")
        return None
    return When(found[1], tuple(dict.fromkeys(values)))


class KeyNames:
    """Finds the key that "table.column" names: the one of that column alone, else the composite one that holds it.

    Where a column is in several, "table.column -> table" (or "-> table.column") says which.
    """

    def __init__(self, keys: tuple[Key, ...], findings: FootprintProblems) -> None:
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


_ENOUGH = 12


def read_path(
    root: str, footprint: Footprint, keys: tuple[Key, ...], findings: FootprintProblems, find_key: KeyNames
) -> tuple[Key, ...]:
    """Return the keys from a root table to the person, () after noting in `findings` why there is no such path."""
    person = footprint.person.table
    if footprint.path is not None:
        ways = _configured(footprint.path, person, find_key)
        mine = [way for way in ways if way[0].table == root]
        if len(mine) == 1 or len(footprint.roots) == 1:
            return _checked(root, person, (mine or ways)[0] if ways else (), findings)
        if mine:
            findings.add("footprint.path", f"two paths start at {root}", "write one path for each root")
            return ()
    return _only_way(root, person, keys, findings)


def _only_way(root: str, person: str, keys: tuple[Key, ...], findings: FootprintProblems) -> tuple[Key, ...]:
    ways = list(islice(paths_between(root, person, keys), _ENOUGH))
    if len(ways) == 1:
        return ways[0]
    if not ways:
        wrong = f"no key leads from {root} to {person}"
        findings.add("footprint.path", wrong, "name the keys in path; a relation without foreign key goes under links")
        return ()
    listed = "; ".join("[" + ", ".join(map(str, way)) + "]" for way in ways)
    findings.add("footprint.path", f"several paths lead to the person: {listed}", "write one of them as path")
    return ()


def _configured(names: list[str], person: str, find_key: KeyNames) -> list[tuple[Key, ...]]:
    """Return the configured keys as one way after another: a new one begins where the one before met the person."""
    ways: list[list[Key]] = [[]]
    for name in names:
        key = find_key("footprint.path", name)
        if not key:
            return []
        if ways[-1] and ways[-1][-1].target == person:
            ways.append([])
        ways[-1].append(key)
    return [tuple(way) for way in ways if way]


def _checked(root: str, person: str, way: tuple[Key, ...], findings: FootprintProblems) -> tuple[Key, ...]:
    at = root
    for key in way:
        if key.table != at:
            findings.add("footprint.path", f"{key} does not start at {at}", "start at the root, one key after another")
            return ()
        at = key.target
    if way and at != person:
        mend = f"name the keys that lead to {person}, or leave path out"
        findings.add("footprint.path", f"the path ends at {at}, not at the person", mend)
        return ()
    return way


def paths_between(root: str, person: str, keys: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
    """Yield each simple path; only tables from which the person can be reached are entered."""
    leads = _leading_to(person, keys)

    def onward(at: str, way: tuple[Key, ...], seen: frozenset[str]) -> Iterator[tuple[Key, ...]]:
        if at == person:
            yield way
            return
        for key in keys:
            if key.table == at and key.target in leads and key.target not in seen:
                yield from onward(key.target, (*way, key), seen | {key.target})

    yield from onward(root, (), frozenset({root}))


def _leading_to(person: str, keys: tuple[Key, ...]) -> set[str]:
    found = {person}
    while more := {key.table for key in keys if key.target in found} - found:
        found |= more
    return found
