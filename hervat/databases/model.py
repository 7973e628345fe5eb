"""Facts read from a catalogue: keys of unread tables, copies of rows, what keeps erased rows, where tables are."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Outside:
    """A key of `table`, which is not read, to `target`.

    acts: it would cascade or set to null, or nobody would check it; else the database refuses what it forbids.
    """

    table: str
    target: str
    acts: bool


@dataclass(frozen=True)
class Copy:
    """A materialised view with a copy of rows of `table`.

    number: the view's own in the catalogue.
    able: this account may refresh it and every such view that it is made of, by `statement`; without that a refresh
    would fail, or copy once more what another view still keeps.
    """

    view: str
    table: str
    number: int
    statement: str
    able: bool


@dataclass(frozen=True)
class Keeper:
    """Something that keeps rows erased from `table` ("": from any). hervat leaves it alone; a person decides.

    name: the thing itself. what: its kind, in words that go before "name". statement: for the administrator, after
    each cleaning. history: the query that counts the rows of the table that are gone and kept ("": none can).
    """

    name: str
    table: str
    what: str
    statement: str
    history: str = ""

    def __str__(self) -> str:
        keeper = f"{self.what} {self.name}" if self.name else self.what
        subject = f"{self.table}: {keeper}" if self.table else keeper
        return f"{subject} keeps what is erased; after each cleaning let the administrator: {self.statement}"


@dataclass(frozen=True)
class Places:
    """Where the tables are: the meaning of a bare name for this account, and tables that are not read.

    account, database: the current ones; first: the schema in which the account would create a table.
    homes: the schema of each table that goes by its bare name; doubled: the schemas of a name that is in
    several schemas of the search_path; elsewhere: those of a table in a schema that is not in it.
    parts: the whole of each partition. remote: the kind of each table whose rows are stored elsewhere.
    """

    account: str = ""
    database: str = ""
    first: str = ""
    homes: Mapping[str, str] = field(default_factory=dict)
    doubled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    remote: Mapping[str, str] = field(default_factory=dict)

    def meant(self, name: str) -> str | None:
        """Return advice about a name under which no table is read; None if nothing is known about it."""
        if name in self.doubled:
            able = " or ".join(f"{schema}.{name}" for schema in self.doubled[name])
            return f"it stands in several schemas of the search_path, which one is meant can't be told: write {able}"
        if name in self.parts:
            return f"it is a part (partition) of {self.parts[name]}: name the whole"
        if name in self.remote:
            return f"it is a {self.remote[name]}, its rows stand elsewhere: let hervat clean the database they stand in"
        if name in self.elsewhere:
            able = " or ".join(f"{schema}.{name}" for schema in self.elsewhere[name])
            where = f"in a schema that is not in the search_path of {self.account}, or that it may not use"
            return f"it stands {where}: write {able}"
        return None

    def bare(self, name: str) -> str:
        """Return the name without its schema, where that is how the table goes here."""
        schema, _, plain = name.rpartition(".")
        return plain if schema and self.homes.get(plain) == schema else name
