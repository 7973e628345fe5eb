"""What a good night is, and when it is too long ago."""

from datetime import timedelta

import pytest

from hervat.register import Register
from hervat.register.models import Run, utc_now
from hervat.register.nights import MAX_AGE, last_good_night, overdue, too_old
from hervat.tasks.night import NIGHT
from hervat.today import today

WHOLE = [step.name for step in NIGHT]


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request, tmp_path):
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/r.db"
    made = Register(url)
    made.migrate()
    yield made
    made.close()


def ran(register, hours_ago, status=0, steps=WHOLE, shadow=False, code="0000"):
    """Write down a run that ended so long ago (None: it was killed)."""
    ended = None if hours_ago is None else utc_now() - timedelta(hours=hours_ago)
    with register.session() as session:
        session.add(
            Run(
                municipality=code,
                as_of=today(),
                shadow=shadow,
                steps=steps,
                version="0",
                ended_at=ended,
                exit_status=status,
            )
        )
    return ended


def asked(register, code="0000"):
    with register.session() as session:
        return last_good_night(session, code), too_old(session, code)


def test_a_whole_night_of_which_nothing_failed_counts(register):
    first = ran(register, 30)
    ended, said = asked(register)
    assert ended == first and said.startswith("0000: the last good night ended 30 hours ago, on ")
    assert "26 hours are allowed; see that `hervat run` is started every night" in said
    waited = ran(register, 25, status=1)
    assert asked(register) == (waited, None)
    last = ran(register, 0.01, steps=[*reversed(WHOLE), "a step of a later version"])
    assert asked(register) == (last, None)


@pytest.mark.parametrize(
    "other",
    [
        {"status": 3},
        {"shadow": True},
        {"steps": WHOLE[:-1]},
        {"steps": ["settle"]},
        {"steps": []},
        {"code": "0001"},
        {"hours_ago": None, "status": None},
        {"hours_ago": -3},
    ],
    ids=str,
)
def test_nothing_else_does(register, other):
    ran(register, **{"hours_ago": 1, **other})
    ended, said = asked(register)
    assert ended is None and said.startswith("0000: no good night has ended here yet; see that ")
    good = ran(register, 40)
    assert asked(register)[0] == good


def test_the_term_is_counted_from_the_end(register):
    now = utc_now()
    assert overdue("0000", now - MAX_AGE + timedelta(seconds=30)) is None
    assert "26 hours ago" in (overdue("0000", now - MAX_AGE - timedelta(seconds=30)) or "")
    assert "95 minutes ago" in (overdue("0000", now - timedelta(minutes=95.5), timedelta(minutes=90)) or "")
    assert "5 days ago" in (overdue("0000", now - timedelta(days=5.5)) or "")
