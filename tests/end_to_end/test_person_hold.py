"""`hervat person hold | release`: nobody on hold is erased, whatever was planned before, until two release them."""

import json
import os
import random
import subprocess
import sys
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from hervat.cleaning import clean
from hervat.errors import UsageError
from hervat.person import HoldTerms, hold, number_of, release
from hervat.tasks.installation import Installation
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

HELD, OTHER, LATER = (made_up_bsn(number) for number in range(81, 84))
FIRST, SECOND = ("--by", "A. Jansen", "--reason", "verzoek 12"), ("--by", "B. de Vries", "--reason", "verzoek 12")
MORE = int(os.environ.get("HERVAT_TEST_MORE", "1"))  # so many histories, for a long look
HOLD, RELEASE = ("person", "hold", "--ground", "18"), ("person", "release")
RESTRICT = 'policy: restrict\n        restrict: {inburgeraar.status: "verwerking beperkt"}'
SUPPLIED = """      - {name: volg, supplier: {name: leverancier, channel: {folder: out/volg}}}
"""


def town_of(place, *persons, **settings):
    """Return a town in which these are registered and known, and nobody is corrected yet."""
    town = Town(place / "town", **settings)
    for number, bsn in enumerate(persons, 1):
        town.register_person(number, bsn)
    town.offer("20220226", *[row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in persons])
    town.night("2022-02-26", status=None)
    return town


def correct(town, day, *bsns):
    town.offer(day, *[row("SS190", "01-03-2022", bsn) for bsn in bsns])


def on_hold(town, bsn, *more, who=FIRST, status=None):
    return town.json(*HOLD, *more, *who, stdin=f"{bsn}\n", status=status)


def released(town, bsn, *more, who=FIRST, status=None):
    return town.json(*RELEASE, *more, *who, stdin=f"{bsn}\n", status=status)


def registered(town):
    return {bsn for (bsn,) in town.sql("select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id")}


def standing(night):
    return [reason for reason in night["gate"]["reasons"] if reason["code"] == "standing"]


def test_a_corrected_person_on_hold_is_erased_nowhere_until_two_have_released_them(tmp_path):
    town = town_of(tmp_path, HELD, OTHER)
    assert on_hold(town, HELD, status=1) == {"person": 1, "ground": "18", "until": None, "waits": True}
    assert on_hold(town, HELD, who=SECOND, status=0)["waits"] is False
    correct(town, "20220301", HELD, OTHER)
    night = town.night("2022-03-01", status=0)
    assert registered(town) == {HELD}
    assert night["cleaning"] == [
        {"system": "inburgering", "planned": 1, "waiting": 0, "cleaned": 1, "reappeared": 0, "on_hold": 1}
    ]
    assert standing(night) == [{"code": "standing", "count": 1, "system": "inburgering", "on_hold": 1}]
    status = town.json("status", "--as-of", "2022-03-01")["municipalities"][0]
    assert standing(status) == standing(night) and status["cleaning"][0]["on_hold"] == 1
    said = " ".join(town.hervat("status", "--as-of", "2022-03-01").stdout.split())
    assert "standing 1 (inburgering) of whom 1 on hold" in said
    prepared = town.json("cbs", "prepare", "--quarter", "2022Q1", "--as-of", "2022-03-01", status=1)
    assert standing(prepared["municipalities"][0] if "municipalities" in prepared else prepared) == standing(night)
    assert released(town, HELD, who=SECOND, status=1) == {"person": 1, "released": False}
    town.night("2022-03-02", status=1)
    assert registered(town) == {HELD}
    assert released(town, HELD, status=0) == {"person": 1, "released": True}
    night = town.night("2022-03-03")
    assert registered(town) == set() and night["cleaning"][0]["cleaned"] == 1
    assert "on_hold" not in night["cleaning"][0] and standing(night) == []


def test_a_hold_counts_while_it_waits_and_one_person_is_never_two(tmp_path):
    town = town_of(tmp_path, HELD)
    on_hold(town, HELD, status=1)
    rows = town.register_rows("hold")
    for name in ("A. Jansen", " a.  JANSEN "):
        assert "another person" in on_hold(town, HELD, who=("--by", name, "--reason", "x"), status=2)["errors"][0]
    assert town.register_rows("hold") == rows
    correct(town, "20220301", HELD)
    night = town.night("2022-03-01", status=1)
    assert "1 hold of a person that waits for a second person (it counts already)" in night["attention"]
    assert registered(town) == {HELD}
    released(town, HELD, who=SECOND, status=1)
    rows = town.register_rows("hold")
    assert "another person" in released(town, HELD, who=SECOND, status=2)["errors"][0]
    assert town.register_rows("hold") == rows and registered(town) == {HELD}


