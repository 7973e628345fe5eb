"""Keys in a footprint: configured links ("a.b -> c.d"), and the key that a column (and its target) names."""

from collections.abc import Iterable

from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Key


def read_links(texts: Iterable[str], findings: Findings) -> tuple[Key, ...]:
    """Return the configured links as keys; mistakes go to `findings`."""
    found = []
    for text in texts:
        key = f"footprint.links[{text}]"
        source, arrow, target = (part.strip() for part in text.partition("->"))
        if not arrow:
            findings.add(key, "this is no link", 'write "table.column -> table.column"')
            continue
        ends = findings.column(key, source), findings.column(key, target)
        if ends[0] and ends[1]:
            found.append(Key(ends[0][0], (ends[0][1],), ends[1][0], (ends[1][1],), declared=False))
    return tuple(found)


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
