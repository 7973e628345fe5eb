"""Incidents from outside: what AVG 33 and 34 ask is recorded, counted down, told, and kept in a register."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from prefect.logging import disable_run_logger
from sqlalchemy import update

from hervat.alerts import sending
from hervat.errors import UsageError
from hervat.flows.incidents import incident_open, incident_record
from hervat.register import Register
from hervat.register.models import Incident
from hervat.today import DUTCH
from tests.support.town import FAMILY, Town, made_up_bsn, row
from tests.support.web import Web

pytestmark = pytest.mark.usefixtures("facts_with_lines")

HERS, ANOTHERS = made_up_bsn(31), made_up_bsn(32)
BY = ("--by", "P. Officer")


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town")


def before(hours):
    """Return the moment so many hours ago as a person types it, in Dutch time."""
    return (datetime.now(DUTCH) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def opened(town, hours=1, what="werklijst naar een verkeerd adres"):
    more = ("--categories", "inburgeraars: naam, BSN", "--persons", "40", "--discovered", before(hours))
    return str(town.json("incidents", "open", "--what", what, *more, *BY, status=0)["incident"])


def listed(town):
    return town.json("incidents", "list", status=None)["incidents"]


def close(town, number, *more, status):
    return town.json("incidents", "close", number, *BY, "--reason", "gedaan", *more, status=status)


def foreign(bsn, gemeente="0363"):
    return row("SS101", "10-01-2022", bsn, group=FAMILY, gemeente=gemeente)


def test_a_leak_of_our_own_is_closed_only_when_all_is_done(town):
    number = opened(town)
    (one,) = listed(town)
    assert (one["kind"], one["count"], one["hours_left"], one["missing"]) == ("leak", 0, 70, ["judgement"])
    assert "nobody judged it" in close(town, number, status=2)["errors"][0]
    town.json(
        "incidents", "judge", number, "--risk", "high", *BY, "--reason", "BSN en naam, niet versleuteld", status=0
    )
    refused = close(town, number, status=2)["errors"][0]
    assert "not reported to the AP" in refused and "persons were not told" in refused
    town.json("incidents", "reported", number, "--ap", "Z-1234", *BY, status=0)
    assert listed(town)[0]["hours_left"] is None
    assert "persons were not told" in close(town, number, status=2)["errors"][0]
    assert town.hervat("incidents", "told", number, "--ground", "a", *BY).exit_code == 2
    town.json("incidents", "told", number, "--ground", "c", *BY, "--reason", "bericht op de website", status=0)
    town.json("incidents", "duo-told", number, *BY, status=0)
    close(town, number, status=0)
    assert listed(town) == [] and town.hervat("incidents", "close", number, *BY, "--reason", "x").exit_code == 2


def test_the_persons_told_is_as_good_as_a_ground_and_a_risk_needs_neither(town):
    high, risk = opened(town), opened(town)
    for number, level in ((high, "high"), (risk, "risk")):
        town.json("incidents", "judge", number, "--risk", level, *BY, "--reason", "nagegaan", status=0)
        town.json("incidents", "reported", number, "--ap", "Z-1", *BY, status=0)
    close(town, risk, status=0)
    town.json("incidents", "told", high, *BY, status=0)
    close(town, high, status=0)


def test_a_later_judgement_counts_and_the_register_keeps_both(town):
    number = opened(town)
    for risk in ("none", "risk"):
        town.json("incidents", "judge", number, "--risk", risk, *BY, "--reason", f"oordeel {risk}", status=0)
    close(town, number, status=2)
    (register,) = town.json("incidents", "register", status=0)["registers"]
    (one,) = register["incidents"]
    assert one["risk"] == "risk" and [moment["reason"] for moment in one["moments"]] == ["oordeel none", "oordeel risk"]


def test_a_report_after_72_hours_takes_the_reasons_for_the_delay_and_the_page_has_them(town):
    number = opened(town, hours=80, what="<b>usb-stick</b> weg")
    assert listed(town)[0]["hours_left"] < 0
    late = ("incidents", "reported", number, "--ap", "Z-9", "--at", before(1), *BY)
    assert "AVG 33(1) asks for the reasons" in town.json(*late, status=2)["errors"][0]
    town.json("incidents", "reported", number, "--ap", "Z-9", "--at", before(20), *BY, status=0)  # hour 60: in time
    town.json(*late, "--delay", "de vondst kwam in het weekend", status=0)
    (register,) = town.json("incidents", "register", status=0)["registers"]
    page = (town.directory / "var/output/report/0000/incidenten.html").read_text(encoding="utf-8")
    assert register["page"].endswith("report/0000/incidenten.html") and page.count("Na de 72 uur gemeld") == 1
    assert "Reden van de vertraging: de vondst kwam in het weekend" in page and "Nummer Z-9" in page
    assert "&lt;b&gt;usb-stick" in page and "<b>usb" not in page
    assert "Bewaar dit register ten minste drie jaar" in page and "{{" not in page


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--at", "2999-01-01T00:00"), "still to come"),
        (("--at", "2020-01-01"), "not discovered yet"),
        (("--at", "gisteren"), "not a moment"),
        (("--ap", " "), "--ap NUMBER"),
        (("--ap", f"van {HERS}"), "holds a BSN"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_recorded(town, words, why):
    number = opened(town)
    lines = len(town.register_rows("journal"))
    assert why in town.json("incidents", "reported", number, "--ap", "Z-1", *words, *BY, status=2)["errors"][0]
    assert len(town.register_rows("journal")) == lines and town.register_rows("incident_step") == []


def test_the_same_foreign_rows_again_join_their_incident_and_new_ones_open_another(town):
    town.offer("20220301", foreign(HERS), row("SS101", "10-01-2022", made_up_bsn(33), group=FAMILY))
    town.night("2022-03-01", status=1)
    (first,) = listed(town)
    town.offer("20220302", foreign(HERS))
    town.night("2022-03-02", status=1)
    assert [one["id"] for one in listed(town)] == [first["id"]]
    close(town, str(first["id"]), "--no-risk", status=0)
    town.offer("20220303", foreign(HERS), foreign(ANOTHERS))
    town.night("2022-03-03", status=1)
    (second,) = listed(town)
    assert (second["count"], second["id"]) == (1, first["id"] + 1)
    (register,) = town.json("incidents", "register", status=0)["registers"]
    assert [(one["open"], one["downloads"], one["count"]) for one in register["incidents"]] == [
        (False, [1, 2, 3], 1),
        (True, [3], 1),
    ]


def test_orphans_that_are_gone_end_by_themselves_but_for_a_risk_that_was_judged(town):
    town.register_person(1, HERS)
    town.night("2022-03-25", status=1)
    (orphans,) = listed(town)
    town.json("incidents", "judge", str(orphans["id"]), "--risk", "risk", *BY, "--reason", "al gebruikt", status=0)
    town.offer("20220327", row("SS101", "10-01-2022", HERS, group=FAMILY))
    town.night("2022-03-27", status=None)
    (still,) = listed(town)
    assert (still["id"], still["missing"]) == (orphans["id"], ["ap_report"])


def test_the_hours_left_are_in_the_report_and_each_alert_goes_once(town, monkeypatch):
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
    with Web(500, 500, 200) as web:
        path = town.directory / "hervat.yaml"
        path.write_text(path.read_text() + f"\nalert: {{url: '{web.url}', on: [failed]}}\n")
        number = opened(town, hours=23)
        remind = ("incidents", "remind")
        assert town.json(*remind, status=0) == {"sent": [], "errors": []}
        since(town, 25)
        assert town.json(*remind, status=3)["errors"]
        web.posts.clear()
        told = {}
        for hours in (25, 26, 49, 67, 71):
            since(town, hours)
            town.night("2022-03-01", status=1)
            told[hours] = [post[2]["incidents"][0]["hours_left"] for post in web.posts]
            web.posts.clear()
    assert told == {25: [46], 26: [], 49: [22], 67: [4], 71: []}
    page = (town.directory / "var/output/report/0000/laatste.html").read_text(encoding="utf-8")
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert text.count("Nog minder dan een uur om te melden") == 2
    assert f"incident {number}, gemeld door een medewerker" in text


def since(town, hours):
    """Let all incidents have been discovered so many hours ago, and a minute."""
    at = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=hours, minutes=1)
    register = Register(f"sqlite:///{town.directory}/var/register.db")
    with register.session() as session:
        session.execute(update(Incident).values(discovered_at=at))
    register.close()


def test_the_form_opens_an_incident_whose_hours_count_from_its_discovery(town, monkeypatch):
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))

    def submit(what, **more):
        with disable_run_logger():
            return incident_open.fn.__wrapped__(what, "inburgeraars: naam", "P. Officer", **more).message

    assert submit("lijst zoek", persons=40, at=before(10)).startswith("opened incident 1 of 0000; ")
    submit("tas gestolen")
    assert [(one["kind"], one["hours_left"]) for one in listed(town)] == [("leak", 61), ("leak", 71)]
    (register,) = town.json("incidents", "register", status=0)["registers"]
    assert [(one["what"], one["persons"], one["opened_by"]) for one in register["incidents"]] == [
        ("lijst zoek", 40, "P. Officer"), ("tas gestolen", None, "P. Officer"),
    ]  # fmt: skip


def test_the_form_records_each_step(town, monkeypatch):
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))
    number = int(opened(town, hours=2))

    def submit(what, **more):
        with disable_run_logger():
            return incident_record.fn.__wrapped__(number, "nagegaan", what, by="P. Officer", **more).message

    with pytest.raises(UsageError, match="nobody judged it"):
        submit("close")
    assert submit("judged: high risk") == f"recorded for incident {number}: judged: high risk"
    submit("reported to the AP", at=before(1), ap_number="Z-1")
    submit("persons not told: 34(3)(b)")
    submit("persons told")
    submit("DUO told")
    assert submit("close") == f"closed incident {number}"
    (register,) = town.json("incidents", "register", status=0)["registers"]
    moments = [(one["kind"], one["value"]) for one in register["incidents"][0]["moments"]]
    assert moments == [
        ("judged", "high"), ("reported", "Z-1"), ("not_told", "b"), ("told", ""), ("duo_told", ""), ("closed", ""),
    ]  # fmt: skip
