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

    Links that differ only in the value of their kind are one key, for both values.
    """
    links: dict[Key, Key] = {}
    for key in filter(None, [_link(text, findings) for text in texts]):
        place = replace(key, when=key.when and When(key.when.column, ()))
        links[place] = _merged(links[place], key) if place in links else key
    return tuple(links.values())


def _merged(key: Key, other: Key) -> Key:
    """Return the key for the kinds of both."""
    if key.when is None or other.when is None:
        return key
    return replace(key, when=When(key.when.column, tuple(dict.fromkeys((*key.when.values, *other.when.values)))))


def _link(text: str, findings: FootprintProblems) -> Key | None:
    key = f"footprint.links[{text}]"
    plain, condition = split_when(text)
    source, arrow, target = (part.strip() for part in plain.partition("->"))
    if not arrow:
        findings.add(key, "not a valid link", 'write "table.column -> table.column"')
        return None
    ends = findings.column(key, source), findings.column(key, target)
    if not ends[0] or not ends[1]:
        return None
    when = None if condition is None else _when(key, ends[0], condition, findings)
    if condition is not None and when is None:
        return None
    return Key(ends[0][0], (ends[0][1],), ends[1][0], (ends[1][1],), declared=False, when=when)


def _when(key: str, source: tuple[str, str], condition: str, findings: FootprintProblems) -> When | None:
    """Return the kind that a link is bound to, None after noting the mistake in it."""
    table, parsed = source[0], read_kind(condition)
    if not parsed:
        findings.add(key, f"what follows when is not a valid kind: {condition}", _KIND)
        return None
    name, given = parsed
    place = findings.column(key, name if "." in name else f"{table}.{name}")
    if not place:
        return None
    if place[0] != table or place[1] == source[1]:
        findings.add(key, f"{name} does not say which kind a row of {table} has", f"name another column of {table}")
        return None
    try:
        values = tuple(typed_value(findings.schema[table].column(place[1]), value) for value in given)
    except ValueError as error:
        findings.add(key, str(error), "write a value of that type")
        return None
    return When(place[1], tuple(dict.fromkeys(values)))


class KeyNames:
    """Finds the key that "table.column" names: a key of that column alone, else the composite key that contains it.

    If a column is in several keys, "table.column -> table" (or "-> table.column") picks one.
    """

    def __init__(self, keys: tuple[Key, ...], findings: FootprintProblems) -> None:
        self._keys, self._findings = keys, findings

    def __call__(self, where: str, name: str) -> Key | None:
        """Return the key, or None after noting under `where` why there is not exactly one."""
        source, _, target = (part.strip() for part in name.partition("->"))
        place = self._findings.column(where, source)
        if not place:
            return None
        table, column = place
        keys = [key for key in self._keys if key.table == table and column in key.columns and _leads_to(key, target)]
        alone = [key for key in keys if len(key.columns) == 1]
        chosen = alone if len(alone) == 1 else keys
        if len(chosen) == 1:
            return chosen[0]
        if not chosen:
            fix = f'name a foreign key, or add links: ["{table}.{column} -> table.column"]'
            self._findings.add(where, f"{table}.{column} is not a foreign key", fix)
        else:
            targets = ", ".join(sorted(f"{key} -> {key.target}" for key in chosen))
            fix = f"name a column of one of them only, or write {table}.{column} -> {chosen[0].target}"
            self._findings.add(where, f"{table}.{column} is in several keys: {targets}", fix)
        return None


def _leads_to(key: Key, target: str) -> bool:
    return not target or target in (key.target, *(f"{key.target}.{name}" for name in key.target_columns))


_MAX_WAYS = 12  # shown in a message


def read_path(
    root: str, footprint: Footprint, keys: tuple[Key, ...], findings: FootprintProblems, find_key: KeyNames
) -> tuple[Key, ...]:
    """Return the keys from a root table to the person, () after noting in `findings` why there is no unique path."""
    person = footprint.person.table
    if footprint.path is not None:
        paths = _configured(footprint.path, person, find_key)
        own = [path for path in paths if path[0].table == root]
        if len(own) == 1 or len(footprint.roots) == 1:
            return _checked_path(root, person, (own or paths)[0] if paths else (), findings)
        if own:
            findings.add("footprint.path", f"two paths start at {root}", "write one path for each root")
            return ()
    return _only_path(root, person, keys, findings)


def _only_path(root: str, person: str, keys: tuple[Key, ...], findings: FootprintProblems) -> tuple[Key, ...]:
    paths = list(islice(paths_between(root, person, keys), _MAX_WAYS))
    if len(paths) == 1:
        return paths[0]
    if not paths:
        message = f"no key leads from {root} to {person}"
        findings.add(
            "footprint.path", message, "name the keys in path; a relation without foreign key goes under links"
        )
        return ()
    listed = "; ".join("[" + ", ".join(map(str, path)) + "]" for path in paths)
    findings.add("footprint.path", f"several paths lead to the person: {listed}", "write one of them as path")
    return ()


def _configured(names: list[str], person: str, find_key: KeyNames) -> list[tuple[Key, ...]]:
    """Return the configured keys split into paths: a new one begins where the previous one reached the person."""
    paths: list[list[Key]] = [[]]
    for name in names:
        key = find_key("footprint.path", name)
        if not key:
            return []
        if paths[-1] and paths[-1][-1].target == person:
            paths.append([])
        paths[-1].append(key)
    return [tuple(path) for path in paths if path]


def _checked_path(root: str, person: str, path: tuple[Key, ...], findings: FootprintProblems) -> tuple[Key, ...]:
    at = root
    for key in path:
        if key.table != at:
            findings.add("footprint.path", f"{key} does not start at {at}", "start at the root, one key after another")
            return ()
        at = key.target
    if path and at != person:
        fix = f"name the keys that lead to {person}, or leave path out"
        findings.add("footprint.path", f"the path ends at {at}, not at the person", fix)
        return ()
    return path


def paths_between(root: str, person: str, keys: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
    """Yield each simple path; only tables from which the person can be reached are entered."""
    leads = _leading_to(person, keys)

    def onward(at: str, path: tuple[Key, ...], seen: frozenset[str]) -> Iterator[tuple[Key, ...]]:
        if at == person:
            yield path
            return
        for key in keys:
            if key.table == at and key.target in leads and key.target not in seen:
                yield from onward(key.target, (*path, key), seen | {key.target})

    yield from onward(root, (), frozenset({root}))


def _leading_to(person: str, keys: tuple[Key, ...]) -> set[str]:
    tables = {person}
    while added := {key.table for key in keys if key.target in tables} - tables:
        tables |= added
    return tables
