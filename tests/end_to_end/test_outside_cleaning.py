"""Cleaning from outside: what is set aside, and when a restriction is lifted."""

import pytest

from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

ONE, OTHER = (made_up_bsn(n) for n in (31, 32))
RESTRICT = 'policy: restrict\n        restrict: {inburgeraar.status: "verwerking beperkt"}'


@pytest.mark.parametrize("policy", ["policy: erase", RESTRICT])
def test_a_corrected_person_of_unknown_law_is_set_aside_and_reported(tmp_path, policy):
    town = Town(tmp_path / "town", policy=policy)
    town.register_person(1, ONE, wet=None)
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    before = town.rows()
    told = town.night("2022-03-01", status=1)
    assert any("inburgering: 1 " in text and "unknown law" in text for text in told["attention"])
    assert told["cleaning"][0]["planned"] == 0 and town.rows() == before
    assert {"code": "standing", "count": 1, "system": "inburgering"} in told["gate"]["reasons"]


def restricted(town):
    town.register_person(1, ONE)
    town.offer("20220301", row("SS190", "01-03-2022", ONE), row("SS101", "10-01-2022", ONE, v="77", group=ASYLUM))
    town.night("2022-03-01")
    return town


@pytest.mark.parametrize("attempt", range(3))  # which BSN names a person is chance: it depends on the keys
def test_a_restriction_stays_when_a_corrected_person_gets_another_bsn(tmp_path, attempt):
    town = restricted(Town(tmp_path / "town", policy=RESTRICT))
    town.offer("20220302", row("SS102", "10-01-2022", OTHER, v="77", wet="Wi2013"))
    told = town.night("2022-03-02")
    assert told["persons"]["corrected"] == 1 and told["cleaning"][0]["planned"] == 0
    assert town.sql("select status from inburgeraar") == [("verwerking beperkt",)]


def test_a_restriction_waits_for_the_decision_of_a_dispute(tmp_path):
    town = restricted(Town(tmp_path / "town", policy=RESTRICT))
    town.offer("20220302", row("SS101", "01-03-2022", ONE, group=FAMILY))
    assert town.night("2022-03-02", status=1)["persons"]["disputed"] == 1
    assert town.sql("select status from inburgeraar") == [("verwerking beperkt",)]
    decide = [
        "optin",
        "record",
        "--law",
        "Wi2021",
        "--date",
        "2022-03-03",
        "--by",
        "A. Jansen",
        "--reason",
        "nagevraagd",
    ]
    town.json(*decide, stdin=f"{ONE}\n", status=0)
    assert town.night("2022-03-03")["persons"]["reinstated"] == 1
    assert town.sql("select status from inburgeraar") == [("actief",)]


@pytest.mark.parametrize("attempt", range(3))
def test_a_person_who_reappears_under_another_bsn_is_counted_as_met_again(tmp_path, attempt):
    town = restricted(Town(tmp_path / "town"))
    town.offer("20220302", row("SS102", "10-01-2022", OTHER, v="77", wet="Wi2013"))
    town.night("2022-03-02")
    town.sql("insert into inburgeraar values (9, 1, 'Wi2021', 'actief', null)")
    told = town.night("2022-03-03", status=1)
    assert told["cleaning"] == [{"system": "inburgering", "planned": 1, "waiting": 1, "cleaned": 0, "reappeared": 1}]


def shadowed(town, *wrong):
    for number, bsn in enumerate(wrong, 1):
        town.register_person(number, bsn)
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in wrong])
    told = town.night("2022-03-01", "--shadow")
    assert told["cleaning"][0]["planned"] == len(wrong) and told["cleaning"][0]["waiting"] == 0
    return town


def test_a_plan_of_a_shadow_night_needs_the_approval_that_is_asked_for_since(tmp_path):
    town = shadowed(Town(tmp_path / "town"), ONE)
    town.approval = "required"
    town.configure()
    told = town.night("2022-03-01", status=1)
    assert told["cleaning"] == [{"system": "inburgering", "planned": 1, "waiting": 1, "cleaned": 0, "reappeared": 0}]
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    assert town.night("2022-03-02")["cleaning"][0]["cleaned"] == 1


def test_the_brake_counts_all_that_a_night_would_clean_without_approval(tmp_path):
    town = shadowed(Town(tmp_path / "town"), ONE, OTHER)
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text().replace("persons: 1000", "persons: 2"))
    third = made_up_bsn(33)
    town.register_person(3, third)
    town.offer("20220302", row("SS190", "02-03-2022", third))
    told = town.night("2022-03-02", status=1)
    assert told["cleaning"] == [{"system": "inburgering", "planned": 3, "waiting": 1, "cleaned": 2, "reappeared": 0}]
    assert [plan["why"] for plan in town.json("plan", status=1)["plans"]] == ["brake"]


def test_a_corrected_person_without_a_bsn_is_not_proven_clean_anywhere(tmp_path):
    town = Town(tmp_path / "town")
    town.offer("20220301", row("SS190", "01-03-2022", v="55"))
    told = town.night("2022-03-01", status=1)
    assert any("without a BSN" in text for text in told["attention"])
    (system,) = town.json("status", "--as-of", "2022-03-01")["municipalities"][0]["systems"]
    assert system == {"system": "inburgering", "corrected": 1, "proven": 0}
