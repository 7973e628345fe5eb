"""What the statements of a policy write to, set off and refresh."""

from collections.abc import Collection

from sqlalchemy import Connection

from hervat.databases import Copy, Keeper
from hervat.erasure.errors import guarded
from hervat.erasure.schema.triggers import Trigger, fires, set_off
from hervat.erasure.statements.cycles import breakable_cycles, deletion_order
from hervat.erasure.statements.updates import nullings
from hervat.erasure.system import LocalSystem


def deleted_from(local: LocalSystem) -> frozenset[str]:
    """Return the tables from which rows are erased."""
    return frozenset(local.shape.tables if local.system.policy == "erase" else ())


def updated_in(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a key is set to null or a mark is set."""
    if local.system.policy != "erase":
        return frozenset(mark.table for mark in local.marks)
    broken = breakable_cycles(deletion_order(local.shape), local.shape, local.schema, local.database)
    pointing = {one.table for one in nullings(local.shape, local.schema) if one.columns}
    return frozenset(pointing.union(*(one.nulled for one in broken.values())))


def views_to_refresh(local: LocalSystem) -> list[Copy]:
    """Return the views that an execution makes anew: copies of tables that its policy writes to, in their order."""
    return refreshable_copies(local, deleted_from(local) | updated_in(local))


def refreshable_copies(local: LocalSystem, tables: Collection[str]) -> list[Copy]:
    """Return, once each, the views that keep rows of these tables and that the account may refresh."""
    met = [one for one in local.schema.copies if one.able and one.table in tables]
    return list({one.view: one for one in met}.values())


def views_to_refresh_again(connection: Connection, local: LocalSystem) -> list[Copy]:
    """Return the views to make anew once more after the commit: all of them where others wait for one.

    A refresh by the vendor reads as of the moment at which it began, also when it waited since: it would bring back
    what this transaction erased. Ours comes after it.
    """
    able = views_to_refresh(local)
    return able if any(local.database.waited_for(connection, one) for one in able) else []


def refresh_views(connection: Connection, local: LocalSystem, copies: Collection[Copy], when: str = "") -> None:
    """Make views anew. A plain refresh writes a new file and drops the old one; CONCURRENTLY would leave dead rows.

    Raises CleaningError with the name of a view that can't be.
    """
    for one in copies:
        with guarded(local.name, f"refreshing the materialised view {one.view} {when}".rstrip()):
            connection.exec_driver_sql(one.statement)


def may_grow(local: LocalSystem) -> frozenset[str]:
    """Return the tables that a named trigger may write to.

    A table of the footprint is one only where an update alone sets the trigger off (the history of a row that stays):
    a deletion that writes into what is erased keeps a row or puts it back.
    """
    erased = deleted_from(local)
    return frozenset(
        name for one in triggers_met(local) for name in one.writes if name not in erased or "DELETE" not in one.events
    )


def may_change(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a trigger may change rows of others: none that the plan itself writes to.

    But for tables without a primary key that may grow: there a new row can't be told from one that changed.
    """
    written = deleted_from(local) | updated_in(local)
    return frozenset(one for one in uncompared_tables(local) if one not in written or not local.schema[one].primary)


def uncompared_tables(local: LocalSystem) -> frozenset[str]:
    """Return the tables that are not compared before and after.

    Without a primary key nobody can tell the rows that were there from those that were added.
    """
    pairs = {(one, "DELETE") for one in deleted_from(local)} | {(one, "UPDATE") for one in updated_in(local)}
    met = triggers_met(local)
    named = {table for one in met if fires(one, pairs) for table in one.own}
    added = {table for one in met for table, event in one.made if event == "INSERT" and table in local.schema.tables}
    return frozenset(named | {table for table in added if not local.schema[table].primary})


def writes_anywhere(local: LocalSystem) -> bool:
    """Say whether a trigger of the plan writes to any table at all, or where nobody can see."""
    return any(one.writes or one.elsewhere or one.unseen for one in triggers_met(local))


_ON_DELETE = {"CASCADE": "DELETE", "SET NULL": "UPDATE", "SET DEFAULT": "UPDATE"}


def triggers_met(local: LocalSystem) -> list[Trigger]:
    """Return the triggers and rules that the policy's statements can set off, and those that these set off in turn."""
    if "triggers" not in local.remembered:
        cascades = [(key.target, key.table, _ON_DELETE.get(key.on_delete, "")) for key in local.schema.keys]
        found = set_off(local.schema.triggers, deleted_from(local), updated_in(local), cascades)
        local.remembered["triggers"] = found
    met: list[Trigger] = local.remembered["triggers"]
    return met


def keepers_met(local: LocalSystem) -> list[Keeper]:
    """Return what keeps rows that the policy erases: nothing where it erases none."""
    erased = deleted_from(local)
    return [one for one in local.schema.keepers if erased and one.table in ("", *erased)]
