"""Quarantine's life: list, show, accept, reject, and its term. All persons are made up."""

import pytest
from sqlalchemy import select

from hervat.register import Register
from hervat.register.models import Download, Identifier, JournalLine, QuarantinedRow, SignalRow
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

ONE, TWO, THREE = (made_up_bsn(number) for number in range(3))
BAD_BIRTH = row("SS101", "10-01-2022", ONE, v="4711", name="Zeldzaam\x1b[31mheid", born="31-02-1990", group=FAMILY)
BY = ("--by", "A. Jansen", "--reason", "nagevraagd bij DUO")


@pytest.fixture(scope="module")
def quarantined(tmp_path_factory):
    """A town with a file whose rows 2..8 wait: only row 2 may be accepted."""
    town = Town(tmp_path_factory.mktemp("town"), source=(
        '{name: by-hand, folder: {directory: incoming, pattern: "PIB_*"}, stable_after_seconds: 0, owner: B. de Boer}'
    ))  # fmt: skip
    town.offer(
        "20220301",
        BAD_BIRTH,
        row("SS190", "01-03-2022", TWO, born="31-02-1990"),
        row("SS101", "10-01-2022", "123456789", born="31-02-1990"),
        row("SS1O1", "10-01-2022", TWO),
        row("SS101", "31-02-2022", TWO),
        row("SS101", "10-01-2022", TWO, born="31-02-1990", gemeente="0363"),
        row("SS101", "10-01-2022", TWO, v="12345678901", born="31-02-1990"),
        row("SS101", "10-01-2022", THREE, v="4711", group=FAMILY),
    )
    town.night("2022-03-01", status=1)
    return town


def register(town):
    return Register(f"sqlite:///{town.directory}/var/register.db")


def refused(town, number, says):
    (said,) = town.json("quarantine", "accept", "1", "--row", str(number), *BY, status=2)["errors"]
    assert says in said


def test_the_list_tells_owner_age_and_term_and_narrows(quarantined):
    found = quarantined.json("quarantine", "list", status=1)["quarantine"]
    assert [one["row"] for one in found] == [2, 3, 4, 5, 6, 7, 8]
    assert {(one["owner"], one["decide_by"], one["overdue"]) for one in found} == {("B. de Boer", "2022-03-15", True)}
    assert [one["row"] for one in found if one["acceptable"]] == [2, 7]
    for option, rows in (("--reason=code_malformed", [5]), ("--row=6", [6]), ("--file=9", [])):
        narrowed = quarantined.json("quarantine", "list", option)["quarantine"]
        assert [one["row"] for one in narrowed] == rows
    assert "B. de Boer" in quarantined.hervat("quarantine", "list").stdout


def test_the_term_is_asked_for_in_status_and_report(quarantined):
    told = quarantined.json("status", "--as-of", "2022-03-15", status=1)
    assert not [line for line in told["attention"] if "past the term" in line]
    told = quarantined.json("status", "--as-of", "2022-03-16", status=1)
    assert "7 in quarantine past the term for a decision (owner: B. de Boer)" in told["attention"]
    page = (quarantined.directory / "var/output/report/0000/laatste.html").read_text()
    assert "Beslist: B. de Boer. Beslis vóór 15 maart 2022." in page


def test_show_is_for_a_terminal_and_is_journalled(quarantined):
    result = quarantined.hervat("quarantine", "show", "1", "--row", "2", "--by", "B. de Boer")
    assert result.exit_code == 2 and "Zeldzaam" not in result.stdout + result.stderr
    with register(quarantined).session() as session:
        assert session.scalars(select(JournalLine).where(JournalLine.action == "shown")).all() == []
    result = quarantined.hervat("quarantine", "show", "1", "--row", "2", "--by", "B. de Boer", "--anywhere")
    assert result.exit_code == 0 and ONE in result.stdout and "Zeldzaam\\x1b[31mheid" in result.stdout
    cells = quarantined.json("quarantine", "show", "1", "--row", "4", "--by", "B. de Boer", "--anywhere", status=0)[
        "cells"
    ]
    assert cells["bsn"] == "123456789"
    with register(quarantined).session() as session:
        lines = session.scalars(select(JournalLine).where(JournalLine.action == "shown")).all()
    assert [(one.actor, one.object) for one in lines] == [
        ("B. de Boer", "download 1 row 2"), ("B. de Boer", "download 1 row 4"),
    ]  # fmt: skip


def test_show_shows_what_waits_and_nothing_else(quarantined):
    for number in ("1", "9", "99"):
        told = quarantined.json("quarantine", "show", "1", "--row", number, "--by", "B", "--anywhere", status=2)
        assert "is not in quarantine" in told["errors"][0]


@pytest.mark.parametrize(("number", "says"), [
    (3, "may be a correction"), (4, "bsn_wrong"), (5, "may be a correction"), (6, "date_malformed"),
    (7, "another gemeente"), (8, "v_number_wrong"), (9, "not in quarantine"),
])  # fmt: skip
def test_what_nobody_may_overrule(quarantined, number, says):
    refused(quarantined, number, says)
    with register(quarantined).session() as session:
        assert session.scalars(select(QuarantinedRow).where(QuarantinedRow.status != "open")).all() == []


def test_an_accepted_row_is_loaded_and_joins_nobody(tmp_path):
    town = Town(tmp_path / "town")
    town.offer(
        "20220301",
        BAD_BIRTH,
        row("SS101", "10-01-2022", THREE, v="4711", group=FAMILY),
        row("SS190", "01-03-2022", THREE),
    )
    town.night("2022-03-01", status=1)
    told = town.json("quarantine", "accept", "1", "--row", "2", *BY, status=0)
    assert told["loaded"] is True
    assert "not in quarantine" in town.json("quarantine", "accept", "1", "--row", "2", *BY, status=2)["errors"][0]
    with register(town).session() as session:
        file = session.get(Download, 1)
        assert (file.rows_read, file.rows_loaded, file.rows_known, file.rows_quarantined) == (3, 3, 0, 0)
        persons = session.scalars(select(Identifier.person_id).order_by(Identifier.id)).all()
        assert len(persons) == 3 and len(set(persons)) == 2, "BSN of the row, BSN and V-nummer of the other"
        signals = session.scalars(select(SignalRow)).all()
        journal = session.scalars(select(JournalLine).where(JournalLine.action == "accepted")).one()
    assert len(signals) == 3 and (journal.actor, journal.result) == ("A. Jansen", "1 loaded, 0 known")
    told = town.night("2022-03-02", status=0)
    assert (told["persons"]["corrected"], told["persons"]["released"]) == (1, 1)
    assert ONE not in journal.object and town.json("verify", status=0)["wrong"] == []


def test_a_bsn_in_a_reason_is_refused_and_a_name_is_needed(quarantined):
    for by, why in (("A", f"gebeld over {ONE}"), ("  ", "x"), ("A", "  ")):
        assert quarantined.json("quarantine", "accept", "1", "--row", "2", "--by", by, "--reason", why, status=2)[
            "errors"
        ]
    assert quarantined.json("quarantine", "show", "1", "--row", "2", "--by", " ", "--anywhere", status=2)["errors"]
