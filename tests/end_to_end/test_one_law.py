"""One person, one law: sequences that real persons have, over the command line, as a privacy officer would try them."""

import json
from datetime import date, timedelta

import pytest

from hervat.shipped import shipped
from hervat.tasks.decide import decide_stranger
from hervat.tasks.installation import Installation
from hervat.today import today
from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

HIM, OTHER = made_up_bsn(1), made_up_bsn(2)
WHO = ("--by", "A. Jansen", "--reason", "nagevraagd bij DUO")
SS190 = row("SS190", "01-03-2022", HIM)
ENDING = ("SS106", "SS107", "SS108", "SS110", "SS111", "SS122", "SS123")


@pytest.fixture
def town(tmp_path):
    """Voorbeeldstad, in which he is registered and the school received his data."""
    made = Town(tmp_path / "town")
    made.register_person(1, HIM)
    made.sql("insert into verstrekking values (1, :bsn, 'school', 'K-1', '2022-01-20')", bsn=HIM)
    return made


def told(town):
    """Return what the school was told of him, in order: kind and law."""
    notices = sorted((town.directory / "out" / "school").glob("*.json"), key=lambda path: path.name)
    read = [json.loads(path.read_text()) for path in notices]
    return [
        (one["kind"], person.get("law"))
        for one in read
        for person in one.get("persons", [])
        if person["reference"] == "K-1"
    ]


def decide_on(town, person, day, by):
    """Decide on an earlier day that a stranger is ours: the command dates it today."""
    installation = Installation(town.directory)
    night = installation.night(installation.municipalities()[0], day, origin="strangers")
    decide_stranger(night, person, True, by, "staat in de BRP")


def obliged(seen, day="10-01-2022", *, wet="Wi2021", group=FAMILY):
    return seen, row("SS101", day, HIM, wet=wet, group=group)


def state(town, day):
    persons = town.json("status", "--as-of", day)["municipalities"][0]["persons"]
    (found,) = [name for name in ("disputed", "corrected", "ended", "released", "parked", "noted") if persons[name]]
    return found


def laws(town):
    import sqlite3

    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        return [one[0] for one in database.execute("select law from told order by notice_id")]


def reasons(town):
    import sqlite3

    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        return [one[0] for one in database.execute("select reason from person_state order by person_id")]


# --- 1: what was told holds the law ---


def test_who_opted_in_is_told_of_under_the_law_that_he_chose(town):
    town.offer("20220301", SS190)
    town.night("2022-03-01")
    assert (
        town.hervat("optin", "kennisgeving", "--person", "1", "--date", "2022-01-12", "--by", "A. Jansen").exit_code
        == 0
    )
    assert (
        town.hervat("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2022-06-01", *WHO).exit_code == 0
    )
    town.offer("20220602", row("SS101", "23-05-2022", HIM, wet="Wi2013"), name="PIB_Wi2013_0000_20220602_000001.csv")
    town.night("2022-06-02", status=None)
    assert told(town) == [("correction", None), ("withdrawal", None)]
    town.offer("20220610", obliged("20220610", "10-01-2022")[1])
    town.night("2022-06-10", status=None)
    assert told(town)[2:] == [("resume", "Wi2021")]


def test_another_law_is_told_anew_after_a_person_has_decided(town):
    town.offer("20220301", row("SS120", "10-01-2022", HIM, group=ASYLUM))
    town.night("2022-03-01")
    town.offer("20220524", row("SS101", "23-05-2022", HIM, wet="Wi2013"), name="PIB_Wi2013_0000_20220524_000001.csv")
    town.night("2022-05-24", status=None)
    assert told(town) == [("hold", None), ("resume", "Wi2013")]
    assert laws(town) == [None, "Wi2013"]  # in the register itself: what is encrypted for a party can't be read again
    town.offer("20220610", obliged("20220610", "10-01-2022", group=ASYLUM)[1])
    night = town.night("2022-06-10", status=1)
    assert any("disputed" in line for line in night["attention"])
    assert reasons(town) == ["two_laws"]
    assert len(told(town)) == 2
    assert (
        town.hervat("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2022-06-11", *WHO).exit_code == 0
    )
    town.night("2022-06-11", status=None)
    assert told(town)[2:] == [("resume", "Wi2021")]
    town.night("2022-06-12", status=None)
    assert len(told(town)) == 3


