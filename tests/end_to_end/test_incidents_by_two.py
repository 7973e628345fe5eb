"""Where there are approvers an incident is closed by two keys; until then it stays open, and its hours go on."""

import pytest
from prefect.logging import disable_run_logger

from hervat.flows.incidents import incident_record
from hervat.register import models as m
from hervat.sshsig import SignatureRefused
from tests.support.ssh_keys import make_key, signed
from tests.support.two_keys import Keyed

WHY = ("--reason", "nagegaan")


@pytest.fixture
def town(tmp_path):
    """A town with an incident and approvers; anna, bram and cees sign in every role."""
    town = Keyed(tmp_path / "town")
    town.keys = {name: make_key(town.directory, name) for name in ("anna", "bram", "cees")}
    town.ask_signatures()
    town.let_all("anna", "bram", "cees")
    what = ("--what", "usb-stick weg", "--categories", "inburgeraars: naam")
    town.json("incidents", "open", *what, "--by", "P. Officer", status=0)
    return town


def close(town, name, *more, status):
    return town.json("incidents", "close", "1", *WHY, *town.key(name), *more, status=status)


def judge(town, risk):
    town.json("incidents", "judge", "1", "--risk", risk, "--by", "P. Officer", *WHY, status=0)


def listed(town):
    return town.json("incidents", "list", status=None)["incidents"]


def moments(town):
    (register,) = town.json("incidents", "register", status=0)["registers"]
    return [(one["kind"], one["value"], one["by"]) for one in register["incidents"][0]["moments"]]


def test_the_first_of_two_closes_nothing_and_the_hours_go_on(town):
    assert close(town, "anna", "--no-risk", status=1) == {"incident": 1, "closed": False}
    (one,) = listed(town)
    assert (one["waits"], one["risk"], one["hours_left"], one["missing"]) == (True, None, 71, ["judgement"])
    assert "leak, waits for a second person" in " ".join(town.hervat("incidents", "list").stdout.split())
    waiting = town.json("status", status=None)
    assert "incident whose end waits for a second person" in str(waiting)
    lines = len(town.register_rows("journal"))
    assert "another person must" in close(town, "anna", "--no-risk", status=2)["errors"][0]
    assert len(town.register_rows("journal")) == lines and moments(town) == [("closing", "none", "anna")]
    page = town.directory / "var/output/report/0000/incidenten.html"
    assert "wacht op de handtekening van een tweede persoon" in page.read_text(encoding="utf-8")
    assert close(town, "bram", "--no-risk", status=0) == {"incident": 1, "closed": True} and listed(town) == []
    assert moments(town) == [("closing", "none", "anna"), ("judged", "none", "bram"), ("closed", "", "bram")]
    text = page.read_text(encoding="utf-8")
    assert "<td>anna</td>" in text and "<td>bram</td>" in text and "wacht op de handtekening" not in text
    assert town.wrong() == []


def test_what_refuses_a_close_refuses_the_first_of_two(town):
    assert "nobody judged it" in close(town, "anna", status=2)["errors"][0]
    judge(town, "risk")
    assert "not reported to the AP" in close(town, "anna", status=2)["errors"][0]
    assert moments(town) == [("judged", "risk", "P. Officer")] and town.signatures("incidents close") == []


def test_two_close_with_the_same_judgement_and_a_new_one_makes_both_sign_anew(town):
    close(town, "anna", "--no-risk", status=1)
    judge(town, "risk")
    assert not listed(town)[0]["waits"]
    town.json("incidents", "reported", "1", "--ap", "Z-1", "--by", "P. Officer", status=0)
    close(town, "bram", status=1)
    close(town, "cees", "--no-risk", status=1)
    assert listed(town)[0]["risk"] == "risk", "two who judge it differently close nothing"
    close(town, "anna", status=0)
    assert town.wrong() == []


def test_a_first_name_without_its_signature_does_not_count_and_an_end_by_one_is_found(town):
    judge(town, "none")
    step = {"municipality": "0000", "incident_id": 1, "by": "anna", "at": m.utc_now()}
    with town.session() as session:
        session.add(m.IncidentStep(**step, kind="closing", value="none"))
    close(town, "bram", status=1)
    with town.session() as session:
        session.add(m.IncidentStep(**step, kind="closed"))
    assert any("incidents close incident 1: the decision of anna is not signed" in text for text in town.wrong())


def test_the_form_takes_the_signature_and_waits(town, monkeypatch):
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))

    def submit(**more):
        with disable_run_logger():
            return incident_record.fn.__wrapped__(1, "formulier", "no risk: close", **more)

    with pytest.raises(SignatureRefused, match="takes a signature here") as asked:
        submit(by="anna")
    text = str(asked.value).rpartition("exactly this text: ")[2]
    first = submit(signature=signed(text, town.keys["anna"], "hervat-privacy"))
    assert first.name == "Waits" and "another person signs too" in first.message
    assert submit(signature=signed(text, town.keys["bram"], "hervat-privacy")).message == "closed incident 1"
