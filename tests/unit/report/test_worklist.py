"""The worklist, read back: order, signals under their person, text that stays text, its rights, the journal."""

import os
import re
import stat
from datetime import date, timedelta
from itertools import pairwise
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, insert, select

from hervat import journal
from hervat.bsn import Bsn
from hervat.errors import HervatError
from hervat.keyring import Keyring, SealError
from hervat.register.models import CleaningPlan, Identifier, JournalLine, Person, PlanPerson, SignalRow
from hervat.report import write_worklist
from hervat.report.dossiers import read_dossiers
from hervat.report.sheets import pixels, points
from hervat.rules.settler import STATES
from tests.support.caseload import AFTER, JANUARY, RESTART, Caseload
from tests.support.notice_world import CODE, made_up_bsn


@pytest.fixture
def cases(tmp_path):
    caseload = Caseload(tmp_path)
    yield caseload
    caseload.register.close()


def written(cases, day=AFTER, orphans=None):
    with cases.register.session() as session:
        return write_worklist(session, cases.night_on(day), cases.people(day), orphans or {})


def rows(path, sheet="Personen"):
    found = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def persons(path):
    return [row for row in rows(path) if not row["Signaal"]]


def by_number(path, number):
    return next(row for row in persons(path) if row["Nummer"] == number)


def test_one_row_a_person_in_the_order_of_the_work(cases):
    cases.fill()
    stranger, parked = Bsn(made_up_bsn(90)), Bsn(made_up_bsn(1))
    path = written(cases, orphans={"inburgering": [stranger, parked], "taalregister": [stranger]})
    told = [(row["Nummer"], row["Toestand"]) for row in persons(path)]
    ids = cases.ids
    assert told == [
        (ids["disputed"], "Betwist"), (ids["corrected"], "Registratie gecorrigeerd"),
        (ids["reinstated"], "Vrijgegeven"), (ids["parked"], "Geparkeerd"), ("", "Niet bekend in de PIB"),
        (ids["released"], "Vrijgegeven"), (ids["noted"], "Genoteerd"), (ids["bare"], "Genoteerd"),
    ]  # fmt: skip
    unknown = persons(path)[4]
    assert unknown["BSN"] == made_up_bsn(90)
    assert "inburgering, taalregister" in unknown["Let op"]
    assert "inburgering" in persons(path)[3]["Let op"]


def test_the_columns_begin_with_the_law_what_to_do_until_when_and_since(cases):
    cases.fill()
    path = written(cases)
    assert list(rows(path)[0])[:4] == ["Wet", "Wat te doen", "Uiterlijk", "Sinds"]
    laws = {name: by_number(path, cases.ids[name])["Wet"] for name in cases.ids}
    assert laws == {
        "corrected": "Wi2013", "disputed": "onbekend", "parked": "Wi2021", "released": "Wi2021",
        "reinstated": "Wi2021", "noted": "Wi2007", "bare": "Wi2013",
    }  # fmt: skip


def test_the_new_come_first_then_for_whom_something_must_be_done(cases):
    cases.fill()
    for story in ("released", "noted"):
        cases.settled(cases.ids[story], story, AFTER)
    cases.settled(cases.ids["corrected"], "corrected", AFTER - timedelta(days=2))
    cases.settled(cases.ids["disputed"], "disputed", AFTER - timedelta(days=3))
    path = written(cases)
    shown = [row["Nummer"] for row in persons(path)]
    ids = cases.ids
    assert shown[:5] == [ids["corrected"], ids["released"], ids["noted"], ids["disputed"], ids["reinstated"]]
    assert [by_number(path, one)["Let op"].startswith("Nieuw.") for one in shown] == [True] * 3 + [False] * 4


def test_a_day_by_which_it_must_be_done_comes_before_none(cases):
    cases.fill()
    cases.notified("corrected")
    path = written(cases, date(2022, 5, 30))
    first = persons(path)[0]
    assert (first["Nummer"], first["Uiterlijk"]) == (cases.ids["corrected"], date(2022, 7, 19))
    assert "Bespreek de keuze: Wi2013 of Wi2021." in first["Wat te doen"]


def test_what_the_caseworker_reads_has_no_command_in_it(cases):
    cases.fill()
    cases.quarantine()
    cases.notified("corrected")
    path = written(cases, date(2022, 5, 30), orphans={"inburgering": [Bsn(made_up_bsn(90))]})
    book = CalamineWorkbook.from_path(str(path))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert len(cells) > 100 and not [cell for cell in cells if "hervat " in cell or "--" in cell]