def test_what_was_told_before_has_the_law_that_its_bytes_say(town):
    town.offer("20220301", row("SS120", "10-01-2022", HIM, group=FAMILY))
    town.night("2022-02-28")
    town.night("2022-03-01")
    assert told(town) == [("hold", None), ("resume", "Wi2021")]
    _forget_laws(town)
    town.night("2022-03-02")
    assert len(told(town)) == 2


def _forget_laws(town):
    import sqlite3

    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        assert database.execute("update told set law = null where told = 'resume'").rowcount == 1


# --- 2: who has gone or is done ---


@pytest.mark.parametrize("code", ENDING)
def test_nobody_is_told_to_go_on_with_someone_whose_obligation_ended(town, code):
    town.offer("20220228", obliged("20220228")[1])
    town.night("2022-02-28")
    town.offer("20220316", obliged("20220316")[1], row(code, "10-03-2022", HIM))
    night = town.night("2022-03-16", status=None)
    assert night["persons"]["ended"] == 1
    assert told(town) == [("hold", None), ("ended", None)]
    town.night("2022-03-17", status=None)
    assert len(told(town)) == 2
    town.offer("20220401", row("SS101", "30-03-2022", HIM, group=FAMILY))
    town.night("2022-04-01", status=None)
    assert told(town)[2:] == [("resume", "Wi2021")]


def test_whose_party_was_told_nothing_is_told_nothing_of_an_end(town):
    town.offer("20220316", obliged("20220316")[1], row("SS111", "10-03-2022", HIM))
    night = town.night("2022-03-16")
    assert night["notices"]["ended"] == 0
    assert told(town) == []


def test_a_corrected_person_whose_wi2013_ends_too_is_gone_on_with_no_more(town):
    town.offer("20220301", SS190)
    town.offer("20220301", row("SS101", "01-12-2021", HIM, wet="Wi2013"), name="PIB_Wi2013_0000_20220301_000001.csv")
    town.night("2022-03-01")
    assert told(town) == [("correction", None), ("resume", "Wi2013")]
    town.offer("20220316", row("SS111", "10-03-2022", HIM, wet="Wi2013"), name="PIB_Wi2013_0000_20220316_000001.csv")
    night = town.night("2022-03-16", status=None)
    assert (night["persons"]["corrected"], told(town)[2:]) == (1, [("ended", None)])
    town.night("2022-03-17", status=None)
    assert len(told(town)) == 3
    town.offer("20220401", row("SS101", "30-03-2022", HIM, group=FAMILY))
    town.night("2022-04-01", status=None)
    assert told(town)[3:] == [("withdrawal", "Wi2021")]


def test_a_party_that_goes_on_stops_while_his_wi2013_waits_and_when_it_ends(town):
    town.night("2022-02-10")
    (line,) = strangers(town, "2022-02-10")
    for by in ("A. Jansen", "B. de Vries"):
        decide_on(town, line["person"], date(2022, 2, 11), by)
    town.night("2022-02-11", status=None)
    assert told(town)[1:] == [("resume", "Wi2021")]
    town.offer("20220301", row("SS101", "20-02-2022", HIM, wet="Wi2013"), name="PIB_Wi2013_0000_20220301_000001.csv")
    town.night("2022-03-01", status=None)
    assert told(town)[2:] == [("hold", None)]
    town.night("2022-05-23", status=None)
    assert told(town)[3:] == [("resume", "Wi2013")]
    town.offer("20220601", row("SS111", "30-05-2022", HIM, wet="Wi2013"), name="PIB_Wi2013_0000_20220601_000001.csv")
    night = town.night("2022-06-01", status=None)
    assert (night["persons"]["noted"], told(town)[4:]) == (1, [("ended", None)])


# --- 3: what DUO has confirmed meanwhile is not erased ---


