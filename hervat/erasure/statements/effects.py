"""The effects of a policy's statements: tables written to, triggers set off, views to refresh."""

from collections.abc import Collection

from sqlalchemy import Connection

from hervat.databases import Copy, Keeper
from hervat.erasure.errors import translated_errors
from hervat.erasure.schema.triggers import Trigger, fires, set_off
from hervat.erasure.statements.cycles import breakable_cycles, deletion_order
from hervat.erasure.statements.updates import nullings
from hervat.erasure.system import LocalSystem


def deleted_from(local: LocalSystem) -> frozenset[str]:
    """Return the tables from which rows are erased."""
    return frozenset(local.shape.tables if local.system.policy == "erase" else ())


def updated_in(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a key is set to NULL or a mark is set."""
    if local.system.policy != "erase":
        return frozenset(mark.table for mark in local.marks)
    cycles = breakable_cycles(deletion_order(local.shape), local.shape, local.schema, local.database)
    pointing = {nulling.table for nulling in nullings(local.shape, local.schema) if nulling.columns}
    return frozenset(pointing.union(*(cycle.nulled for cycle in cycles.values())))


def views_to_refresh(local: LocalSystem) -> list[Copy]:
    """Return the views that an execution refreshes: copies of tables that its policy writes to, in their order."""
    return refreshable_copies(local, deleted_from(local) | updated_in(local))


def refreshable_copies(local: LocalSystem, tables: Collection[str]) -> list[Copy]:
    """Return the views that keep rows of these tables and that the account may refresh, without repeats."""
    copies = [copy for copy in local.schema.copies if copy.able and copy.table in tables]
    return list({copy.view: copy for copy in copies}.values())


def views_to_refresh_again(connection: Connection, local: LocalSystem) -> list[Copy]:
    """Return the views to refresh once more after the commit: all of them if others wait for one.

    A refresh by the vendor reads as of the moment at which it began, even if it waited since: it would bring back rows
    that this transaction erased. Ours comes after it.
    """
    views = views_to_refresh(local)
    return views if any(local.database.waited_for(connection, view) for view in views) else []


def refresh_views(connection: Connection, local: LocalSystem, copies: Collection[Copy], when: str = "") -> None:
    """Refresh the views. A plain refresh writes a new file and drops the old one; CONCURRENTLY would leave dead rows.

    Raises CleaningError with the name of a view that can't be refreshed.
    """
    for copy in copies:
        with translated_errors(local.name, f"refreshing the materialised view {copy.view} {when}".rstrip()):
            connection.exec_driver_sql(copy.statement)


def may_grow(local: LocalSystem) -> frozenset[str]:
    """Return the tables that a named trigger may write to.

    A table of the footprint is included only if an update alone sets the trigger off (the history of a row that stays):
    a deletion that writes into an erased table keeps a row or puts it back.
    """
    erased = deleted_from(local)
    return frozenset(
        name
        for trigger in triggers_met(local)
        for name in trigger.writes
        if name not in erased or "DELETE" not in trigger.events
    )


def may_change(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a trigger may change rows of others: none that the plan itself writes to.

    Except tables without a primary key that may grow: there a new row can't be told from a changed row.
    """
    written = deleted_from(local) | updated_in(local)
    return frozenset(name for name in uncompared_tables(local) if name not in written or not local.schema[name].primary)


def uncompared_tables(local: LocalSystem) -> frozenset[str]:
    """Return the tables that are not compared before and after.

    Without a primary key nobody can tell the existing rows from those that were added.
    """
    pairs = {(name, "DELETE") for name in deleted_from(local)} | {(name, "UPDATE") for name in updated_in(local)}
    triggers = triggers_met(local)
    named = {table for trigger in triggers if fires(trigger, pairs) for table in trigger.own}
    added = {
        table
        for trigger in triggers
        for table, event in trigger.made
        if event == "INSERT" and table in local.schema.tables
    }
    return frozenset(named | {table for table in added if not local.schema[table].primary})


def writes_anywhere(local: LocalSystem) -> bool:
    """True if a trigger of the plan writes to any table at all, or where nobody can see."""
    return any(trigger.writes or trigger.elsewhere or trigger.unseen for trigger in triggers_met(local))


_ON_DELETE = {"CASCADE": "DELETE", "SET NULL": "UPDATE", "SET DEFAULT": "UPDATE"}


def triggers_met(local: LocalSystem) -> list[Trigger]:
    """Return the triggers and rules that the policy's statements can set off, and those that these set off in turn."""
    if "triggers" not in local.remembered:
        cascades = [(key.target, key.table, _ON_DELETE.get(key.on_delete, "")) for key in local.schema.keys]
        triggers = set_off(local.schema.triggers, deleted_from(local), updated_in(local), cascades)
        local.remembered["triggers"] = triggers
    met: list[Trigger] = local.remembered["triggers"]
    return met


def keepers_met(local: LocalSystem) -> list[Keeper]:
    """Return whatever keeps rows that the policy erases; nothing if it erases none."""
    erased = deleted_from(local)
    return [keeper for keeper in local.schema.keepers if erased and keeper.table in ("", *erased)]
