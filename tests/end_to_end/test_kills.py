"""A night that is killed at any moment and run again ends with the same content as one that was not.

The night runs in a process of its own that kills itself at its nth contact with the outside (tests/support/killed_nights).
Which n are tried is drawn anew by a fixed seed over all of them.
"""

import random
import shutil

import pytest

from tests.support.content import content_of
from tests.support.killed_nights import KILLED, forker
from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

PERSONS = [made_up_bsn(n) for n in range(31, 43)]
KILLS = 14


@pytest.fixture(scope="module")
def forked():
    with forker() as ready:
        yield ready


def build(place):
    town = Town(place, more="")
    for number, bsn in enumerate(PERSONS, 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :bsn, 'school', :k, '2022-01-12')", n=number, bsn=bsn, k=f"K-{number}"
        )
    town.offer(
        "20220112",
        *[
            row("SS101", "10-01-2022", b, group=ASYLUM if i % 2 else FAMILY, name="Verzonnen")
            for i, b in enumerate(PERSONS)
        ],
    )
    town.offer(
        "20220301",
        *[row("SS190", "01-03-2022", b) for b in PERSONS[:4]],
        *[row("SS101", "10-01-2022", b, group=FAMILY) for b in PERSONS[4:8]],
        row("SS190", "01-03-2022", "123456789"),
    )
    return town


@pytest.fixture(scope="module")
def whole(tmp_path_factory, forked):
    place = tmp_path_factory.mktemp("kills")
    town = build(place / "town")
    shutil.copytree(place / "town", place / "fresh")
    status, contacts = forked.night(town, "2022-03-01")
    assert status == 1
    return place, town, contacts


def moments(contacts):
    last = contacts - contacts // 20  # a night meets the outside a little more or less often each time
    return sorted(random.Random(2022).sample(range(1, last), KILLS))


@pytest.mark.parametrize("which", range(KILLS))
def test_a_killed_night_ends_the_same(whole, forked, which):
    place, town, contacts = whole
    expected = content_of(town)
    shutil.move(place / "town", place / "whole")
    shutil.copytree(place / "fresh", place / "town")
    try:
        town.engine.dispose()  # what it has open lies elsewhere now
        assert forked.night(town, "2022-03-01", moments(contacts)[which]) == (KILLED, 0)
        town.night("2022-03-01", status=1)
        found = content_of(town)
        assert town.json("verify", status=0) == {"wrong": []}
    finally:
        town.engine.dispose()
        shutil.rmtree(place / "town")
        shutil.move(place / "whole", place / "town")
    for part, value in expected.items():
        assert found[part] == value, part


def test_the_night_meets_the_outside_often_enough(whole):
    assert whole[2] > 100
