"""What a command opened is closed when it ends."""

import subprocess
import sys

import pytest

from hervat.closing import close_at_end, closing_all
from hervat.register import Register


def test_the_last_is_closed_first_and_an_error_goes_on():
    closed = []
    with pytest.raises(ValueError, match="broken"), closing_all():
        close_at_end(lambda: closed.append("first"))
        close_at_end(lambda: closed.append("second"))
        raise ValueError("broken")
    assert closed == ["second", "first"]


def test_a_register_of_a_command_is_closed_and_one_from_before_is_not(tmp_path):
    before = Register(f"sqlite:///{tmp_path}/before.db")
    before.migrate()
    with before.session():
        pass
    with closing_all():
        inside = Register(f"sqlite:///{tmp_path}/inside.db")
        inside.migrate()
    assert inside.engine.pool.checkedin() == 0 and before.engine.pool.checkedin() == 1
    before.close()


def test_outside_a_command_nothing_is_called():
    close_at_end(lambda: pytest.fail("called"))


LEFT_OPEN = """
import sys
from hervat.register import Register
from sqlalchemy import text

class Holder: ...

holder = Holder()
holder.itself = holder  # only a search for garbage would find it
holder.register = Register(sys.argv[1])
holder.register.migrate()
with holder.register.session() as session:
    session.execute(text("create table kept (number integer)"))
del holder
"""


def test_a_process_that_ends_puts_the_log_of_its_register_into_it(tmp_path):
    subprocess.run([sys.executable, "-c", LEFT_OPEN, f"sqlite:///{tmp_path}/register.db"], check=True)
    assert not [*tmp_path.glob("*-wal")]
