"""The way from a root row to its person: the configured one, or the only one there is."""

from collections.abc import Iterator
from itertools import islice

from hervat.cleaning.links import KeyNames
from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Key
from hervat.settings import Footprint

_ENOUGH = 12


def read_path(
    root: str, footprint: Footprint, keys: tuple[Key, ...], findings: Findings, find_key: KeyNames
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


def _only_way(root: str, person: str, keys: tuple[Key, ...], findings: Findings) -> tuple[Key, ...]:
    ways = list(islice(ways_between(root, person, keys), _ENOUGH))
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


def _checked(root: str, person: str, way: tuple[Key, ...], findings: Findings) -> tuple[Key, ...]:
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


def ways_between(root: str, person: str, keys: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
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
