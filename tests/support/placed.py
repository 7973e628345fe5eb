"""A generated world on PostgreSQL with its tables in several schemas and in parts; keys stand on or lead to parts.

What is a key the world itself says: nothing here asks the database for it.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from random import Random
from typing import Any

from sqlalchemy import text

from tests.support.dossiers import Base
from tests.support.naive import World

BESIDE = "ver"
PATH = ("leeg", "app", "public")


class PlacedBase(Base):
    """A database whose tables may be named with their schema; `world_tables` are those of the world, no parts."""

    world_tables: tuple[str, ...] = ()

    def add(self, table: str, *rows: tuple[Any, ...]) -> None:
        with self.engine.begin() as connection:
            for width, alike in groupby(rows, key=len):
                values = ", ".join(f":v{at}" for at in range(width))
                given = [{f"v{at}": value for at, value in enumerate(row)} for row in alike]
                connection.execute(text(f"insert into {table} values ({values})"), given)

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return sorted((tuple(row) for row in connection.execute(text(f"select * from {table}"))), key=repr)

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        return {name: self.rows(name) for name in self.world_tables}


def beside(world: World, dice: Random) -> World:
    """Return the world with some of its tables in a schema that no search_path names: they go by "schema.table"."""
    moved = {one: f"{BESIDE}.{one}" for one in [*world.keys, *world.link_keys] if one != "t0" and dice.random() < 0.25}

    def to(name: str) -> str:
        return moved.get(name, name)

    def keys(of: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        return {to(name): {column: to(target) for column, target in own.items()} for name, own in of.items()}

    return replace(
        world,
        keys=keys(world.keys),
        link_keys=keys(world.link_keys),
        rows={to(name): rows for name, rows in world.rows.items()},
        links={to(name): rows for name, rows in world.links.items()},
        owns=[(to(table), column) for table, column in world.owns],
        belongs={to(name): columns for name, columns in world.belongs.items()},
        keep=[to(name) for name in world.keep],
        required={(to(table), column) for table, column in world.required},
    )


def placing(dice: Random) -> Callable[[World, Base], None]:
    """Return what makes the tables of a world, each somewhere in the search_path, whole or in parts, and fills them."""

    def build(world: World, base: Base) -> None:
        assert isinstance(base, PlacedBase)
        base.world_tables = ("p", *world.keys, *world.link_keys)
        _schemas(base)
        parts = {"p": ["p"]}
        base.run("create table app.p (id integer primary key, bsn text)")
        base.add("p", *world.persons.items())
        for name, keys in world.keys.items():
            parts[name] = _made(base, name, _columns(world, name), dice)
            extra = {row: [world.laws[row], world.person_of[row]] if name == "t0" else [] for row in world.rows[name]}
            base.add(name, *((row, "x", *extra[row], *values.values()) for row, values in world.rows[name].items()))
        for name in world.link_keys:
            place = name if "." in name else f"public.{name}"
            base.run(f"create table {place} (a integer, b integer)")
            parts[name] = [place]
            base.add(name, *world.links[name])
        base.run("alter table t0 add foreign key (p_id) references p (id)")
        for name, keys in (world.keys | world.link_keys).items():
            for column, to in keys.items():
                own = dice.choice(parts[name])
                target = (
                    own if to == name else dice.choice(parts[to])
                )  # PostgreSQL: no key from a whole to its own part
                rule = dice.choice(["", "on delete cascade", "on delete set null"])
                base.run(f"alter table {own} add foreign key ({column}) references {target} (id) {rule}")

    return build


def _schemas(base: Base) -> None:
    schemas = (BESIDE, "delen", *PATH)
    name = base.url.rsplit("/", 1)[1]
    base.run(";\n".join(f"drop schema if exists {one} cascade;\ncreate schema {one}" for one in schemas))
    base.run(f"alter database {name} set search_path = {', '.join(PATH)}")


def _columns(world: World, name: str) -> str:
    columns = ["id integer primary key", "x text"] + (["wet text", "p_id integer"] if name == "t0" else [])
    columns += [f"{one} integer {'not null' if (name, one) in world.required else ''}" for one in world.keys[name]]
    return ", ".join(columns)


def _made(base: Base, name: str, columns: str, dice: Random) -> list[str]:
    """Make a table. Return it and its parts, at any depth, in which all of its rows stand."""
    place = name if "." in name else f"{dice.choice(['app', 'public'])}.{name}"
    plain = name.rpartition(".")[2]
    if dice.random() < 0.4:
        base.run(f"create table {place} ({columns})")
        return [place]
    schema = dice.choice(["delen", "public"])
    full, rest, deep = (f"{schema}.{plain}_{one}" for one in ("vol", "rest", "diep"))
    deeper = dice.random() < 0.4
    base.run(f"create table {place} ({columns}) partition by range (id)")
    base.run(
        f"create table {full} partition of {place} for values from (1) to (50) {'partition by range (id)' * deeper}"
    )
    base.run(f"create table {rest} partition of {place} default")
    if deeper:
        base.run(f"create table {deep} partition of {full} for values from (1) to (40)")
    return [place, full, *([deep] if deeper else [])]
