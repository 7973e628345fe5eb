"""The design's rules 1-8 of cleaning written a second time, naively, over rows in memory. For the property test."""

from dataclasses import dataclass, field


@dataclass
class World:
    """A small schema with its rows. Every table has `id`; keys are column -> target table; values are ids or None.

    kinds: (table, column) of the keys that no foreign key but a link bound to a kind tells -> row -> the number that it
    has in that column though it is of another kind. Here such a row names nothing: the value is None.
    """

    keys: dict[str, dict[str, str]]
    rows: dict[str, dict[int, dict[str, int | None]]]
    links: dict[str, list[tuple[int | None, ...]]]
    link_keys: dict[str, dict[str, str]]
    owns: list[tuple[str, str]]
    belongs: dict[str, list[str]]
    keep: list[str]
    required: set[tuple[str, str]]
    root: str = "t0"
    persons: dict[int, str] = field(default_factory=dict)
    laws: dict[int, str | None] = field(default_factory=dict)
    person_of: dict[int, int | None] = field(default_factory=dict)
    kinds: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    def inside(self) -> set[str]:
        found = {self.root}
        while True:
            more = {self.keys[table][column] for table, column in self.owns if table in found}
            more |= {table for table, keys in self.keys.items() if set(keys.values()) & found}
            more -= set(self.keep)
            if more <= found:
                return found
            found |= more

    def candidates(self, table: str) -> list[str]:
        inside = self.inside()
        return [column for column, to in self.keys[table].items() if to in inside and (table, column) not in self.owns]

    def holders(self, table: str, row: int) -> set[tuple[str, int]]:
        if table == self.root:
            return set()
        found = {
            (owner, at)
            for owner, column in self.owns
            if self.keys[owner][column] == table
            for at, values in self.rows[owner].items()
            if values[column] == row
        }
        for column in self.belongs.get(table, self.candidates(table)[:1]):
            value = self.rows[table][row][column]
            if value is not None:
                target = self.keys[table][column]
                if value in self.rows[target]:
                    found.add((target, value))
                break
        return found

    def all_rows(self, tables: set[str]) -> set[tuple[str, int]]:
        return {(table, row) for table in tables for row in self.rows[table]}

    def reached(self, roots: set[int]) -> set[tuple[str, int]]:
        found = {(self.root, row) for row in roots}
        while True:
            more = {one for one in self.all_rows(self.inside()) - found if self.holders(*one) & found}
            if not more:
                return found
            found |= more

    def erased(self, roots: set[int]) -> set[tuple[str, int]]:
        """The design's words: drop rows with a holder outside, prune what is no longer reached, until nothing changes."""
        found = self.reached(roots)
        start = {(self.root, row) for row in roots}
        while True:
            left = {one for one in found if one in start or self.holders(*one) <= found}
            reach, grew = set(start), True
            while grew:
                more = {one for one in left - reach if self.holders(*one) & reach}
                grew = bool(more)
                reach |= more
            if reach == found:
                return found
            found = reach

    def corrected(self, asked: set[str]) -> set[int]:
        many = {bsn for bsn in asked if list(self.persons.values()).count(bsn) > 1}
        return {
            row
            for row, person in self.person_of.items()
            if person in self.persons and self.persons[person] in asked - many and self.laws[row] == "Wi2021"
        }

    def pointing(self, gone: set[tuple[str, int]]) -> set[tuple[str, int, str]]:
        """Surviving rows (of any table) and the column by which they name an erased row."""
        return {
            (table, row, column)
            for table, rows in self.rows.items()
            for row, values in rows.items()
            if (table, row) not in gone
            for column, to in self.keys[table].items()
            if values[column] is not None and (to, values[column]) in gone
        }

    def link_rows_gone(self, gone: set[tuple[str, int]]) -> dict[str, list[tuple[int | None, ...]]]:
        return {
            name: [
                row
                for row in rows
                if any((to, value) in gone for to, value in zip(self.link_keys[name].values(), row, strict=True))
            ]
            for name, rows in self.links.items()
        }
