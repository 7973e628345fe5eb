"""What hervat takes for a MariaDB, and how long it waits for one."""

import pytest
from sqlalchemy import make_url

from hervat.databases.mariadb.connection import (
    WrongServerError,
    _without_read_timeout,
    is_mariadb,
    refuse_others,
    waits,
)
from hervat.settings import System


class Connected:
    def __init__(self, version: str) -> None:
        self.server_version, self._read_timeout = version, 10


@pytest.mark.parametrize("short", ["mariadb://u:p@h/d", "mysql://u:p@h/d", "mariadb+pymysql://u:p@h/d"])
def test_short_forms_of_the_address(short: str) -> None:
    footprint = {"person": {"table": "p", "bsn": "b"}, "root": "r"}
    system = System.model_validate({"name": "x", "database": short, "footprint": footprint})
    assert system.database == "mariadb+pymysql://u:p@h/d"
    assert is_mariadb(make_url(short))


def test_mysql_is_refused_by_name() -> None:
    other = Connected("8.0.36")
    with pytest.raises(
        WrongServerError, match=r"system inburgering: this server is no MariaDB \(it says it is 8\.0\.36"
    ):
        refuse_others(other, "inburgering")


def test_a_long_statement_is_not_taken_for_silence() -> None:
    connection = Connected("5.5.5-10.11.19-MariaDB-0+deb12u1")
    assert _without_read_timeout(connection)._read_timeout is None


def test_waits_are_those_of_the_configuration() -> None:
    assert waits(7, 60) == {"innodb_lock_wait_timeout": 7, "lock_wait_timeout": 7, "max_statement_time": 60}
