"""The rights of hervat's account, and the tables that it must not write to."""

from collections.abc import Iterable

from sqlalchemy import Connection


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