def test_a_hold_ends_by_itself_after_its_last_day_and_that_is_reported(tmp_path):
    town = town_of(tmp_path, HELD)
    for who in (FIRST, SECOND):
        on_hold(town, HELD, "--until", "2022-03-03", who=who)
    correct(town, "20220301", HELD)
    for day in ("2022-03-01", "2022-03-03"):
        town.night(day, status=0)
        assert registered(town) == {HELD}
    night = town.night("2022-03-04", status=1)
    assert registered(town) == set()
    assert "1 hold of a person has passed its last day" in night["attention"]
    assert town.night("2022-03-05")["attention"] == []
    lines = [line for line in town.register_rows("journal") if {"person released", "person 1"} <= set(map(str, line))]
    assert len(lines) == 1 and "the hold was until 2022-03-03" in lines[0]


def test_an_extension_waits_while_the_first_hold_counts_and_a_release_ends_every_one(tmp_path):
    town = town_of(tmp_path, HELD)
    for who in (FIRST, SECOND):
        on_hold(town, HELD, "--until", "2022-03-03", who=who)
    assert on_hold(town, HELD, "--until", "2022-06-30", status=1)["waits"]
    assert "on hold already" in on_hold(town, HELD, "--until", "2022-03-03", who=SECOND, status=2)["errors"][0]
    assert "has passed" in on_hold(town, HELD, "--until", "2022-02-25", status=2)["errors"][0]
    correct(town, "20220301", HELD)
    town.night("2022-03-04", status=1)
    assert registered(town) == {HELD}
    assert not released(town, HELD, status=1)["released"]
    assert released(town, HELD, who=SECOND, status=0)["released"]
    assert "is not on hold" in released(town, HELD, status=2)["errors"][0]
    town.night("2022-03-05", status=0)
    assert registered(town) == set()


def test_a_plan_that_was_approved_before_erases_nobody_on_hold_and_the_others_get_a_new_one(tmp_path):
    town = town_of(tmp_path, HELD, OTHER, approval="required")
    correct(town, "20220301", HELD, OTHER)
    town.night("2022-03-01", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "C. Bakker", status=0)
    on_hold(town, HELD, status=1)
    (rehearsed,) = town.json("plan", "--rehearse", status=3)["rehearsals"]
    assert "1 of its persons are no longer corrected, or are on hold" in rehearsed["error"]
    refused = town.json("approve", plan["hash"], "--by", "D. Smit", status=2)["errors"][0]
    assert "1 person in this plan is on hold" in refused
    night = town.night("2022-03-02", status=1)
    assert registered(town) == {HELD, OTHER} and night["cleaning"][0]["cleaned"] == 0
    (fresh,) = town.json("plan", status=1)["plans"]
    assert fresh["hash"] != plan["hash"] and fresh["persons"] == 1 and fresh["content"]["on_hold"] == 1
    town.json("approve", fresh["hash"], "--by", "C. Bakker", status=0)
    town.night("2022-03-03", status=1)
    assert registered(town) == {HELD}


def test_a_hold_that_comes_in_the_middle_of_a_night_is_seen_before_the_next_execution(tmp_path):
    """The first system is cleaned when somebody asks; nothing of them is erased in the second."""
    second = Town(tmp_path / "second")
    more = f"""      - name: tweede
        database: {second.local}
        footprint: {{person: {{table: persoon, bsn: bsn}}, root: inburgeraar, where: {{inburgeraar.wet: Wi2021}},
                     path: [inburgeraar.persoon_id], owns: [inburgeraar.plicht_id]}}
        approval: automatic
        brake: {{persons: 1000, share: 1.0}}
"""
    town = town_of(tmp_path, HELD, OTHER, more_systems=more)
    second.register_person(1, HELD)
    correct(town, "20220301", HELD, OTHER)
    town.night("2022-03-01", "--shadow", status=None)
    installation = Installation(town.directory)
    night = installation.night(installation.municipalities()[0], date(2022, 3, 1))
    night.log = lambda text: asked(night) if text.startswith("cleaned inburgering") else None
    assert [line["cleaned"] for line in clean(night)["cleaning"]] == [2, 0]
    assert registered(town) == set() and registered(second) == {HELD}


def asked(night):
    hold(night, number_of(night, None, HELD), HoldTerms("21"), "A. Jansen", "bezwaar 4")


def statuses(town):
    return dict(town.sql("select p.bsn, i.status from inburgeraar i join persoon p on p.id = i.persoon_id"))