def test_who_is_seen_again_after_his_correction_is_not_erased_without_a_word(town):
    town.offer("20220301", SS190)
    assert town.night("2022-03-01")["cleaning"][0]["cleaned"] == 1
    town.sql("insert into inburgeraar values (1, 1, 'Wi2021', 'actief', null)")
    town.offer("20220603", *[row(code, "10-01-2022", HIM, group=FAMILY) for code in ("SS101", "SS131", "SS102")])
    night = town.night("2022-06-03", status=1)
    assert night["persons"]["disputed"] == 1
    assert night["cleaning"][0]["cleaned"] == 0
    assert town.rows()["inburgeraar"]
    assert reasons(town) == ["seen_after_correction"]
    town.hervat("optin", "record", "--person", "1", "--law", "Wi2013", "--date", "2022-06-04", *WHO)
    night = town.night("2022-06-04", status=None)
    assert (night["persons"]["corrected"], night["cleaning"][0]["cleaned"]) == (1, 1)


# --- 4: two laws ---


def test_two_laws_that_both_count_are_put_to_a_person(town):
    town.offer("20220525", obliged("20220525")[1], row("SS101", "23-05-2022", HIM, wet="Wi2013"))
    night = town.night("2022-05-25", status=1)
    assert (night["persons"]["disputed"], night["persons"]["released"]) == (1, 0)
    assert reasons(town) == ["two_laws"]
    assert [one["code"] for one in night["gate"]["reasons"]] == ["disputed"]


# --- 5: what a person records ---


@pytest.fixture
def corrected(town):
    town.offer("20220301", SS190)
    town.night("2022-03-01")
    return town


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2202-06-01", *WHO), "has not come"),
        (
            ("optin", "kennisgeving", "--person", "1", "--date", "1999-01-12", "--by", "A. Jansen"),
            "no wrong kennisgeving",
        ),
        (("optin", "kennisgeving", "--person", "1", "--date", "2031-01-12", "--by", "A. Jansen"), "has not come"),
        (
            ("optin", "kennisgeving", "--person", "1", "--date", "2022-04-12", "--by", "A. Jansen"),
            "no wrong kennisgeving",
        ),
    ],
)
def test_a_day_on_which_it_can_not_have_been_is_refused(corrected, command, said):
    before = [corrected.register_rows(table) for table in ("decision", "wrong_notification", "journal")]
    result = corrected.hervat(*command)
    assert result.exit_code == 2
    assert said in result.stderr
    assert [corrected.register_rows(table) for table in ("decision", "wrong_notification", "journal")] == before


def test_tomorrow_is_refused_and_today_is_not(corrected):
    corrected.hervat("optin", "kennisgeving", "--person", "1", "--date", "2022-01-12", "--by", "A. Jansen")
    choose = ("optin", "record", "--person", "1", "--law", "Wi2021", *WHO, "--date")
    assert corrected.hervat(*choose, str(today() + timedelta(days=1))).exit_code == 2
    assert corrected.hervat(*choose, str(today())).exit_code == 1  # late: it takes two


def test_a_second_kennisgeving_leaves_a_trace_of_the_first(corrected):
    for day in ("2022-01-12", "2022-01-20"):
        corrected.hervat("optin", "kennisgeving", "--person", "1", "--date", day, "--by", "A. Jansen")
    entries = [str(one) for one in corrected.register_rows("journal") if "kennisgeving" in one]
    assert "2022-01-20 recorded, in place of 2022-01-12" in entries[-1]


def test_a_choice_after_its_weeks_takes_two_persons(corrected):
    corrected.hervat("optin", "kennisgeving", "--person", "1", "--date", "2022-01-12", "--by", "A. Jansen")
    choose = ("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2022-07-20", "--reason", "keuze")
    first = corrected.hervat(*choose, "--by", "A. Jansen")
    assert (first.exit_code, "another person" in first.stdout) == (1, True)
    night = corrected.night("2022-07-20", status=1)
    assert night["persons"]["corrected"] == 1
    assert any("choice of law" in line for line in night["attention"])
    assert corrected.hervat(*choose, "--by", "a.  jansen").exit_code == 2
    assert corrected.hervat(*choose, "--by", "B. de Vries").exit_code == 0
    night = corrected.night("2022-07-21", status=None)
    assert (night["persons"]["parked"], night["persons"]["reinstated"]) == (1, 1)
    assert not any("choice of law" in line for line in night["attention"])


