"""Foreign keys that can't be followed: to a table or column that is not there, or to a part whose keys are not unique.

Nobody can say what such a key means, so it is told; where it may name a row that a plan erases, the plan stops.
"""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class LostKey:
    """Columns of `table` that point to `target`; `wanted`: its columns, () where the key names none.

    known: `target` is a table that is read; else any table might be meant.
    """

    table: str
    columns: tuple[str, ...]
    target: str
    wanted: tuple[str, ...]
    why: str
    known: bool = False

    def __str__(self) -> str:
        return f"{self.name} points to {self.target}, {self.why}"

    @property
    def name(self) -> str:
        """The key as "table.column"."""
        one = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        return f"{self.table}.{one}"

    @property
    def mend(self) -> str:
        """What a person does about it."""
        column = self.columns[0]
        return (
            f'say what it means, links: ["{self.table}.{column} -> table.column"], or that it means nothing,'
            f" keep: [{self.table}]; or let the vendor mend the key"
        )
