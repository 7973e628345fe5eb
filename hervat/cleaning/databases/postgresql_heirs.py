"""PostgreSQL's INHERITS: a statement on a table takes the rows of its heirs too, whose keys are nobody's to check.

A partition is no heir here: its rows are the whole's, under one primary key, and it is not read by itself.
"""

from sqlalchemy import Connection, text

from hervat.cleaning.databases.postgresql_names import shown

_PAIRS = """
    from pg_inherits i join pg_class h on h.oid = i.inhrelid and h.relkind in ('r', 'f') and not h.relispartition
    join pg_namespace hn on hn.oid = h.relnamespace
    join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
"""
_HEIRS = text(f"select {shown('p', 'pn')}, {shown('h', 'hn')} {_PAIRS} order by 1, 2")
_MEND = "hervat cleans neither; let the vendor make the heir a partition, or a table that inherits nothing"

MARK = f"select concat_ws(' ', i.inhrelid, i.inhparent) {_PAIRS}"


def unfit(connection: Connection) -> list[tuple[str, str]]:
    """Return (table, why) for each table that has an heir or is one."""
    pairs = [(parent, heir) for parent, heir in connection.execute(_HEIRS)]
    above = [(parent, f"{heir} inherits from it (INHERITS), its rows would go too") for parent, heir in pairs]
    below = [(heir, f"it inherits from {parent} (INHERITS), its rows are there too") for parent, heir in pairs]
    return [(table, f"{why}: {_MEND}") for table, why in above + below]
