"""kill -9 between settle, notify and clean, on a night that has every new kind to tell: the next run ends the same.

On one night a party is to be told of one who is unseen (hold), of one whose obligation ended, of one who stands under
another law since (resume), of one who is not ours and of one with an SS190 (both are erased).
"""

import json
import random
import shutil
from datetime import date

import pytest

from tests.support.content import content_of
from tests.support.killed_nights import KILLED, forker
from tests.support.town import FAMILY, Town, made_up_bsn, row

UNSEEN, ENDED, CHANGED, NOT_OURS, CORRECTED = PERSONS = [made_up_bsn(n) for n in range(61, 66)]
NIGHT, NEXT = "2022-03-16", "2022-03-17"
KILLS = 5
WI2013 = "PIB_Wi2013_0000_{}_000001.csv"


@pytest.fixture(scope="module")
def forked():
    with forker() as ready:
        yield ready


def build(place):
    """Build the town as it stands before that night: who is held, and who goes on under the Wi2013."""
    town = Town(place)
    for number, bsn in enumerate(PERSONS[1:], 2):
        register(town, number, bsn)
    town.offer("20220112", *[row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (ENDED, CHANGED, CORRECTED)])
    town.night("2022-02-10", status=None)
    town.offer("20220301", row("SS101", "01-12-2021", CHANGED, wet="Wi2013"), name=WI2013.format("20220301"))
    town.night("2022-03-01", status=None)
    (stranger,) = town.json("strangers", "list", "--as-of", "2022-03-01")["strangers"][-1:]
    decide_not_ours(town, stranger["person"])
    register(town, 1, UNSEEN)
    town.offer(
        "20220316",
        row("SS111", "10-03-2022", ENDED, group=FAMILY),
        row("SS101", "10-01-2022", CHANGED, group=FAMILY),
        row("SS190", "02-03-2022", CORRECTED),
    )
    town.offer("20220316", row("SS110", "10-03-2022", CHANGED, wet="Wi2013"), name=WI2013.format("20220316"))
    return town


def register(town, number, bsn):
    town.register_person(number, bsn)
    town.sql(
        "insert into verstrekking values (:n, :bsn, 'school', :k, '2022-01-12')", n=number, bsn=bsn, k=f"K-{number}"
    )


def decide_not_ours(town, person):
    """Decide by two on the night's own day: `strangers decide` would date it today."""
    from hervat.tasks.decide import decide_stranger
    from hervat.tasks.installation import Installation

    installation = Installation(town.directory)
    night = installation.night(installation.municipalities()[0], date(2022, 3, 15), origin="strangers")
    assert [decide_stranger(night, person, False, by, "staat in een andere BRP") for by in ("A", "B")] == [False, True]


def told(town):
    """Return what the school was told of each, in order."""
    found = {}
    for path in sorted((town.directory / "out" / "school").glob("*.json"), key=lambda one: one.name):
        notice = json.loads(path.read_text())
        for person in notice["persons"]:
            found.setdefault(person["reference"], []).append((notice["kind"], person.get("law")))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory, forked):
    """The town after the night and after the next, neither of them killed, beside a copy from before both."""
    place = tmp_path_factory.mktemp("kills")
    town = build(place / "town")
    shutil.copytree(place / "town", place / "fresh")
    status, contacts = forked.night(town, NIGHT, since="settle")
    assert status in (0, 1)
    content = content_of(town)
    town.night(NEXT, status=None)
    return place, town, contacts, content, content_of(town), told(town)


def test_that_night_tells_every_new_kind(whole):
    assert whole[5] == {
        "K-1": [("hold", None)],
        "K-2": [("hold", None), ("ended", None)],
        "K-3": [("hold", None), ("resume", "Wi2013"), ("resume", "Wi2021")],
        "K-4": [("hold", None), ("correction", None)],
        "K-5": [("hold", None), ("correction", None)],
    }
    local = whole[3]["local"]
    assert [one[0] for one in local["inburgeraar"]] == [1, 2, 3]


@pytest.mark.parametrize("which", range(KILLS))
def test_killed_after_settling_the_next_run_ends_the_same(whole, forked, which):
    """The same night again: byte for byte. The next night instead: the same states, rows and beliefs."""
    place, town, contacts, content, after_next, beliefs = whole
    at = sorted(random.Random(2203).sample(range(1, contacts - contacts // 20), KILLS))[which]
    shutil.move(place / "town", place / "whole")
    shutil.copytree(place / "fresh", place / "town")
    try:
        town.engine.dispose()  # what it has open lies elsewhere now
        assert forked.night(town, NIGHT, at, since="settle") == (KILLED, 0)
        town.night(NEXT if which % 3 == 2 else NIGHT, status=None)
        found = content_of(town)
        assert told(town) == beliefs
        assert town.json("verify", status=0) == {"wrong": []}
    finally:
        town.engine.dispose()
        shutil.rmtree(place / "town")
        shutil.move(place / "whole", place / "town")
    for part, value in (after_next if which % 3 == 2 else content).items():
        if which % 3 != 2 or part in ("persons", "signals", "local", "told", "disclosures"):
            assert found[part] == value, part
