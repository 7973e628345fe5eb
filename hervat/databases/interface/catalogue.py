"""The catalogue of a local system: tables, keys, views, triggers, what keeps copies of rows, and hervat's rights."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, Dialect, Engine, Table, func, inspect, select
from sqlalchemy.engine.reflection import Inspector

from hervat.databases.catalogue import Relation, SchemaCatalogue, WriteFound
from hervat.databases.model import Copy, Keeper, Outside, Places


class Catalogue:
    """What can be asked of the catalogue; without an answer of its own a database has nothing of the kind.

    fingerprint_is_whole: all that is read of a schema follows from its fingerprint, whichever database it is of.
    """

    fingerprint_is_whole: ClassVar[bool] = False

    def quoted(self, dialect: Dialect, table: Table) -> str:
        """Return a table's name, quoted for use in a statement."""
        return dialect.identifier_preparer.format_table(table)

    def folds_names(self) -> bool:
        """True if names of tables are the same in capitals and in small letters."""
        return False

    def size(self, connection: Connection, table: Table) -> int:
        """Return the (approximate) number of rows of a table."""
        return connection.scalar(select(func.count()).select_from(table)) or 0

    def schema_fingerprint(self, connection: Connection) -> str:
        """Return a fingerprint that changes whenever the schema does; "" if the whole schema must be read again."""
        return ""

    # tables and columns

    def places(self, connection: Connection) -> Places:
        """Return the schemas of the tables, and the tables whose rows are stored elsewhere."""
        return Places()

    def settle(self, engine: Engine, connection: Connection, tables: Iterable[str]) -> None:
        """Make the schema in which these tables are found the default schema of every connection from now on."""

    def left_out(self, connection: Connection, schema: str | None) -> list[str]:
        """Return the tables of a schema that are not read under it: partitions, and tables with another name."""
        return []

    def moving(self, connection: Connection) -> list[str]:
        """Return the tables that the database maintains itself as an index: their rows follow no plan."""
        return []

    def checks(self, inspector: Inspector, table: Table) -> list[str]:
        """Return the texts of the CHECK constraints of a table."""
        try:
            return [str(check["sqltext"]) for check in inspector.get_check_constraints(table.name, table.schema)]
        except NotImplementedError:
            return []

    def tell_collations(self, inspector: Inspector, columns: Any) -> None:
        """Add to the types of reflected columns the collations that reflection leaves out."""

    # foreign keys

    def foreign_keys(self, connection: Connection, schema: str | None, names: Sequence[str]) -> Mapping[Any, Any]:
        """Return the foreign keys of these tables, by (schema, table), in SQLAlchemy's form."""
        unsure = self.unsure_keys(connection)
        tables = inspect(connection).get_multi_foreign_keys(schema=schema, filter_names=names)
        return {place: [{**key, "sure": key["name"] not in unsure} for key in keys] for place, keys in tables.items()}

    def unsure_keys(self, connection: Connection) -> frozenset[str]:
        """Return the names of the foreign keys that were not checked for every row, or are not enforced now."""
        return frozenset()

    def outside(self, connection: Connection) -> list[Outside]:
        """Return the keys from tables outside the schemas that are read."""
        return []

    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """Return (schema, table) of tables elsewhere whose keys point into the default schema or `schemas`."""
        return []

    def unseen(self, connection: Connection) -> list[str]:
        """Return the gaps in what this account sees of keys into this database, each with the right it needs."""
        return []

    # views

    def views_beyond(self, connection: Connection) -> list[tuple[str, str, list[str]]]:
        """Return (view, table, the view's columns) of each table behind a view; "" for the table if it has none."""
        return []

    def copies(self, connection: Connection) -> list[Copy]:
        """Return the materialised views of each table; a view on another view comes after it."""
        return []

    def waited_for(self, connection: Connection, copy: Copy) -> bool:
        """True if others wait for this transaction before they can refresh a materialised view."""
        return False

    # triggers and routines

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """Return the enabled triggers and rules."""
        return []

    def stopping_trigger(self, table: str, trigger: str) -> str:
        """Return the statement that disables a trigger; both names are quoted already."""
        return f"DROP TRIGGER {trigger}, after its text was kept"

    def rules(self, connection: Connection, table: Table) -> list[str]:
        """Return the names of the rules (PostgreSQL) on a table."""
        return []

    def stirs(self, connection: Connection) -> bool:
        """True if a trigger, a rule or an unenforced key may make a statement do something else than it says."""
        return True

    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """Return what names in the texts of triggers may refer to; `tables`: the names of the tables that are read."""
        return SchemaCatalogue("", ("",), tuple(Relation(("", table)) for table in tables))

    def written_so_far(self, connection: Connection) -> dict[str, tuple[int, int]] | None:
        """Return (rows inserted, rows deleted) of each table, counted by the server; None if it counts nothing.

        In this transaction and perhaps earlier ones of this connection.
        """
        return None

    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """Return what keeps erased rows of the default schema or `schemas`: history, full text, change logs."""
        return []


class Rights:
    """What the account may do."""

    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """Return the missing ones of the (right, schema, table) that a cleaning needs, and other obstacles."""
        return []

    def may_index(self, connection: Connection, schema: str | None, table: str) -> bool:
        """True if the account may create an index on a table."""
        return True

    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """True if the account may count rows of a table in another schema or database ("": the default one)."""
        return not self.lacking(connection, [("SELECT", schema or None, table)])

    def unfit(self, connection: Connection) -> list[tuple[str, str]]:
        """Return (table, why) of the tables that hervat must not write to: no rollback, or rows of another table."""
        return []
