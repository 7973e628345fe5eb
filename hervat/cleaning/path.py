"""The way from a root row to its person: the configured one, or the only one there is."""

from collections.abc import Iterator

from hervat.cleaning.links import KeyNames
from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Key
from hervat.settings import Footprint

_ENOUGH = 12


def read_path(footprint: Footprint, keys: tuple[Key, ...], findings: Findings, find_key: KeyNames) -> tuple[Key, ...]:
    """Return the keys from root to person, () after noting in `findings` why there is no such path."""
    if footprint.path is not None:
        return _configured(footprint, findings, find_key)
    ways: list[tuple[Key, ...]] = []
    for way in _ways(footprint.root, footprint.person.table, keys):
        ways.append(way)
        if len(ways) == _ENOUGH:
            break
    if len(ways) == 1:
        return ways[0]
    if not ways:
        wrong = f"no key leads from {footprint.root} to {footprint.person.table}"
        findings.add("footprint.path", wrong, "name the keys in path; a relation without foreign key goes under links")
        return ()
    listed = "; ".join("[" + ", ".join(map(str, way)) + "]" for way in ways)
    findings.add("footprint.path", f"several paths lead to the person: {listed}", "write one of them as path")
    return ()


def _configured(footprint: Footprint, findings: Findings, find_key: KeyNames) -> tuple[Key, ...]:
    names, at, way = footprint.path or [], footprint.root, []
    for name in names:
        key = find_key("footprint.path", name)
        if not key:
            return ()
        if key.table != at:
            findings.add("footprint.path", f"{name} does not start at {at}", "start at the root, one key after another")
            return ()
        way.append(key)
        at = key.target
    if at != footprint.person.table or not way:
        mend = f"name the keys that lead to {footprint.person.table}, or leave path out"
        findings.add("footprint.path", f"the path ends at {at}, not at the person", mend)
        return ()
    return tuple(way)


def _ways(root: str, person: str, keys: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
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
