"""Advice for error messages: which triggers and rules act on a table by themselves, and how to switch them off."""

from collections.abc import Iterable

from sqlalchemy import Connection

from hervat.erasure.system import LocalSystem


def remedy(connection: Connection, local: LocalSystem, tables: Iterable[str]) -> str:
    """Return what to do about tables in which more happened than planned: what acts there, and how to switch it off.

    Only names and statements; the body of a trigger or rule is never repeated.
    """
    actors = [actor for table in sorted(set(tables)) for actor in _acting_on(connection, local, table)]
    if actors:
        return f"{'; '.join(actors)}; ask the vendor what it is for; when it is off, the next night makes a new plan"
    known = [trigger for trigger in local.schema.triggers if trigger.table in local.schema.tables]
    names = ", ".join(f"{trigger.name} on {trigger.table}" for trigger in known)
    seen = f"the triggers that hervat sees are {names}" if names else "hervat sees no trigger in this database"
    return f"no trigger or rule of its own is seen there: {seen}; ask the vendor what acts on it"


def _acting_on(connection: Connection, local: LocalSystem, table: str) -> list[str]:
    database, dialect = local.database, connection.dialect
    if table not in local.schema.tables:
        return []
    name = database.quoted(dialect, local.schema[table].sa)
    quote = dialect.identifier_preparer.quote
    triggers = [
        f"{table} has the trigger {trigger.name} ({database.stopping_trigger(name, quote(trigger.name))})"
        for trigger in local.schema.triggers
        if trigger.table == table and trigger.kind == "trigger"
    ]
    return triggers + [
        f"{table} has the rule {rule} (ALTER TABLE {name} DISABLE RULE {quote(rule)})"
        for rule in database.rules(connection, local.schema[table].sa)
    ]
