"""Each thing that a person records makes the last report again: it no longer asks for what was done. One night, then."""

import re

import pytest

from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

WRONG, BOTH, RIGHT, GONE = (made_up_bsn(number) for number in (71, 72, 73, 74))
NIGHT = "2022-03-02"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A night that leaves a plan, a quarantined row, an incident, a dispute, a notice and a supplier's erased person."""
    supplier = "      - {name: vendor, supplier: {name: Vendor, channel: {folder: out/vendor}}}"
    town = Town(tmp_path_factory.mktemp("town") / "gemeente", approval="required", more_systems=supplier)
    town.register_person(1, WRONG)
    town.sql("insert into verstrekking values (1, :bsn, 'school', 'K-1', '2022-01-12')", bsn=WRONG)
    town.offer("20220112", *[row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (WRONG, BOTH, GONE)])
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS190", "01-03-2022", GONE))
    town.night("2022-03-01", status=1)
    request = max((town.directory / "out/vendor").glob("*.json")).name[:18]
    done = town.hervat("notices", "confirm", "--number", request, "--status", "done", "--by", "Ans")
    assert done.exit_code == 0, done.output
    town.offer(
        "20220302",
        row("SS190", "01-03-2022", BOTH),
        row("SS101", "01-03-2022", BOTH, group=FAMILY),
        row("SS101", "02-03-2022", GONE, group=FAMILY),  # reinstated: to be filled in again at the vendor's
        row("SS101", "10-01-2022", "123456789", group=FAMILY),
        row("SS101", "10-01-2022", RIGHT, group=FAMILY, gemeente="0599"),
    )
    town.night(NIGHT, status=1)
    return town


def report(town):
    text = (town.directory / "var/output/report/0000/laatste.html").read_text(encoding="utf-8")
    return " ".join(re.sub(r"<[^>]+>", "", text.replace("<wbr>", "")).split())


def person_of(town, found):
    """Return the worklist's number of the person whose SS190 and later signal contradict each other."""
    import sqlite3

    with sqlite3.connect(town.directory / "var/register.db") as register:
        ((number,),) = register.execute(found)
    return str(number)


def decided(town, asks, *words):
    assert asks in report(town)
    done = town.hervat(*words, "--by", "A. Jansen")
    assert done.exit_code == 0, done.output
    assert "not made again" not in done.stderr
    assert asks not in report(town)
    assert "Verslag van woensdag 2 maart 2022" in report(town) and "Bijgewerkt na een besluit" in report(town)


def test_a_row_is_rejected(town):
    words = ("quarantine", "reject", "3", "--row", "5", "--reason", "komt opnieuw")
    decided(town, "Herstel of wijs af: bestand", *words)


def test_an_incident_is_closed(town):
    decided(town, "Beoordeel of dit een datalek is", "incidents", "close", "1", "--no-risk", "--reason", "gemeld")


def test_a_dispute_is_decided(town):
    number = person_of(town, "select person_id from person_state where state = 'disputed'")
    words = ("optin", "record", "--person", number, "--law", "Wi2013", "--date", NIGHT, "--reason", "besluit")
    decided(town, "Beslis over 1 betwiste persoon", *words)


def test_a_plan_is_approved(town):
    (plan,) = [one for one in town.json("plan", "--as-of", NIGHT)["plans"] if one["status"] == "waiting"]
    decided(town, f"Keur plan {plan['hash'][:12]} goed", "approve", plan["hash"], "--as-of", NIGHT)


def test_who_was_filled_in_again_is_recorded(town):
    number = person_of(town, "select person_id from person_state where reinstated = 1")
    words = ("refill", "done", "--system", "vendor", "--person", number)
    decided(town, "Voer 1 persoon opnieuw in bij vendor", *words)


def test_an_answer_of_a_party_is_recorded(town):
    before = re.search(r"Nog niet bevestigd ?(\d+)", report(town))
    (number,) = [
        one["number"] for one in town.json("notices", "list")["notices"] if one["party"] == "school" and one["persons"]
    ][:1]
    done = town.hervat("notices", "confirm", "--number", number, "--status", "done", "--by", "A. Jansen")
    assert done.exit_code == 0, done.output
    after = re.search(r"Nog niet bevestigd ?(\d+)", report(town))
    assert int(after[1]) == int(before[1]) - 1


def test_the_nights_stand_in_the_picture_once_each(town):
    text = (town.directory / "var/output/report/0000/laatste.html").read_text(encoding="utf-8")
    figures = text[text.index("<caption>Personen per nacht") :]
    days = re.findall(r'<th scope="row">(\d\d-\d\d-\d{4})</th>', figures[: figures.index("</table>")])
    assert days == ["02-03-2022", "01-03-2022"]
