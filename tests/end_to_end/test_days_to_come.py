"""A day that is still to come: refused in every way in, and looked at by a shadow night that keeps nothing of it."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from hervat.register import Register
from hervat.register.models import Base
from hervat.today import today
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

WRONG, PARKED, LATER = made_up_bsn(31), made_up_bsn(32), made_up_bsn(33)
TOMORROW = str(today() + timedelta(days=1))
FAR = "2036-03-01"


def settled_town(place, register):
    """A town after its first night: a person who is registered wrongly by now, and one who is parked."""
    town = Town(place, register=register, approval="automatic")
    town.register_person(1, WRONG)
    town.register_person(2, PARKED)
    town.offer("20220301", row("SS101", "10-01-2022", PARKED, group=FAMILY))
    town.night("2022-03-01")
    return town


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request, tmp_path):
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else "sqlite:///var/register.db"
    return settled_town(tmp_path / "town", url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def unchanged(request, tmp_path_factory):
    """One for all that must change nothing; each test sees for itself that it did not."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_cluster").create()
    else:
        url = "sqlite:///var/register.db"
    return settled_town(tmp_path_factory.mktemp("unchanged") / "town", url)


def everything(town):
    """Every row of every table of the register, but for the journal."""
    url = town.register.replace("sqlite:///var", f"sqlite:///{town.directory}/var")
    register = Register(url)
    with register.session() as session:
        found = {
            name: sorted(map(repr, session.execute(text(f"select * from {name}")).all()))
            for name in Base.metadata.tables
            if name != "journal"
        }
    register.close()
    return found


@pytest.mark.parametrize("day", [TOMORROW, FAR])
@pytest.mark.parametrize(
    "command",
    [
        ("run",),
        ("run", "--step", "settle"),
        ("status",),
        ("plan",),
        ("approve", "0123456789", "--by", "A. Jansen"),
        ("cbs", "prepare", "--quarter", "2022Q1"),
        ("cbs", "accept", "--quarter", "2022Q1", "--code", "orphans", "--by", "A. Jansen", "--reason", "nagevraagd"),
        ("refill", "list"),
    ],
    ids=" ".join,
)
def test_it_is_refused_in_every_way_in(unchanged, command, day):
    before = everything(unchanged)
    done = unchanged.hervat(*command, "--as-of", day)
    assert done.exit_code == 2 and "still to come" in done.stderr
    assert everything(unchanged) == before


def test_a_shadow_night_looks_ahead_and_keeps_nothing_of_it(town):
    """What came in since is taken in as by a shadow night of today; what would follow on that day is not."""
    town.offer("20220601", row("SS190", "01-06-2022", WRONG), row("SS101", "10-06-2022", LATER, group=FAMILY))
    town.json(
        "run", "--shadow", "--step", "fetch", "--step", "load"
    )  # what is there is in; now all that follows is the day's
    before, systems = everything(town), town.rows()
    told = town.json("run", "--shadow", "--as-of", FAR)
    (account,) = told["municipalities"]
    assert told["as_of"] == FAR and account["persons"]["corrected"] == 1
    assert account["cleaning"][0]["planned"] == 1 and account["cleaning"][0]["cleaned"] == 0
    assert everything(town) == before and town.rows() == systems
    report = town.directory / "var" / "output" / "report" / "0000"
    assert not list(report.glob(f"{FAR}*"))
    assert town.hervat("verify").exit_code == 0
    town.night(str(today()), status=None)  # and the nights go on


def test_new_files_are_loaded_once_for_the_day_that_it_is(town):
    town.offer("20220601", row("SS190", "01-06-2022", WRONG))
    told = town.json("run", "--shadow", "--as-of", FAR)["municipalities"][0]
    assert told["files"]["fetched"] == 1 and told["rows"]["loaded"] == 1 and told["persons"]["corrected"] == 1
    assert town.json("run", "--shadow", "--as-of", FAR)["municipalities"][0]["rows"]["loaded"] == 0
    assert {row[0] for row in rows(town, "select max(secured_on) from download")} == {str(today())}


def rows(town, statement):
    url = town.register.replace("sqlite:///var", f"sqlite:///{town.directory}/var")
    with create_engine(url).connect() as connection:
        return [tuple(map(str, one)) for one in connection.execute(text(statement))]


def test_a_register_that_was_once_settled_for_a_day_to_come_is_not_locked_out(town):
    url = town.register.replace("sqlite:///var", f"sqlite:///{town.directory}/var")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update settled_day set day = '2036-03-01'"))
    engine.dispose()
    town.night(str(today()), status=None)
    assert rows(town, "select day from settled_day") == [(str(today()),)]


def test_rehearsing_does_not_stop_at_a_failed_step(town):
    (town.directory / "local.db").rename(town.directory / "weg.db")
    before = everything(town)
    done = town.hervat("run", "--shadow", "--as-of", FAR)
    assert done.exit_code == 3 and "inburgering" in done.stderr
    assert everything(town) == before
