"""What every kind of database that hervat cleans can be asked; each kind answers in its own way in its own file.

Nothing of footprints, persons or plans belongs here, and no other file asks for the name of a dialect.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import polars as pl
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Select,
    String,
    Table,
    Text,
    bindparam,
    case,
    cast,
    func,
    insert,
    inspect,
    not_,
    or_,
    select,
    true,
    types,
)
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeEngine

from hervat.databases.catalogue import Relation, SchemaCatalogue, WriteFound
from hervat.databases.folding import changes
from hervat.databases.model import Copy, Keeper, Outside, Places

BLANKS = ("\u00a0", "\t", "\r", "\n", "\v", "\f", " ")
_AT_A_TIME = 5000
NOISE = (*BLANKS, ".", "-")
Gathered: TypeAlias = tuple[tuple[Any, ...], pl.Series]

MANNERS: dict[str, Any] = {
    "hide_parameters": True,
    "poolclass": NullPool,
    "execution_options": {"preserve_rowcount": True},
}


@dataclass(frozen=True)
class Waits:
    """How many seconds hervat waits for a lock, and lets one statement last. None: the kind's own measure."""

    lock: int | None = None
    statement: int | None = None


class Database(ABC):
    """One kind of database. `name` is that of SQLAlchemy's dialect.

    is_file: its lock and its rights are those of a file.
    typeless: a column may hold what its type does not say (SQLite), so values are compared and kept as they lie there.
    pads: blanks at the end of a text say nothing when it is compared.
    looks_per_row: each erased row makes the database look through every table that points to it without an index.
    circles: how tables that point to each other in a circle are emptied: `together` in one statement, `unchecked`
    (foreign keys are not enforced meanwhile and checked afterwards), `nulled` (the keys that may be null first).
    stamps: a column of a day and time may change by itself with every update of its row.
    put_off, lasting: what a rehearsal can't show of the commit, and what a rollback leaves.
    """

    name: ClassVar[str]
    is_file: ClassVar[bool] = False
    typeless: ClassVar[bool] = False
    pads: ClassVar[bool] = False
    looks_per_row: ClassVar[bool] = True
    indexes_in_transaction: ClassVar[bool] = False
    circles: ClassVar[str] = "nulled"
    tried: ClassVar[bool] = True
    plain_text: ClassVar[TypeEngine[Any]] = Text()
    stamps: ClassVar[bool] = False
    put_off: ClassVar[str] = ""
    lasting: ClassVar[tuple[str, ...]] = ()

    # connections and transactions

    @abstractmethod
    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """Return an engine without a pool that hides parameters and gives up on a held lock. No database is created."""

    @abstractmethod
    def begin_reading(self, connection: Connection) -> None:
        """Begin a transaction that sees one state of the database and is rolled back by its caller."""

    def begin_writing(self, connection: Connection) -> None:
        """Begin the one transaction of a cleaning."""
        self.begin_reading(connection)

    @abstractmethod
    def take_lock(self, connection: Connection) -> bool:
        """Take hervat's lock on this database for this connection, if nobody has it; it dies with the connection."""

    # temporary tables

    def temporary(self, name: str) -> str:
        """Return the name under which a temporary table is made."""
        return name

    @abstractmethod
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """Make an empty temporary table with the columns (and their types) of `shape`, under the names of `table`."""

    def load(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows into a temporary table."""
        names = [column.name for column in table.c]
        for at in range(0, len(rows), _AT_A_TIME):
            part = [dict(zip(names, row, strict=True)) for row in rows[at : at + _AT_A_TIME]]
            connection.execute(insert(table), part)

    def analyze(self, connection: Connection, table: Table) -> None:  # noqa: B027 - doing nothing is right for most
        """Tell the planner how large a temporary table has become, where it wants to be told."""

    # many rows at once

    def gathered(self, connection: Connection, wanted: Select[Any]) -> list[Gathered]:
        """Return the texts in a query's first column, for each combination of its other columns; of those are few."""
        found: defaultdict[tuple[Any, ...], list[str | None]] = defaultdict(list)
        for text, *those in connection.execute(wanted):
            found[tuple(those)].append(text)
        return [(those, pl.Series(texts, dtype=pl.String)) for those, texts in found.items()]

    # values

    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a column as text."""
        return cast(column, self.plain_text)

    def searchable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a column as text in which any statement may search."""
        return column if isinstance(column.type, String) and not self.typeless else self.as_text(column)

    def any_text(self, connection: Connection) -> AbstractContextManager[None]:
        """Let no cell in another encoding than the database's own stop what is read within."""
        return nullcontext()

    @abstractmethod
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """Return the nine digits in a column (text, CHAR(n) or a number), NULL where no BSN can stand there.

        The same as `hervat.bsn.normalised`: blanks, dots, hyphens and a trailing '.0' of a number are dropped,
        lost zeros are put back.
        """

    def not_false(self, said: ColumnElement[bool]) -> ColumnElement[bool]:
        """Say that a condition is true or unknown."""
        return func.coalesce(case((said, 1), (not_(said), 0)), 1) == 1

    def loses_digits(self, column: ColumnElement[Any]) -> bool:
        """Say whether a column can't hold nine digits to the last: a single-precision number."""
        return not self.typeless and isinstance(column.type, types.REAL | types.FLOAT)

    def bears(self, column: ColumnElement[Any], asked: ColumnElement[str]) -> ColumnElement[bool]:
        """Say that a text column holds just this text, so that an index on it serves."""
        return column == cast(asked, column.type)

    def odd(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Say that a text may spell a BSN otherwise than as nine digits; cheap, for it runs over every person row."""
        plain = self.as_text(column)
        return or_(func.length(plain) != 9, *(plain.contains(one) for one in NOISE))

    def stripped_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return what is left of a text without blanks, dots, hyphens, '.0' and leading zeros, whatever it is.

        Written without any part of `normalised_bsn`: the read-back must not share a mistake with the deletion.
        """
        whole = self._without_decimals(self._without(self.as_text(column), BLANKS))
        return func.ltrim(self._without(whole, (".", "-")), "0", type_=String())

    def _without_decimals(self, plain: ColumnElement[str]) -> ColumnElement[str]:
        length = func.length(plain)
        before = func.substr(plain, 1, length - 2, type_=String()), func.substr(plain, 1, length - 3, type_=String())
        one_dot = length - func.length(func.replace(plain, ".", "", type_=String())) == 1
        number = one_dot & plain.not_like("%-%")
        return case((number & plain.like("%.0"), before[0]), (number & plain.like("%.00"), before[1]), else_=plain)

    def _without(self, plain: ColumnElement[str], noise: Iterable[str]) -> ColumnElement[str]:
        for one in noise:
            plain = func.replace(plain, one, "", type_=String())
        return plain

    def folds_to(self, column: ColumnElement[Any], wanted: Sequence[str]) -> ColumnElement[bool]:
        """Say that one of these folded texts is left of a column's text when it is folded (selection.persons).

        Every letter that is folded away is replaced, so that it need not be one of the database's own encoding.
        """
        plain = func.lower(self.foldable(column), type_=String())
        for one, to in changes(wanted):
            plain = func.replace(plain, self.folds_as(one), self.folds_as(to), type_=String())
        return plain.in_([self.folds_as(one) for one in wanted])

    def foldable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a column as a text in which any letter may be replaced, written as `folds_as` writes it."""
        return self.as_text(column)

    def folds_as(self, text: str) -> str:
        """Return a text as `foldable` shows it."""
        return text

    def is_number(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Say that a column of numbers holds one: where types do not bind it may be anything."""
        return true()

    @abstractmethod
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Say that a text begins with a date as yyyy-mm-dd."""

    def portable(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column so that its value survives JSON and can be put back unchanged."""
        return self.as_text(column)

    def bare(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column as it is compared with what `bound` gives."""
        return column

    def bound(self, name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a parameter that takes a value that `portable` gave, in the type of its column."""
        return cast(bindparam(name, type_=Text), column.type)

    # what the catalogue says

    def checks(self, look: Inspector, table: Table) -> list[str]:
        """Return what the CHECK constraints of a table say."""
        try:
            return [str(one["sqltext"]) for one in look.get_check_constraints(table.name, table.schema)]
        except NotImplementedError:
            return []

    def tell_collations(self, look: Inspector, columns: Any) -> None:  # noqa: B027 - doing nothing is right for most
        """Put into the types of reflected columns the collations that reflection leaves out."""

    def left_out(self, connection: Connection, schema: str | None) -> list[str]:
        """Return the tables of a schema that are not read under it: parts of another, and what has another name."""
        return []

    def settle(self, engine: Engine, connection: Connection, tables: Iterable[str]) -> None:  # noqa: B027 - for most
        """Be at home, from now on, in the schema in which these tables are found by their bare names."""

    def places(self, connection: Connection) -> Places:
        """Return where the tables stand, and which of them have their rows elsewhere."""
        return Places()

    def foreign_keys(self, connection: Connection, schema: str | None, names: Sequence[str]) -> Mapping[Any, Any]:
        """Return the foreign keys of these tables, by (schema, table), in the form that SQLAlchemy gives them."""
        unsure = self.unsure_keys(connection)
        found = inspect(connection).get_multi_foreign_keys(schema=schema, filter_names=names)
        return {at: [{**one, "sure": one["name"] not in unsure} for one in ones] for at, ones in found.items()}

    def unsure_keys(self, connection: Connection) -> frozenset[str]:
        """Return the names of the foreign keys to which the database never held every row, or holds none now."""
        return frozenset()

    def outside(self, connection: Connection) -> list[Outside]:
        """Return the keys that lead into the schemas read from others, of tables that are read too or not."""
        return []

    def views_beyond(self, connection: Connection) -> list[tuple[str, str, list[str]]]:
        """Return (view, table, the view's columns) of what a view shows; "" for the table where it shows none here."""
        return []

    def unseen(self, connection: Connection) -> list[str]:
        """Return what this account can't be told of keys into this database, each with the right that it needs."""
        return []

    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """Return (schema, table) of the tables elsewhere whose keys lead into the default schema or `schemas`."""
        return []

    def copies(self, connection: Connection) -> list[Copy]:
        """Return what materialised views keep of tables; a view that is made of another comes after it."""
        return []

    def waited_for(self, connection: Connection, copy: Copy) -> bool:
        """Say whether others wait to refresh a materialised view until this transaction lets it go."""
        return False

    def schema_fingerprint(self, connection: Connection) -> str:
        """Return a text that changes whenever the schema does; "" where only reading all of it can tell."""
        return ""

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """Return the triggers and rules that are on."""
        return []

    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """Return what the names in texts of triggers may mean; `tables`: those that are read, by their names here."""
        return SchemaCatalogue("", ("",), tuple(Relation(("", one)) for one in tables))

    def written_so_far(self, connection: Connection) -> dict[str, tuple[int, int]] | None:
        """Return (rows inserted, rows deleted) of each table, by its name here, as the server counts them itself.

        Of this transaction and, it may be, earlier ones of this connection. None: this kind of server counts nothing.
        """
        return None

    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """Return what keeps erased rows of the default schema or `schemas`: history, full text, changes."""
        return []

    def moving(self, connection: Connection) -> list[str]:
        """Return the tables that the database keeps itself as an index of others: their rows follow no plan."""
        return []

    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """Say whether the account may count the rows of a table of another schema or database ("": the default)."""
        return not self.lacking(connection, [("SELECT", schema or None, table)])

    def stirs(self, connection: Connection) -> bool:
        """Say whether a trigger, a rule or a key that is not enforced may make a statement do else than it says."""
        return True

    def rules(self, connection: Connection, table: Table) -> list[str]:
        """Return the names of the rules (PostgreSQL) that stand on a table."""
        return []

    def stopping_trigger(self, table: str, trigger: str) -> str:
        """Return the statement that takes a trigger off; both names are quoted already."""
        return f"DROP TRIGGER {trigger}, after its text was kept"

    def unfit(self, connection: Connection) -> list[tuple[str, str]]:
        """Return (table, why) of the tables that hervat must not write to: no rollback, or rows that are another's."""
        return []

    # keys that the database itself enforces

    def nulls_differ(self, unique: Sequence[str], nulled: Sequence[str]) -> bool:
        """Say whether rows with null in these columns of a unique constraint are never taken for the same."""
        return True

    @contextmanager
    def unenforced(self, connection: Connection) -> Iterator[None]:
        """Let no key be enforced and nothing cascade meanwhile, where `circles` is `unchecked`; the caller looks."""
        yield

    def check_keys_now(self, connection: Connection) -> None:  # noqa: B027 - doing nothing is right for most
        """Let the database check what it had put off until the commit."""

    def dangling(self, connection: Connection, table: str) -> list[tuple[str, str]]:
        """Return (table, target) for each key that points nowhere, where the database did not refuse that itself."""
        return []

    def size(self, connection: Connection, table: Table) -> int:
        """Return about how many rows a table has."""
        return connection.scalar(select(func.count()).select_from(table)) or 0

    # rights

    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """Return what the account may not do, of (right, schema, table) that a cleaning needs, and what else lacks."""
        return []

    def may_index(self, connection: Connection, schema: str | None, table: str) -> bool:
        """Say whether the account may build an index on a table."""
        return True

    # help

    def quoted(self, dialect: Dialect, table: Table) -> str:
        """Return a table's name as it stands in a statement."""
        return dialect.identifier_preparer.format_table(table)
