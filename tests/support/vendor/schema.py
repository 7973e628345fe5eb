"""What a vendor's tables look like: columns, primary keys, foreign keys, and what the footprint says of each key."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.types import TypeEngine


@dataclass
class Key:
    """A foreign key. `owns`: its target is part of the row that has it. `plain`: it says nothing of belonging."""

    table: "Entity"
    columns: tuple[str, ...]
    target: "Entity"
    owns: bool = False
    plain: bool = False

    def __str__(self) -> str:
        return f"{self.table.name}.{self.columns[0]}"

    def __hash__(self) -> int:
        return id(self)

    @property
    def able(self) -> tuple[str, ...]:
        """The columns that may be null."""
        return tuple(name for name in self.columns if name in self.table.nullable)


@dataclass(eq=False)
class Entity:
    """A table. `belongs` are the keys that say whose a row is: the first that is not null."""

    name: str
    columns: dict[str, TypeEngine[Any]]
    primary: tuple[str, ...]
    keys: list[Key] = field(default_factory=list)
    belongs: list[Key] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    link: bool = False

    @property
    def nullable(self) -> set[str]:
        """The columns that may be null."""
        return set(self.columns) - set(self.primary) - self.required

    def key(self, name: str, target: "Entity", owns: bool = False, plain: bool = False) -> Key:
        """Add a foreign key with columns of its own; the first is called `name`."""
        names = [name, *(f"{name} {at}" for at in range(2, len(target.primary) + 1))]
        for column, other in zip(names, target.primary, strict=True):
            self.columns[column] = target.columns[other]
        return self.reuse(tuple(names), target, owns, plain)

    def reuse(self, names: tuple[str, ...], target: "Entity", owns: bool = False, plain: bool = False) -> Key:
        """Add a foreign key over columns that are there already (a shared primary key)."""
        self.keys.append(Key(self, names, target, owns, plain))
        return self.keys[-1]


def keys_of(tables: dict[str, Entity]) -> Iterator[Key]:
    """Yield every key of every table."""
    for table in tables.values():
        yield from table.keys