def test_the_last_day_of_the_weeks_is_for_one_person(corrected):
    corrected.hervat("optin", "kennisgeving", "--person", "1", "--date", "2022-01-12", "--by", "A. Jansen")
    choose = ("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2022-07-19", *WHO)
    assert corrected.hervat(*choose).exit_code == 0


# --- 6: a second round ---


@pytest.fixture
def two_rounds(town):
    path = town.directory / "hervat.yaml"
    path.write_text("rounds: [restart-2022.yaml, bulk-2023.yaml]\n" + path.read_text())
    return town


def test_a_second_round_hides_no_orphan_and_opens_no_gate(two_rounds):
    two_rounds.offer("20220401", row("SS101", "10-01-2022", OTHER, group=FAMILY))
    gates = [two_rounds.night(day, status=None) for day in ("2023-08-31", "2023-09-10", "2023-09-21")]
    assert [one["persons"]["orphans"] for one in gates] == [1, 1, 1]
    assert [[r["code"] for r in one["gate"]["reasons"]] for one in gates] == [["orphans"]] * 3


def test_a_second_round_before_its_restart_erases_nobody(two_rounds):
    two_rounds.offer("20230906", row("SS101", "05-09-2023", HIM, group=FAMILY), row("SS190", "04-09-2023", HIM))
    night = two_rounds.night("2023-09-10", status=None)
    assert (night["persons"]["parked"], night["cleaning"][0]["cleaned"]) == (1, 0)
    two_rounds.offer("20230920", row("SS101", "05-09-2023", HIM, group=FAMILY))
    night = two_rounds.night("2023-09-20", status=None)
    assert (night["persons"]["released"], night["persons"]["reinstated"]) == (1, 1)
    assert two_rounds.rows()["inburgeraar"]


def test_a_round_without_a_choice_of_law_gives_none(town):
    rounds = (town.directory / "hervat.yaml").read_text()
    (town.directory / "hervat.yaml").write_text("rounds: [bulk-2023.yaml]\n" + rounds)
    town.offer("20230921", row("SS190", "20-09-2023", HIM))
    town.night("2023-09-21", status=None)
    result = town.hervat("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2023-09-22", *WHO)
    assert result.exit_code == 2
    assert "no round of this installation gives a choice" in result.stderr


def test_who_is_not_seen_again_a_week_after_his_restart_is_asked_about(town):
    town.offer("20220110", obliged("20220110")[1])
    assert not any("ask DUO" in line for line in town.night("2022-03-08", status=None)["attention"])
    assert "1 parked person to ask DUO about" in town.night("2022-03-09", status=1)["attention"]


# --- 7: who stands only in a local system ---


def strangers(town, day):
    return town.json("strangers", "list", "--as-of", day)["strangers"]


def test_who_stands_only_in_a_local_system_is_held_until_his_signal_comes(town):
    night = town.night("2022-02-10")
    assert (night["persons"]["unseen"], night["persons"]["orphans"], night["persons"]["noted"]) == (1, 0, 0)
    assert told(town) == [("hold", None)]
    town.night("2022-02-11", status=None)
    assert len(told(town)) == 1
    town.offer("20220316", row("SS101", "10-01-2022", HIM, group=FAMILY))
    town.night("2022-03-16", status=None)
    assert told(town)[1:] == [("resume", "Wi2021")]


def test_who_is_not_ours_is_erased_by_two_and_his_party_is_told(town):
    town.night("2022-02-10")
    night = town.night("2022-03-25", status=1)
    assert (night["persons"]["unseen"], night["persons"]["orphans"]) == (0, 1)
    (line,) = strangers(town, "2022-03-25")
    assert (line["kind"], line["systems"], line["since"]) == ("orphan", ["inburgering"], "2022-02-10")
    decide = (
        "strangers",
        "decide",
        "--person",
        str(line["person"]),
        "--not-ours",
        "--reason",
        "staat in een andere BRP",
    )
    assert town.hervat(*decide, "--by", "A. Jansen").exit_code == 1
    assert town.night("2022-03-26", status=None)["cleaning"][0]["cleaned"] == 0
    assert town.hervat(*decide, "--by", "A. JANSEN").exit_code == 2
    assert town.hervat(*decide, "--by", "B. de Vries").exit_code == 0
    night = town.night("2022-03-27", status=None)
    assert (night["persons"]["corrected"], night["persons"]["orphans"], night["cleaning"][0]["cleaned"]) == (1, 0, 1)
    assert told(town) == [("hold", None), ("correction", None)]
    assert not town.rows()["inburgeraar"]


