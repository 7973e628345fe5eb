"""The first rows of a long table: its keys are taken off, and made when all rows are in, which is far less work.

Only on PostgreSQL, and within the transaction that fills the table: nobody ever sees it without its keys.
"""

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError

_HOLDS_ROWS = "select exists (select from {table})"
_IS_LED_TO = "select exists (select from pg_constraint where confrelid = '{table}'::regclass and contype = 'f')"
_ALONE = "lock table {table} in access exclusive mode nowait"
_KEYS = """
    select format('alter table %s drop constraint %I', conrelid::regclass, conname),
        format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where conrelid = '{table}'::regclass and contype in ('p', 'u')
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index where indrelid = '{table}'::regclass
    and not exists (select from pg_constraint where conindid = indexrelid)
"""


def take_off(connection: Connection, table: Table) -> list[str]:
    """Take the keys and indexes off a table without rows. Return the statements that make them again.

    Nothing is done, and nothing returned, where rows are or foreign keys lead to the table, another transaction uses
    it, or it belongs to another role. Until the end of the transaction all others wait for it.
    """

    def told(statement: str) -> str:
        return statement.format(table=connection.dialect.identifier_preparer.format_table(table))

    if any(connection.scalar(text(told(question))) for question in (_HOLDS_ROWS, _IS_LED_TO)):
        return []
    try:
        with connection.begin_nested():
            connection.execute(text(told(_ALONE)))
            keys = connection.execute(text(told(_KEYS))).all()
            for taking, _ in keys:
                connection.exec_driver_sql(taking)
    except DBAPIError:
        return []
    return [making for _, making in keys]
