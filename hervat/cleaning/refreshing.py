"""Materialised views made anew in the transaction that erases: the copy of a row goes with it, or nothing does."""

from collections.abc import Collection

from sqlalchemy import Connection

from hervat.cleaning.databases.copies import Copy
from hervat.cleaning.errors import guarded
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.written import deleted_from, updated_in


def refreshes(local: LocalSystem) -> list[Copy]:
    """Return the views that an execution makes anew: copies of tables that its policy writes to, in their order."""
    return copies_of(local, deleted_from(local) | updated_in(local))


def copies_of(local: LocalSystem, tables: Collection[str]) -> list[Copy]:
    """Return, once each, the views that keep rows of these tables and that the account may refresh."""
    met = [one for one in local.schema.copies if one.able and one.table in tables]
    return list({one.view: one for one in met}.values())


def overtaken(connection: Connection, local: LocalSystem) -> list[Copy]:
    """Return the views to make anew once more after the commit: all of them where others wait for one.

    A refresh by the vendor reads as of the moment at which it began, also when it waited since: it would bring back
    what this transaction erased. Ours comes after it.
    """
    able = refreshes(local)
    return able if any(local.database.waited_for(connection, one) for one in able) else []


def refresh(connection: Connection, local: LocalSystem, copies: Collection[Copy], when: str = "") -> None:
    """Make views anew. A plain refresh writes a new file and drops the old one; CONCURRENTLY would leave dead rows.

    Raises CleaningError with the name of a view that can't be.
    """
    for one in copies:
        with guarded(local.name, f"refreshing the materialised view {one.view} {when}".rstrip()):
            connection.exec_driver_sql(one.statement)