def test_every_signal_stands_under_its_person(cases):
    cases.fill()
    found = rows(written(cases))
    place = next(n for n, row in enumerate(found) if row["Nummer"] == cases.ids["corrected"])
    below = found[place + 1 : place + 3]
    assert [row["Signaal"] for row in below] == ["SS101", "SS190"]
    assert {row["Nummer"] for row in below} == {cases.ids["corrected"]}
    assert below[0]["Omschrijving"] == "Persoon is inburgeringsplichtig"
    assert (below[0]["Datum signaal"], below[0]["Laatst gezien"]) == (JANUARY, JANUARY)
    assert below[0]["Datum kennisgeving"] == date(2022, 1, 12)
    person = found[place]
    told = [
        "Wet",
        "Wat te doen",
        "Uiterlijk",
        "Sinds",
        "Naam",
        "BSN",
        "V-nummer",
        "Geboortedatum",
        "Doelgroep",
        "Toestand",
    ]
    assert [below[1][name] for name in told] == [person[name] for name in told]  # so a filter on it keeps both
    assert below[0]["Naam"] == "Çelik, Đặng van der"
    assert sum(bool(row["Signaal"]) for row in found) == 12


def test_the_signals_are_grouped_under_the_person(cases):
    cases.fill()
    with ZipFile(written(cases)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    rows = re.findall(r"<row [^>]*>", sheet)
    folded = [row for row in rows if 'outlineLevel="1"' in row]
    assert len(folded) == 12 and all('hidden="1"' in row for row in folded)
    above = [row for row in rows if 'collapsed="1"' in row]
    assert len(above) == 7 and not any('hidden="1"' in row for row in above)
    assert all(row in above for row, below in pairwise(rows) if below in folded and row not in folded)
    assert 'summaryBelow="0"' in sheet and "<autoFilter" in sheet and 'state="frozen"' in sheet


def test_on_paper_it_is_one_page_wide_in_letters_of_eight_points_with_what_must_stand_on_it(cases):
    cases.fill()
    cases.quarantine()
    from hervat.report import after_sheets, worklist
    from hervat.report.asking import EXPLAINED

    tables = [worklist.COLUMNS[: worklist.PRINTED], worklist.HELD, EXPLAINED, *after_sheets.TABLES]
    assert [points(width for _, width in table) >= 8 for table in tables] == [True] * len(tables)
    assert points(width for _, width in worklist.COLUMNS) < 8
    with ZipFile(written(cases)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        book = parts.read("xl/workbook.xml").decode()
    assert len(sheets) == 3
    for sheet in sheets:
        assert 'orientation="landscape"' in sheet and 'paperSize="9"' in sheet and 'fitToHeight="0"' in sheet
        assert "&amp;LVertrouwelijk" in sheet and "&amp;R01-04-2022" in sheet and "&amp;P van &amp;N" in sheet
        assert 'left="0.25"' in sheet and 'right="0.25"' in sheet  # what the widths are worked out with
        widths = [float(width) for width in re.findall(r'<col [^>]*width="([^"]+)"', sheet)]
        assert widths
    assert "Personen!$A$1:$O$20" in book and "_xlnm.Print_Area" in book and "_xlnm.Print_Titles" in book


def test_the_arithmetic_of_the_paper():
    assert points([10]) == 11  # never enlarged
    assert pixels([8.43, 10]) == 64 + 75  # as a spreadsheet shows these widths
    sheet = (297 / 25.4 - 0.5) * 96  # pixels at full size between the margins
    assert abs(points([sheet * 11 / 8 / 7]) - 8) < 0.2


def test_a_plan_that_names_the_person_is_told(cases):
    cases.fill()
    keys = {
        name: cases.keyring.pseudonym("bsn", made_up_bsn(number))
        for name, number in (("corrected", 2), ("disputed", 3))
    }
    with cases.register.session() as session:
        for system, status, policy, name in (
            ("inburgering", "waiting", "erase", "corrected"), ("dossiers", "ready", "restrict", "corrected"),
            ("archief", "executed", "erase", "disputed"),
        ):  # fmt: skip
            plan = CleaningPlan(
                municipality=CODE, system=system, hash=system * 5, occasion=0, policy=policy, content={},
                made_on=AFTER, status=status,
            )  # fmt: skip
            session.add(plan)
            session.flush()
            session.add(PlanPerson(plan_id=plan.id, key=keys[name]))
    path = written(cases)
    told = by_number(path, cases.ids["corrected"])["Wordt gewist"]
    assert told == "dossiers (afschermen), komende nacht\ninburgering, wacht op akkoord"
    assert by_number(path, cases.ids["disputed"])["Wordt gewist"] == ""


def test_what_is_known_of_a_person(cases):
    cases.fill()
    row = by_number(written(cases), cases.ids["corrected"])
    assert (row["BSN"], row["V-nummer"]) == (made_up_bsn(2), "1234567890")
    assert row["Naam"] == "Çelik, Đặng van der"
    assert row["Geboortedatum"] == date(1990, 2, 3)
    assert row["Doelgroep"] == "Gezinsvormer"
    assert row["Waarom"] == "Er is een correctiesignaal (SS190)."
    assert row["Wat te doen"].splitlines() == [
        "Bespreek de situatie met de persoon.",
        "Vraag: kwam er een brief van DUO over het stoppen van de inburgering?",
        "Vraag: kwam er een kennisgeving van DUO, en van welke dag?",
        "Vraag: is er hulp nodig bij DUO?",
    ]


def test_what_to_mind(cases):
    cases.fill()
    path = written(cases)
    assert "tienwekensignaal mag u negeren" in by_number(path, cases.ids["parked"])["Let op"]
    assert "doelgroep is onbekend" not in by_number(path, cases.ids["parked"])["Let op"]
    assert "SS198" in by_number(path, cases.ids["released"])["Let op"]
    assert "Teruggeplaatst" in by_number(path, cases.ids["reinstated"])["Let op"]
    assert "Wi2007" in by_number(path, cases.ids["noted"])["Let op"]
    assert "BSN is niet bekend" in by_number(path, cases.ids["bare"])["Let op"]
    assert "Beslis welke wet geldt." in by_number(path, cases.ids["disputed"])["Wat te doen"]
    ignored = [row["Signaal"] for row in rows(path) if row["Mag u negeren"] == "ja"]
    assert ignored == ["SS126"]


def test_an_unknown_group_is_flagged(cases):
    person = cases.ids["x"] = cases.person(made_up_bsn(9))
    cases.told(person, "SS101", JANUARY, AFTER, doelgroep="Iets anders")
    row = by_number(written(cases), person)
    assert row["Toestand"] == "Vrijgegeven" and "doelgroep is onbekend" in row["Let op"]


def test_two_bsns_are_flagged(cases):
    person = cases.person(made_up_bsn(9), made_up_bsn(10))
    cases.told(person, "SS101", JANUARY, AFTER)
    row = by_number(written(cases), person)
    assert row["BSN"] == ", ".join(sorted([made_up_bsn(9), made_up_bsn(10)]))
    assert "meer dan één BSN" in row["Let op"]


def test_a_choice_is_proposed_for_a_recorded_kennisgeving_and_from_its_day_only(cases):
    cases.fill()
    number = cases.ids["corrected"]
    assert by_number(written(cases, date(2022, 5, 24)), number)["Keuze"] == ""
    cases.notified("corrected")
    assert by_number(written(cases, date(2022, 5, 23)), number)["Keuze"] == "Een keuze kan vanaf 24-05-2022."
    row = by_number(written(cases, date(2022, 5, 24)), number)
    assert row["Keuze"] == "Voorstel: Wi2013, tenzij de persoon anders kiest."
    assert row["Kennisgeving van"] == date(2022, 1, 12) and "kwam er een kennisgeving" not in row["Wat te doen"]
    cases.decided("corrected", "Wi2013", date(2022, 5, 24))
    row = by_number(written(cases, date(2022, 5, 24)), number)
    assert row["Keuze"] == "" and "Besluit van 24-05-2022: Wi2013." in row["Let op"]


def test_since_when_comes_from_the_settled_state(cases):
    cases.fill()
    cases.settled(cases.ids["corrected"], "corrected", RESTART)
    assert by_number(written(cases), cases.ids["corrected"])["Sinds"] == RESTART


def test_what_looks_like_a_formula_stays_text(cases):
    cases.fill()
    cases.quarantine()
    path = written(cases)
    assert by_number(path, cases.ids["parked"])["Naam"].startswith("=2+2")
    assert by_number(path, cases.ids["disputed"])["Naam"] == "@SUM(A1)"
    assert by_number(path, cases.ids["released"])["Naam"] == "+31"
    with ZipFile(path) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_days_of_birth_that_excel_does_not_know_stay_text(cases):
    cases.fill()
    path = written(cases)
    assert by_number(path, cases.ids["disputed"])["Geboortedatum"] == "31-12-1899"
    assert by_number(path, cases.ids["released"])["Geboortedatum"] == "geen datum"


def test_the_quarantine_has_a_sheet_of_its_own_without_content(cases):
    cases.quarantine()
    whole, row = rows(written(cases), "Quarantaine")
    assert (whole["Bestand"], whole["Regel"], whole["Reden"]) == (
        "=cmd.csv",
        "hele bestand",
        "Het bestand is afgebroken",
    )
    assert (row["Bestand"], row["Regel"], row["Reden"], row["Sinds"]) == ("PIB_a.csv", 7, "Het BSN klopt niet", AFTER)


def test_it_is_readable_by_its_owner_alone_and_leaves_nothing_beside_it(cases):
    cases.fill()
    old = os.umask(0)
    try:
        path = written(cases)
    finally:
        os.umask(old)
    assert path == cases.settings.output / "worklist" / "0000.xlsx"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["0000.xlsx"]


def test_it_is_overwritten_each_night_and_every_writing_is_journalled(cases):
    first = written(cases)
    assert persons(first) == []
    cases.fill()
    assert len(persons(written(cases))) == 7
    with cases.register.session() as session:
        lines = session.scalars(select(JournalLine).order_by(JournalLine.seq)).all()
        assert journal.verify(session, CODE) == []
    assert [(line.actor, line.action, line.object, line.result, line.origin) for line in lines] == [
        ("tester", "worklist written", "0000.xlsx", "0 persons", "run"),
        ("tester", "worklist written", "0000.xlsx", "7 persons", "run"),
    ]


def test_the_same_night_writes_the_same_bytes(cases):
    cases.fill()
    first = written(cases).read_bytes()
    assert written(cases).read_bytes() == first


def test_what_a_killed_run_left_is_swept(cases):
    folder = cases.settings.output / "worklist"
    (folder / ".0000.scratch").mkdir(parents=True)
    (folder / ".0000.scratch" / "half").write_text("x")
    (folder / "0000.xlsx.part").write_text("x")
    assert [one.name for one in written(cases).parent.iterdir()] == ["0000.xlsx"]


def test_other_keys_are_an_error_without_names_and_the_old_file_stays(cases):
    cases.fill()
    path = written(cases)
    before = path.read_bytes()
    cases.keyring = Keyring(b"x" * 32, CODE)
    with pytest.raises(SealError) as caught:
        written(cases)
    assert isinstance(caught.value, HervatError) and "Çelik" not in str(caught.value)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["0000.xlsx"]


def test_a_dossier_shows_nothing_of_the_person_when_printed(cases):
    cases.fill()
    people = cases.people(AFTER)
    with cases.register.session() as session:
        dossiers = list(read_dossiers(session, cases.keyring, people, sorted(people.verdicts), {}))
    shown = re.sub(
        r" at 0x[0-9a-f]+", "", repr(dossiers) + "".join(map(str, dossiers))
    )  # an address may hold any digits
    assert not any(word in shown for word in ("Çelik", "1990", made_up_bsn(2), "1234567890"))


def test_2000_persons_are_read_in_few_queries(cases):
    signals = [("SS101", JANUARY), ("SS120", JANUARY), ("SS127", JANUARY)]
    with cases.register.session() as session:
        ids = list(session.scalars(insert(Person).returning(Person.id), [{"municipality": CODE} for _ in range(2000)]))
        session.execute(
            insert(Identifier),
            [
                {
                    "municipality": CODE, "kind": "v", "pseudonym": f"{one:064}", "person_id": one,
                    "sealed": cases.keyring.seal(str(one).encode(), "identifier"),
                }
                for one in ids
            ],
        )  # fmt: skip
        session.execute(
            insert(SignalRow),
            [
                {
                    "municipality": CODE, "person_id": one, "code": code, "date": day, "wet": "Wi2021",
                    "gemeentecode": CODE, "first_seen": day, "last_seen": day, "may_be_ignored": False,
                }
                for one in ids
                for code, day in signals
            ],
        )  # fmt: skip
    people = cases.people(AFTER)
    statements = []
    event.listen(cases.register.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with cases.register.session() as session:
        path = write_worklist(session, cases.night_on(AFTER), people, {})
    assert len(statements) < 20
    assert len(rows(path)) == 8000


def test_for_every_state_it_is_told_what_to_do():
    from hervat.report.work import _REST

    assert set(_REST) == set(STATES)


def test_a_full_sheet_is_an_error_and_leaves_nobody_out_silently(tmp_path):
    from io import BytesIO

    from hervat.report.files import WriteFailed
    from hervat.report.sheets import WorklistSheet, workbook

    with workbook(BytesIO(), tmp_path, AFTER) as book:
        sheet = WorklistSheet(book, "Personen", [("Nummer", 9)])
        sheet._row = 1_048_576
        with pytest.raises(WriteFailed, match="is full"):
            sheet.write([1])