def test_who_is_ours_counts_as_seen(town):
    town.night("2022-02-10")
    town.night("2022-03-25", status=None)
    (line,) = strangers(town, "2022-03-25")
    for name in ("A. Jansen", "B. de Vries"):
        town.json("strangers", "decide", "--person", str(line["person"]), "--ours", "--reason", "BRP", "--by", name)
    night = town.night("2022-03-27", status=None)
    assert (night["persons"]["released"], night["persons"]["orphans"], night["gate"]["open"]) == (1, 0, True)
    assert told(town) == [("hold", None), ("resume", "Wi2021")]
    assert town.rows()["inburgeraar"]


def test_two_who_do_not_agree_decide_nothing(town):
    town.night("2022-03-25", status=None)
    (line,) = strangers(town, "2022-03-25")
    decide = ("strangers", "decide", "--person", str(line["person"]), "--reason", "BRP")
    assert town.hervat(*decide, "--ours", "--by", "A. Jansen").exit_code == 1
    assert town.hervat(*decide, "--not-ours", "--by", "B. de Vries").exit_code == 1
    assert town.hervat(*decide, "--not-ours", "--by", "A. Jansen").exit_code == 0


def test_who_was_taken_away_by_hand_is_not_forgotten_while_his_party_waits(town):
    town.night("2022-02-10")
    for table in ("les", "traject", "inburgeraar", "plicht"):
        town.sql(f"delete from {table}")
    night = town.night("2022-03-26", status=1)
    assert "1 person who left the systems while their parties wait" in night["attention"]
    (line,) = strangers(town, "2022-03-26")
    assert line["kind"] == "left"
    for name in ("A. Jansen", "B. de Vries"):
        town.hervat(
            "strangers", "decide", "--person", str(line["person"]), "--not-ours", "--reason", "BRP", "--by", name
        )
    night = town.night("2022-03-27", status=None)
    assert told(town) == [("hold", None), ("correction", None)]
    assert not any("left the systems" in line for line in night["attention"])


def test_what_two_decided_does_not_hold_against_what_duo_sends_later(town):
    town.night("2022-03-25", status=None)
    (line,) = strangers(town, "2022-03-25")
    for name in ("A. Jansen", "B. de Vries"):
        town.hervat(
            "strangers", "decide", "--person", str(line["person"]), "--not-ours", "--reason", "BRP", "--by", name
        )
    town.offer("20220326", row("SS101", "26-03-2022", HIM, group=FAMILY))
    night = town.night("2022-03-27", status=None)
    assert (night["persons"]["disputed"], night["cleaning"][0]["cleaned"]) == (1, 0)


def test_nobody_is_decided_about_who_is_no_stranger(town):
    town.offer("20220301", row("SS101", "10-01-2022", HIM, group=FAMILY))
    town.night("2022-03-01")
    decide = ("strangers", "decide", "--person", "1", "--not-ours", "--by", "A. Jansen", "--reason", "BRP")
    result = town.hervat(*decide)
    assert (result.exit_code, "not a stranger" in result.stderr) == (2, True)


def test_of_whom_nothing_is_known_no_law_is_chosen(town):
    town.night("2022-03-25", status=None)
    result = town.hervat("optin", "record", "--person", "1", "--law", "Wi2021", "--date", "2022-05-24", *WHO)
    assert (result.exit_code, "strangers decide" in result.stderr) == (2, True)