def test_under_restrict_everybody_on_hold_is_restricted_and_lifted_when_nothing_asks_for_it(tmp_path):
    town = town_of(tmp_path, HELD, OTHER, LATER, policy=RESTRICT)
    marked = "verwerking beperkt"
    on_hold(town, HELD, status=1)
    on_hold(town, OTHER, status=1)
    night = town.night("2022-02-27", status=1)
    assert statuses(town) == {HELD: marked, OTHER: marked, LATER: "actief"}
    assert night["cleaning"][0]["cleaned"] == 2 and night["persons"]["corrected"] == 0
    correct(town, "20220301", HELD)
    for who in (FIRST, SECOND):
        released(town, HELD, who=who)
        released(town, OTHER, who=who)
    night = town.night("2022-03-01", status=1)
    assert statuses(town) == {HELD: marked, OTHER: "actief", LATER: "actief"}
    assert standing(night) == [] and night["persons"]["corrected"] == 1


def test_no_supplier_is_asked_to_erase_somebody_on_hold_and_parties_are_told_as_before(tmp_path):
    town = town_of(tmp_path, HELD, OTHER, more_systems=SUPPLIED)
    town.sql("insert into verstrekking values (1, :bsn, 'school', 'K-1', '2022-01-20')", bsn=HELD)
    on_hold(town, HELD, status=1)
    correct(town, "20220301", HELD, OTHER)
    night = town.night("2022-03-01", status=1)
    assert night["notices"]["correction"] == 1
    (request,) = [json.loads(path.read_text()) for path in (town.directory / "out" / "volg").glob("*.json")]
    assert request["count"] == 1
    (reason,) = [one for one in night["gate"]["reasons"] if one["code"] == "supplier_unconfirmed"]
    assert (reason["count"], reason["on_hold"]) == (2, 1)
    on_hold(town, OTHER, status=1)
    night = town.night("2022-03-02", status=1)
    assert any("names 1 person(s) who are on hold; call the supplier" in text for text in night["attention"])


def test_a_hold_stays_when_two_persons_prove_to_be_one(tmp_path):
    town = town_of(tmp_path, HELD, OTHER)
    on_hold(town, OTHER, status=1)
    joins = [row("SS102", "11-01-2022", bsn, v="1000002002", group=FAMILY) for bsn in (HELD, OTHER)]
    town.offer("20220227", *joins)
    town.sql("delete from persoon where id = 2")  # else the two are set aside as double
    town.sql("delete from inburgeraar where id = 2")
    correct(town, "20220301", HELD)
    night = town.night("2022-03-01", status=1)
    assert night["persons"]["corrected"] == 1 and registered(town) == {HELD}
    assert night["cleaning"][0]["on_hold"] == 1


def test_worklist_dossier_and_account_say_that_somebody_is_on_hold_and_until_when(tmp_path):
    town = town_of(tmp_path, HELD)
    on_hold(town, HELD, "--until", "2022-06-30", status=1)
    correct(town, "20220301", HELD)
    town.night("2022-03-01", status=1)
    book = CalamineWorkbook.from_path(str(town.directory / "var" / "output" / "worklist" / "0000.xlsx"))
    cells = " ".join(str(cell) for line in book.get_sheet_by_index(0).to_python() for cell in line)
    assert "Beperking (AVG 18) tot en met 30-06-2022: wis niets van deze persoon." in cells.replace(" juni ", "-06-")
    assert "Een tweede persoon moet dit nog bevestigen." in cells
    evidence = ("notices", "evidence", "--person", "--by", "P. Officer")
    (dossier,) = town.json(*evidence, stdin=f"{HELD}\n", status=0)["dossiers"]
    assert [(one["ground"], one["until"], one["second_by"]) for one in dossier["holds"]] == [("18", "2022-06-30", None)]
    text = " ".join(town.hervat(*evidence, stdin=f"{HELD}\n").stdout.split())
    assert "beperking (AVG 18) tot en met 2022-06-30, door A. Jansen, nog te bevestigen" in text
    letter = tmp_path / "brief.txt"
    asked = ("person", "show", "--person", "1", "--anywhere", "--by", "P. Officer", "--letter", str(letter))
    (person,) = town.json(*asked, status=0)["persons"]
    (place,) = [place for place in person["places"] if place["table"] == "hold"]
    assert place["rows"][0]["reason"] == "verzoek 12"
    assert "u vroeg ons uw gegevens te beperken" in letter.read_text()
    report = next((town.directory / "var" / "output").rglob("*.html")).read_text()
    assert "Nog niet gewist, door een beperking of bezwaar (AVG 18 en 21): 1 persoon" in report


def test_who_is_not_in_the_register_and_what_is_no_number_is_refused_without_echo(tmp_path):
    town = town_of(tmp_path)
    for typed in (LATER, "1234"):
        assert typed not in json.dumps(on_hold(town, typed, status=2))


_KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
wrote = False
@event.listens_for(Engine, "after_cursor_execute")
def after(_connection, _cursor, statement, *rest):
    global wrote
    wrote = wrote or statement.startswith("UPDATE hold")
@event.listens_for(Engine, "commit")
def commit(_connection):
    if wrote:
        os.kill(os.getpid(), signal.SIGKILL)
from hervat.cli.commands import app
app(sys.argv[1:])
"""


def test_killed_before_the_second_person_is_recorded_nothing_has_changed(tmp_path):
    town = town_of(tmp_path, HELD)
    on_hold(town, HELD, status=1)
    correct(town, "20220301", HELD)
    for command in (HOLD, RELEASE):
        rows = town.register_rows("hold")
        arguments = [*command, "--person", "1", *SECOND, "--config", str(town.directory)]
        killed = subprocess.run([sys.executable, "-c", _KILLED, *arguments], capture_output=True, check=False)
        assert killed.returncode == -9, killed.stderr
        assert town.register_rows("hold") == rows and len(rows) == 1
        town.json(*command, "--person", "1", *SECOND)
    town.night("2022-03-01", status=1)
    assert registered(town) == {HELD}


class History:
    """Persons who are corrected, put on hold and released at random, and what a model says of who is on hold.

    holds: of each person, whose name is under the begin and the release of each hold, by its terms.
    """

    NAMES = ("A. Jansen", "B. de Vries", "C. Bakker")

    def __init__(self, place, seed):
        self.random, self.persons = random.Random(seed), [made_up_bsn(900 + seed * 10 + n) for n in range(4)]
        self.town = town_of(place, *self.persons, approval="required")
        self.holds = {bsn: {} for bsn in self.persons}
        self.corrected, self.day = set(), date(2022, 3, 1)

    def night(self):
        installation = Installation(self.town.directory)
        return installation.night(installation.municipalities()[0], self.day)

    def happen(self):
        bsn, who = self.random.choice(self.persons), self.random.choice(self.NAMES)
        act = self.random.choice((self.put, self.let, self.correct, self.correct))
        act(bsn, who)

    def put(self, bsn, who):
        until = self.random.choice((None, self.day, self.day + timedelta(2)))
        terms, night = HoldTerms(self.random.choice(("18", "21")), until), self.night()
        known = self.holds[bsn].get(terms)
        refused = known is not None and (known["second"] or known["by"] == who)
        assert outcome(lambda: hold(night, number_of(night, None, bsn), terms, who, "x")) == (
            "refused" if refused else known is not None
        )
        if known is None:
            self.holds[bsn][terms] = {"by": who, "second": None, "let": None}
        elif not refused:
            known["second"] = who

    def let(self, bsn, who):
        night, rows = self.night(), self.holds[bsn]
        refused = all(made["let"] == who for made in rows.values())
        for terms, made in list(rows.items()):
            if made["let"] is None:
                made["let"] = who
            elif made["let"] != who:
                del rows[terms]
        found = outcome(lambda: release(night, number_of(night, None, bsn), who, "x"))
        assert found == ("refused" if refused else not rows), (bsn, who, rows)

    def correct(self, bsn, _who):
        if bsn not in self.corrected:
            self.corrected.add(bsn)
            correct(self.town, f"{self.day:%Y%m%d}", bsn)

    def pass_night(self):
        """Approve what waits, live a night, approve again and live it again; hold the systems against the model."""
        for rows in self.holds.values():
            for terms in [terms for terms in rows if terms.until and terms.until < self.day]:
                del rows[terms]
        before = registered(self.town)
        self.town.night(str(self.day), status=None)
        for plan in self.town.json("plan")["plans"]:
            self.town.json("approve", plan["hash"], "--by", "D. Smit", status=0)
        kept = {bsn for bsn in before if self.holds[bsn] or bsn not in self.corrected}
        assert kept <= registered(self.town) <= before


def outcome(act):
    try:
        return act()
    except UsageError:
        return "refused"


@pytest.mark.parametrize("seed", range(MORE))
def test_in_a_random_history_nobody_on_hold_is_ever_erased(tmp_path, seed):
    history = History(tmp_path, seed)
    for _ in range(4):
        for _ in range(history.random.randint(3, 6)):
            history.happen()
        history.pass_night()
        history.day += timedelta(1)
    for rows in history.holds.values():
        rows.clear()
    history.day = date(2022, 3, 20)
    for bsn in history.persons:
        for who in history.NAMES[:2] * 2:
            outcome(lambda bsn=bsn, who=who: release(night := history.night(), number_of(night, None, bsn), who, "x"))
    history.pass_night()
    history.pass_night()
    assert registered(history.town) == set(history.persons) - history.corrected
