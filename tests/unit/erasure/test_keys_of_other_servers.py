"""Keys of other schemas on SQL Server and Oracle, from what their catalogues answer. No server of theirs was at hand."""

from typing import Any

import pytest
from sqlalchemy.dialects import mssql, oracle

from hervat.databases import Database
from hervat.databases.model import Outside
from hervat.databases.mssql.database import Mssql
from hervat.databases.oracle.database import Oracle


class Catalogue:
    """A connection that answers every question alike."""

    def __init__(self, dialect: Any, *rows: tuple[Any, ...], first: Any = None) -> None:
        self.dialect, self._rows, self._first = dialect, rows, first

    def execute(self, _statement: Any) -> Any:
        return self._rows

    def scalar(self, _statement: Any) -> Any:
        return self._first


def test_a_key_that_cascades_or_is_disabled_acts_and_another_refuses() -> None:
    sqlserver: Any = Catalogue(mssql.dialect(), ("archief.brief", "root", 1), ("archief.nota", "root", 0))
    assert Mssql().outside(sqlserver) == [
        Outside("archief.brief", "root", True),
        Outside("archief.nota", "root", False),
    ]
    other: Any = Catalogue(oracle.dialect(), ("ARCHIEF", "BRIEF", "ROOT", 1), ("ARCHIEF", "Nota", "ROOT", 0))
    assert Oracle().outside(other) == [Outside("archief.brief", "root", True), Outside("archief.Nota", "root", False)]


@pytest.mark.parametrize(
    ("database", "dialect", "right"),
    [(Mssql(), mssql.dialect(), "VIEW DEFINITION"), (Oracle(), oracle.dialect(), "SELECT ANY DICTIONARY")],
)
def test_an_account_that_is_not_told_of_all_keys_hears_which_right_it_needs(
    database: Database, dialect: Any, right: str
) -> None:
    told: Any = Catalogue(dialect, first=1)
    assert database.unseen(told) == []
    untold: Any = Catalogue(dialect, first=0)
    (line,) = database.unseen(untold)
    assert line.endswith(f"GRANT {right}")
