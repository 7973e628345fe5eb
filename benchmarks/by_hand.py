"""An administrator's own statements for the same persons: COPY into a temporary table, DELETE ... USING."""

from collections.abc import Iterable

import psycopg

from benchmarks.caseload import BELOW, CHILDREN, ORDER, Caseload
from hervat.erasure.selection.persons import Persons

TABLES = ("persoon", "inburgeraar", *CHILDREN)


def erase(load: Caseload, persons: Persons, counted: bool) -> int:
    """Erase in the right order in one transaction, and commit; `counted`: count(*) of each table before and after."""
    with psycopg.connect(load.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("set local work_mem = '128MB'")
        _keys(cursor, (bsn for ones in persons.values() for bsn in ones))
        if counted:
            _count(cursor)
        rows = 0
        for name in ORDER:
            rows += cursor.execute(_delete(name)).rowcount
        if counted:
            _count(cursor)
    return rows


def _keys(cursor: psycopg.Cursor, bsns: Iterable[str]) -> None:
    cursor.execute("create temp table asked (bsn varchar(9)) on commit drop")
    with cursor.copy("copy asked from stdin") as copy:
        for bsn in bsns:
            copy.write_row((bsn,))
    cursor.execute("analyze asked")
    cursor.execute(
        """create temp table roots on commit drop as select i.id from inburgeraar i
        join persoon p on p.id = i.persoon_id join asked on asked.bsn = p.bsn where i.wet = 'Wi2021'"""
    )
    cursor.execute("analyze roots")
    cursor.execute(
        """create temp table trajects on commit drop as select t.id from traject t
        join roots r on r.id = t.inburgeraar_id"""
    )
    cursor.execute("analyze trajects")


def _delete(name: str) -> str:
    parent = BELOW.get(name, "inburgeraar")
    if name == "inburgeraar":
        return "delete from inburgeraar x using roots k where k.id = x.id"
    keys = "trajects" if parent == "traject" else "roots"
    return f"delete from {name} x using {keys} k where k.id = x.{parent}_id"


def _count(cursor: psycopg.Cursor) -> None:
    for name in TABLES:
        cursor.execute(f"select count(*) from {name}")
