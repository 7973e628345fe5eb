"""`hervat person hold | release`: nobody on hold is erased, whatever was planned before, until two release them."""

from datetime import date

import pytest

from tests.support.town import FAMILY, Town, made_up_bsn, row

HELD, OTHER, LATER = (made_up_bsn(number) for number in range(81, 84))
FIRST, SECOND = ("--by", "A. Jansen", "--reason", "verzoek 12"), ("--by", "B. de Vries", "--reason", "verzoek 12")
HOLD, RELEASE = ("person", "hold", "--ground", "18"), ("person", "release")
RESTRICT = 'policy: restrict\n        restrict: {inburgeraar.status: "verwerking beperkt"}'


def town_of(place, *corrected, **settings):
    """Return a town in which these are registered, known and not corrected yet; `correct` sends the SS190s."""
    town = Town(place / "town", **settings)
    for number, bsn in enumerate(corrected, 1):
        town.register_person(number, bsn)
    town.offer("20220226", *[row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in corrected])
    town.night("2022-02-26", status=None)
    return town


def correct(town, day, *bsns):
    town.offer(day, *[row("SS190", "01-03-2022", bsn) for bsn in bsns])


def hold(town, bsn, *more, who=FIRST, status=None):
    return town.json(*HOLD, *more, *who, stdin=f"{bsn}\n", status=status)


def release(town, bsn, *more, who=FIRST, status=None):
    return town.json(*RELEASE, *more, *who, stdin=f"{bsn}\n", status=status)


def registered(town):
    return {bsn for (bsn,) in town.sql("select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id")}


def standing(night):
    return [reason for reason in night["gate"]["reasons"] if reason["code"] == "standing"]


def test_a_corrected_person_on_hold_is_erased_nowhere_until_two_have_released_them(tmp_path):
    town = town_of(tmp_path, HELD, OTHER)
    assert hold(town, HELD, status=1) == {"person": 1, "ground": "18", "until": None, "waits": True}
    assert hold(town, HELD, who=SECOND, status=0)["waits"] is False
    correct(town, "20220301", HELD, OTHER)
    night = town.night("2022-03-01", status=0)
    assert registered(town) == {HELD}
    assert night["cleaning"] == [
        {"system": "inburgering", "planned": 1, "waiting": 0, "cleaned": 1, "reappeared": 0, "on_hold": 1}
    ]
    assert standing(night) == [{"code": "standing", "count": 1, "system": "inburgering", "on_hold": 1}]
    status = town.json("status", "--as-of", "2022-03-01")["municipalities"][0]
    assert standing(status) == standing(night) and status["cleaning"][0]["on_hold"] == 1
    assert "standing 1 (inburgering) of whom 1 on hold" in " ".join(
        town.hervat("status", "--as-of", "2022-03-01").stdout.split()
    )
    assert release(town, HELD, who=SECOND, status=1) == {"person": 1, "released": False}
    town.night("2022-03-02", status=None)
    assert registered(town) == {HELD}
    assert release(town, HELD, status=0) == {"person": 1, "released": True}
    night = town.night("2022-03-03")
    assert registered(town) == set() and night["cleaning"][0]["cleaned"] == 1
    assert "on_hold" not in night["cleaning"][0] and standing(night) == []
