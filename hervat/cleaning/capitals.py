"""Names of a footprint as the database spells them: a footprint that ships fits whatever its capitals became there.

PostgreSQL makes small letters of names without quotes, Oracle capitals; others keep what the vendor wrote.
"""

import re
from collections.abc import Iterable

from hervat.cleaning.kinds import split_when
from hervat.cleaning.schema import Schema
from hervat.settings import Footprint

_NAME = re.compile(r"^[^'\"<>=!]+?(?=\s*(?:[<>=!]|\bis\b|$))", re.IGNORECASE)

_KIND = re.compile(r"^[^\s'\"<>=!()]*")


def fitted_names(footprint: Footprint, schema: Schema) -> Footprint:
    """Return the footprint with each name that fits exactly one table or column, but for its capitals, as it is there.

    A name that fits none or several stays as it is written: who reads it on will say what is wrong with it.
    """
    names = _Spelling(schema)
    person = footprint.person
    table = names.table(person.table)
    return footprint.model_copy(
        update={
            "person": person.model_copy(update={"table": table, "bsn": names.column(table, person.bsn)}),
            "root": [names.table(one) for one in footprint.roots],
            "path": footprint.path and [names.key(one) for one in footprint.path],
            "where": {names.both(one): value for one, value in footprint.where.items()},
            "conditions": [names.condition(one) for one in footprint.conditions],
            "owns": [names.key(one) for one in footprint.owns],
            "belongs": {
                (held := names.table(one)): [names.column(held, column) for column in columns]
                for one, columns in footprint.belongs.items()
            },
            "links": [names.link(one) for one in footprint.links],
            "keep": [names.table(one) for one in footprint.keep],
        }
    )


class _Spelling:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def table(self, name: str) -> str:
        return _fit(self._schema.places.bare(name), self._schema.tables)

    def column(self, table: str, name: str) -> str:
        return _fit(name, self._schema[table].columns if table in self._schema.tables else ())

    def both(self, name: str) -> str:
        """Return "table.column" as it is spelled; a dot may stand in either."""
        splits = [(name[:at], name[at + 1 :]) for at, letter in enumerate(name) if letter == "."]
        for left, right in splits:
            table = self.table(left)
            column = self.column(table, right)
            if table in self._schema.tables and column in self._schema[table].columns:
                return f"{table}.{column}"
        return name

    def key(self, name: str) -> str:
        """Return "table.column", perhaps with "-> table" or "-> table.column" behind it, as it is spelled."""
        return " -> ".join(self.table(self.both(one.strip())) for one in name.split("->"))

    def link(self, text: str) -> str:
        """Return a link as it is spelled, and the column behind `when`; its values stay as they are."""
        plain, said = split_when(text)
        if said is None:
            return self.key(text)
        key = self.key(plain)
        table, bare = key.partition(" -> ")[0].rpartition(".")[0], "." not in _KIND.match(said)[0]  # type: ignore[index]
        return f"{key} when {_KIND.sub(lambda name: self.column(table, name[0]) if bare else self.both(name[0]), said)}"

    def condition(self, text: str) -> str:
        *keys, last = text.split(" > ")
        return " > ".join([*map(self.key, keys), _NAME.sub(lambda name: self.both(name[0]), last)])


def _fit(name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name in names:
        return name
    fitting = [one for one in names if one.lower() == name.lower()]
    return fitting[0] if len(fitting) == 1 else name
