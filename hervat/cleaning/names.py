"""Names in a footprint, held against the schema: found, or a problem with what the user may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from hervat.cleaning.schema import Schema
from hervat.errors import ConfigurationError, Problem


class Findings:
    """The mistakes found in one system's footprint, all of them before anything is refused."""

    def __init__(self, system: str, schema: Schema) -> None:
        self.system, self.schema = system, schema
        self.problems: list[Problem] = []

    def add(self, key: str, wrong: str, mend: str) -> None:
        """Note a mistake at `key` (below the system)."""
        found = Problem("hervat.yaml", f"systems.{self.system}.{key}", wrong, mend)
        if found not in self.problems:
            self.problems.append(found)

    def stop(self) -> None:
        """Raise ConfigurationError with all mistakes, if there are any."""
        if self.problems:
            raise ConfigurationError(self.problems)

    def table(self, key: str, name: str) -> str | None:
        """Return the table of that name, or None after noting that there is none."""
        if name in self.schema.tables:
            return name
        if name in self.schema.views:
            self.add(key, f"{name} is a view", "name the table behind it: rows are erased there")
        else:
            mend = self.schema.places.meant(name)
            self.add(key, f"there is no table {name}", mend or _meant(name, self.schema.tables))
        return None

    def column(self, key: str, name: str) -> tuple[str, str] | None:
        """Return (table, column) for "table.column", or None after noting what is not there."""
        splits = [(name[:at], name[at + 1 :]) for at, letter in enumerate(name) if letter == "."]
        for table, column in splits:
            if table in self.schema.tables and column in self.schema[table].columns:
                return table, column
        if not splits:
            self.add(key, f"{name} names no column", "write table.column")
            return None
        table, column = next((one for one in splits if one[0] in self.schema.tables), splits[0])
        if self.table(key, table):
            self.add(key, f"the table {table} has no column {column}", _meant(column, self.schema[table].columns))
        return None


def _meant(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(name, names, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are: {', '.join(names[:30])}" if names else "the default schema of this database has no tables"
