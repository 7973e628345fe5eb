"""A database that does not answer is told from one that answers and refuses; neither driver's text is shown."""

import psycopg
import pymysql
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine

from hervat.erasure.errors import CleaningError, translated_errors


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://u:geheim@127.0.0.1:1/n", "mariadb+pymysql://u:geheim@127.0.0.1:1/n"]
)
def test_a_database_that_does_not_answer_names_what_to_look_at(url: str) -> None:
    with (
        pytest.raises(CleaningError) as caught,
        translated_errors("a", "reading the schema"),
        create_engine(url).connect(),
    ):
        pass
    said = str(caught.value)
    assert said.startswith("system a: reading the schema: no connection to the database (OperationalError")
    assert "host, port, name and account" in said and "geheim" not in said


@pytest.mark.parametrize(
    "error", [InsufficientPrivilege("geheim"), pymysql.err.OperationalError(1142, "geheim"), OSError(2, "geheim")]
)
def test_one_that_refuses_is_not_said_to_be_away(error: Exception) -> None:
    with pytest.raises(CleaningError, match=r"the database refused \(") as caught, translated_errors("a", "erasing"):
        raise error if isinstance(error, psycopg.Error | OSError) else _wrapped(error)
    assert "geheim" not in str(caught.value)


def _wrapped(error: Exception) -> Exception:
    from sqlalchemy.exc import OperationalError

    return OperationalError("statement", {}, error)