def test_an_orphan_is_an_incident_of_its_own_kind_that_ends_when_he_is_seen(town):
    town.night("2022-03-25", status=1)
    (incident,) = town.json("incidents", "list")["incidents"]
    assert (incident["kind"], incident["count"], incident["download"]) == ("orphans", 1, None)
    town.night("2022-03-26", status=1)
    assert len(town.json("incidents", "list")["incidents"]) == 1
    town.offer("20220327", row("SS101", "10-01-2022", HIM, group=FAMILY))
    town.night("2022-03-27", status=None)
    assert town.json("incidents", "list")["incidents"] == []


def test_a_round_that_only_reports_the_unseen_tells_nobody(town):
    (town.directory / "mine.yaml").write_text(
        shipped("rounds", "restart-2022.yaml", town.directory).read_text().replace("unseen: hold", "unseen: report")
    )
    path = town.directory / "hervat.yaml"
    path.write_text("rounds: [mine.yaml]\n" + path.read_text())
    night = town.night("2022-02-10")
    assert (night["persons"]["unseen"], told(town)) == (1, [])


def test_what_is_known_of_a_stranger_goes_with_him_when_he_turns_out_to_be_another(tmp_path, postgres_url):
    town = Town(tmp_path / "town", register=postgres_url)
    town.register_person(1, HIM)
    town.offer("20220301", row("SS102", "10-01-2022", v="77", wet="Wi2013"))
    town.night("2022-03-25", status=None)
    (line,) = strangers(town, "2022-03-25")
    decide = ("strangers", "decide", "--not-ours", "--reason", "BRP", "--person")
    town.hervat(*decide, str(line["person"]), "--by", "A. Jansen")
    town.offer("20220326", row("SS102", "10-02-2022", HIM, v="77", wet="Wi2013"))
    assert town.night("2022-03-26", status=1)["persons"]["orphans"] == 1
    (line,) = strangers(town, "2022-03-26")
    assert (line["since"], line["decided"]) == ("2022-03-25", "not ours")
    assert town.hervat(*decide, str(line["person"]), "--by", "B. de Vries").exit_code == 0


def test_a_decision_about_a_stranger_counts_in_the_next_night_whatever_the_calendar_says(town):
    town.night("2022-02-10")
    (line,) = strangers(town, "2022-02-10")
    for name in ("A. Jansen", "B. de Vries"):
        town.hervat(
            "strangers", "decide", "--person", str(line["person"]), "--not-ours", "--reason", "BRP", "--by", name
        )
    night = town.night("2022-02-11", status=None)
    assert (night["persons"]["corrected"], night["cleaning"][0]["cleaned"]) == (1, 1)
    assert told(town) == [("hold", None), ("correction", None)]


def test_who_said_it_wrong_says_it_again(town):
    town.night("2022-03-25", status=None)
    (line,) = strangers(town, "2022-03-25")
    decide = ("strangers", "decide", "--person", str(line["person"]), "--reason", "BRP", "--by", "A. Jansen")
    assert [town.hervat(*decide, said).exit_code for said in ("--ours", "--not-ours", "--not-ours")] == [1, 1, 2]
    assert strangers(town, "2022-03-25")[0]["decided"] == "not ours"


@pytest.mark.parametrize("groups", [(FAMILY, ASYLUM), (ASYLUM, FAMILY)])
def test_two_downloads_of_one_day_that_contradict_each_other_come_to_the_same_in_any_order(town, groups):
    for number, group in enumerate(groups):
        town.offer("20220301", row("SS101", "10-01-2022", HIM, group=group))
        night = town.night(f"2022-03-0{number + 1}", status=None)
    assert (night["persons"]["released"], night["persons"]["parked"]) == (1, 0)


def test_nobody_is_taken_for_gone_while_a_system_can_not_be_read(town):
    town.night("2022-02-10")
    town.night("2022-03-25", status=1)
    local = town.directory / "local.db"
    kept = local.read_bytes()
    local.write_bytes(b"no database" * 500)
    night = town.night("2022-03-26", status=3)
    assert not any("left the systems" in line for line in night["attention"])
    assert len(town.json("incidents", "list")["incidents"]) == 1
    local.write_bytes(kept)
    (line,) = strangers(town, "2022-03-27")
    assert (line["kind"], line["since"]) == ("orphan", "2022-02-10")
