"""MariaDB's foreign keys between databases, as far as the account may see."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text
from typing_extensions import override

from hervat.databases.interface import Catalogue
from hervat.databases.mariadb.engines import every_key
from hervat.databases.mariadb.rights import may
from hervat.databases.model import Outside

Place = tuple[str, str]

_NO_ACTION = ("RESTRICT", "NO ACTION")
_KEYS = text("""
    select constraint_schema, r.table_name, unique_constraint_schema, referenced_table_name, delete_rule,
    coalesce(t.table_type in ('BASE TABLE', 'SYSTEM VERSIONED'), 1) from information_schema.referential_constraints r
    left join information_schema.tables t on t.table_schema = r.constraint_schema and t.table_name = r.table_name
""")


class _Key(NamedTuple):
    """A foreign key; `read`: its table is one that hervat reads."""

    table: Place
    target: Place
    rule: str
    read: bool

    @property
    def cascades(self) -> bool:
        """Whether deleting its target does something to its table."""
        return self.rule not in _NO_ACTION


def _goes_unchecked(target: Place, keys: Iterable[_Key]) -> bool:
    return any(key.target == target and key.cascades for key in keys) or target in _after(target, keys)


def _after(table: Place, keys: Iterable[_Key]) -> set[Place]:
    """Return the tables that a table points to, directly or by others."""
    after, fresh = set[Place](), {table}
    while fresh:
        fresh = {key.target for key in keys if key.table in fresh} - after
        after |= fresh
    return after


def _keys(connection: Connection) -> list[_Key]:
    """Return the keys that the catalogue shows to this account, and those that InnoDB does, if it may ask."""
    shown = [_Key((a, b), (c, d), rule, bool(read)) for a, b, c, d, rule, read in connection.execute(_KEYS)]
    known = {(key.table, key.target) for key in shown}
    more = [_Key((a, b), (c, d), rule, True) for a, b, c, d, rule in every_key(connection) or []]
    return [*shown, *(key for key in more if (key.table, key.target) not in known)]


def _shown(here: str, place: Place) -> str:
    return place[1] if place[0] == here else ".".join(place)


class MariadbKeys(Catalogue):
    """Foreign keys, as far as the account may see them."""

    @override
    def outside(self, connection: Connection) -> list[Outside]:
        """Return the keys of other databases and of tables that are not read.

        A key acts if it cascades, or if nobody would check it: rows of its target go while keys are not enforced
        (execution.run_statements).
        """
        here = str(connection.scalar(text("select database()")))
        keys = _keys(connection)
        return [
            Outside(
                _shown(here, key.table), _shown(here, key.target), key.cascades or _goes_unchecked(key.target, keys)
            )
            for key in keys
            if key.table[0] != key.target[0] or not key.read
        ]

    @override
    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """Tables of other databases, as far as they may be read."""
        read = {str(connection.scalar(text("select database()"))), *schemas}
        keys, pointing = [key for key in _keys(connection) if key.read], set[Place]()
        while more := {key.table for key in keys if key.target[0] in read or key.target in pointing} - pointing:
            pointing |= more
        return sorted(place for place in pointing if place[0] not in read and may(connection, "SELECT", *place))
