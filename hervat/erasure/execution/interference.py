"""What acts on a table by itself (triggers, rules, keys), by name and with the way to stop it, for error messages."""

from collections.abc import Iterable

from sqlalchemy import Connection

from hervat.erasure.system import LocalSystem


def mend(connection: Connection, local: LocalSystem, tables: Iterable[str]) -> str:
    """Return what to do about tables in which something else happened: what acts there, and how to stop it.

    Names of things and statements alone; what a trigger or rule does is never repeated.
    """
    found = [one for table in sorted(set(tables)) for one in _on(connection, local, table)]
    if found:
        return f"{'; '.join(found)}; ask the vendor what it is for; when it is off, the next night makes a new plan"
    known = [one for one in local.schema.triggers if one.table in local.schema.tables]
    others = ", ".join(f"{one.name} on {one.table}" for one in known)
    seen = f"the triggers that hervat sees are {others}" if others else "hervat sees no trigger in this database"
    return f"no trigger or rule of its own is seen there: {seen}; ask the vendor what acts on it"


def _on(connection: Connection, local: LocalSystem, table: str) -> list[str]:
    database, dialect = local.database, connection.dialect
    if table not in local.schema.tables:
        return []
    name = database.quoted(dialect, local.schema[table].sa)
    quote = dialect.identifier_preparer.quote
    triggers = [
        f"{table} has the trigger {one.name} ({database.stopping_trigger(name, quote(one.name))})"
        for one in local.schema.triggers
        if one.table == table and one.kind == "trigger"
    ]
    return triggers + [
        f"{table} has the rule {rule} (ALTER TABLE {name} DISABLE RULE {quote(rule)})"
        for rule in database.rules(connection, local.schema[table].sa)
    ]
