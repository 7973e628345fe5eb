"""What is read back from a filled-in worklist: files and rows that are taken, known, refused, or contradict."""

import stat
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from hervat import journal
from hervat.answers import current, folder, read_answers
from hervat.answers import workbook as books
from hervat.answers.form import REASONS
from hervat.dutch.words import ANSWERS, QUARANTINE
from hervat.intake.persons import merge_persons
from hervat.register.models import Answer, AnswerFile, Decision, JournalLine, WrongNotification
from hervat.report import write_worklist
from hervat.settings import Worklist
from hervat.status.register_counts import answers as refused_lines
from tests.support.answering import fill_in, people_on, sheets_of, write_book
from tests.support.caseload import AFTER, Caseload
from tests.support.notice_world import CODE, made_up_bsn

MONDAY, TUESDAY = datetime(2022, 4, 4, 10), datetime(2022, 4, 5, 10)
TALKED = {"Gesproken op": date(2022, 4, 1), "Wie": "A. Jansen"}
DAY = date(2022, 4, 6)


class Office(Caseload):
    """The caseload with a folder for answers and someone who fills in the worklist."""

    def __init__(self, place):
        super().__init__(place)
        self.answers = place / "answers"
        self.answers.mkdir()
        self.said = []
        self.municipality = self.municipality.model_copy(update={"worklist": Worklist(answers=self.answers)})
        self.fill()

    def night_on(self, day):
        return replace(super().night_on(day), municipality=self.municipality, log=self.said.append)

    def worklist(self, day=AFTER):
        with self.register.session() as session:
            return write_worklist(session, self.night_on(day), self.people(day))

    def put(self, answers, name="list.xlsx", made_at=MONDAY):
        return fill_in(self.worklist(), self.answers / name, answers, made_at)

    def read(self, day=DAY, shadow=False):
        night = replace(self.night_on(day), shadow=shadow)
        counts = read_answers(night)["answers"]
        return {name: count for name, count in counts.items() if count}, night

    def of(self, story):
        with self.register.session() as session:
            found = current(session, self.keyring, [self.ids[story]])
        return found[self.ids[story]].answer.given if found else {}

    def rows(self, model):
        with self.register.session() as session:
            return session.scalars(select(model).order_by(model.id)).all()

    def register_lines(self, table):
        with self.register.session() as session:
            return session.execute(text(f"select * from {table}")).all()

    def refused(self):
        with self.register.session() as session:
            return refused_lines(session, CODE)

    def journalled(self):
        with self.register.session() as session:
            assert journal.verify(session, CODE) == []
            lines = session.scalars(select(JournalLine).order_by(JournalLine.seq)).all()
        return [(one.actor, one.action, one.object, one.result) for one in lines if one.action != "worklist written"]


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.register.close()


def test_what_is_filled_in_is_known_shown_on_the_next_worklist_and_asked_no_more(office):
    person = office.ids["corrected"]
    office.put(
        {
            person: TALKED
            | {
                "Brief van DUO": "ontvangen",
                "Kennisgeving van": date(2022, 1, 12),
                "Hulp gevraagd": "ja",
                "Opmerking": "Belt terug",
            }
        }
    )
    counts, _ = office.read()
    assert counts == {"files": 1, "new": 1}
    shown = next(row for row in people_on(office.worklist()) if row["Nummer"] == person)
    assert shown["Brief van DUO"] == "ontvangen" and shown["Hulp gevraagd"] == "ja"
    assert (shown["Kennisgeving van"], shown["Gesproken op"]) == (date(2022, 1, 12), date(2022, 4, 1))
    assert (shown["Opmerking"], shown["Wie"]) == ("Belt terug", "A. Jansen")
    assert shown["Wat te doen"] == "Niets. De situatie is besproken."
    assert "Vroeg om hulp bij DUO." in shown["Let op"]


def test_a_kennisgeving_is_recorded_as_the_command_does(office):
    office.put({office.ids["corrected"]: TALKED | {"Kennisgeving van": "12-1-2022"}})
    office.read()
    (row,) = office.rows(WrongNotification)
    assert (row.person_id, row.date, row.by) == (office.ids["corrected"], date(2022, 1, 12), "A. Jansen")
    assert office.journalled() == [
        ("A. Jansen", "kennisgeving", f"person {office.ids['corrected']}", "recorded"),
        ("A. Jansen", "answered", "answer file 1", "1 person"),
        ("tester", "answers read", "answer file 1", "1 new, 0 known, 0 refused"),
    ]


def test_geen_is_a_fact_and_is_not_asked_again(office):
    person = office.ids["corrected"]
    office.put({person: TALKED | {"Kennisgeving van": " Geen "}})
    office.read()
    assert office.rows(WrongNotification) == []
    assert office.of("corrected")["notification"] == "geen"
    shown = next(row for row in people_on(office.worklist()) if row["Nummer"] == person)
    assert shown["Kennisgeving van"] == "geen" and "kennisgeving" not in shown["Wat te doen"]
    assert "Bespreek" not in shown["Wat te doen"] and "brief van DUO" in shown["Wat te doen"]


def test_a_file_is_known_by_its_hash_and_a_worklist_that_says_nothing_new_changes_nothing(office):
    office.put({office.ids["corrected"]: TALKED})
    assert office.read()[0] == {"files": 1, "new": 1}
    (office.answers / "list.xlsx").rename(office.answers / "other name.xlsx")
    assert office.read()[0] == {"files_known": 1}
    fill_in(
        office.worklist(), office.answers / "next.xlsx", {}, TUESDAY
    )  # the next list comes back, filled in by hervat
    assert office.read()[0] == {"files_known": 1, "files": 1, "known": 1}
    assert len(office.rows(Answer)) == 1


def test_of_two_that_contradict_the_later_file_counts_and_both_are_journalled(office):
    person = office.ids["corrected"]
    office.put(
        {person: TALKED | {"Brief van DUO": "ontvangen", "Kennisgeving van": date(2022, 1, 12)}}, "b.xlsx", TUESDAY
    )
    office.put(
        {person: {"Brief van DUO": "niet ontvangen", "Kennisgeving van": "geen", "Wie": "B. de Vries"}},
        "a.xlsx",
        MONDAY,
    )
    office.read()
    assert (office.of("corrected")["letter"], office.of("corrected")["notification"]) == (
        "ontvangen",
        date(2022, 1, 12),
    )
    assert [row.date for row in office.rows(WrongNotification)] == [date(2022, 1, 12)]
    told = [line for line in office.journalled() if line[1] in ("answers differ", "answered")]
    assert told == [
        ("B. de Vries", "answered", "answer file 1", "1 person"),
        ("tester", "answers differ", f"person {person}", "letter, notification: the later file counts"),
        ("A. Jansen", "answered", "answer file 2", "1 person"),
    ]
    assert len(office.rows(Answer)) == 2  # nothing is lost


def test_a_file_that_comes_late_does_not_undo_a_later_one(office):
    person = office.ids["corrected"]
    office.put({person: TALKED | {"Kennisgeving van": "geen"}}, "b.xlsx", TUESDAY)
    office.read()
    office.put({person: {"Kennisgeving van": date(2022, 1, 12), "Hulp gevraagd": "ja", "Wie": "B"}}, "a.xlsx", MONDAY)
    office.read()
    assert office.of("corrected") == {"notification": "geen", "help": "ja", "spoken": date(2022, 4, 1)}
    assert office.rows(WrongNotification) == []
    assert (
        "tester",
        "answers differ",
        f"person {person}",
        "notification: a later file was read already and counts",
    ) in (office.journalled())


def test_what_an_older_worklist_showed_already_undoes_nothing(office):
    """Two colleagues work on one day's list: who saves last may not put back what the other has changed."""
    person, other = office.ids["corrected"], office.ids["reinstated"]
    office.put({person: TALKED | {"Brief van DUO": "ontvangen", "Opmerking": "eerst"}}, "first.xlsx", MONDAY)
    office.read(date(2022, 4, 5))
    of_the_day = office.worklist(date(2022, 4, 5)).read_bytes()
    (office.folder / "list.xlsx").write_bytes(of_the_day)
    changed = {person: {"Brief van DUO": "niet ontvangen", "Opmerking": "later", "Wie": "A"}}
    fill_in(office.folder / "list.xlsx", office.answers / "a.xlsx", changed, datetime(2022, 4, 5, 11))
    fill_in(office.folder / "list.xlsx", office.answers / "b.xlsx", {other: TALKED}, datetime(2022, 4, 5, 12))
    assert office.read(date(2022, 4, 6))[0] == {"files_known": 1, "files": 2, "new": 2, "known": 1}
    assert (office.of("corrected")["letter"], office.of("corrected")["remark"]) == ("niet ontvangen", "later")
    assert office.of("reinstated")["spoken"] == date(2022, 4, 1)


def test_geen_takes_back_what_was_recorded_unless_a_choice_rests_on_it(office):
    person = office.ids["corrected"]
    office.notified("corrected")
    office.put({person: {"Kennisgeving van": "geen", "Wie": "A"}})
    office.read()
    assert office.rows(WrongNotification) == []
    office.notified("corrected")
    office.decided("corrected", "Wi2013", date(2022, 5, 24))
    office.put({person: {"Kennisgeving van": "geen", "Wie": "B"}}, "later.xlsx", TUESDAY)
    assert office.read()[0] == {"files_known": 1, "files": 1, "refused": 1}
    assert [row.reason for row in office.refused()] == ["choice_made"]
    assert len(office.rows(WrongNotification)) == len(office.rows(Decision)) == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Brief van DUO": "misschien", "Wie": "A"}, "letter_unknown"),
        ({"Gesproken op": "gisteren", "Wie": "A"}, "day_malformed"),
        ({"Gesproken op": "31-02-2022", "Wie": "A"}, "day_malformed"),
        ({"Gesproken op": date(2022, 4, 7), "Wie": "A"}, "day_to_come"),
        ({"Gesproken op": date(2021, 12, 31), "Wie": "A"}, "day_too_early"),
        ({"Hulp gevraagd": "veel", "Wie": "A"}, "help_unknown"),
        ({"Opmerking": "x" * 2001, "Wie": "A"}, "text_too_long"),
        ({"Opmerking": "a\x07b", "Wie": "A"}, "control_characters"),
        ({"Hulp gevraagd": "ja"}, "who_missing"),
        ({"Hulp gevraagd": "ja", "Wie": made_up_bsn(2)}, "who_wrong"),
        ({"Hulp gevraagd": "ja", "Wie": "..."}, "who_wrong"),
        ({"Hulp gevraagd": "ja", "Wie": "A", "Nummer": 9999, "BSN": "", "V-nummer": ""}, "person_unknown"),
        ({"Hulp gevraagd": "ja", "Wie": "A", "BSN": made_up_bsn(1)}, "persons_differ"),
        ({"Hulp gevraagd": "ja", "Wie": "A", "Signaal": "SS101"}, "at_a_signal"),
        ({"Kennisgeving van": date(2022, 4, 7), "Wie": "A"}, "kennisgeving_refused"),
        ({"Kennisgeving van": date(2021, 12, 31), "Wie": "A"}, "kennisgeving_refused"),
    ],
)
def test_a_wrong_row_is_told_by_file_row_and_reason_and_the_others_count(office, cells, reason):
    wrong, right = office.ids["corrected"], office.ids["reinstated"]
    office.put({right: TALKED})  # keyed by number first: the wrong row may change its own
    path = fill_in(office.answers / "list.xlsx", office.answers / "list.xlsx", {wrong: cells}, MONDAY)
    titles, *rows = sheets_of(path)["Personen"]
    place = next(
        n
        for n, row in enumerate(rows, 2)
        if row[titles.index("Naam")] == "Çelik, Đặng van der" and row[titles.index("Wie")] != "A. Jansen"
    )
    counts, night = office.read()
    assert counts == {"files": 1, "new": 1, "refused": 1}
    assert [(one.file, one.reason, one.rows) for one in office.refused()] == [("list.xlsx", reason, (place,))]
    assert office.of("corrected") == {} and office.of("reinstated")["spoken"] == date(2022, 4, 1)
    values = [str(value) for value in cells.values() if len(str(value)) > 3]
    told = str([office.journalled(), office.said, night.errors, night.attention, office.refused()])
    assert not any(value in told for value in values if value not in ("geen", "9999", "SS101"))


def test_every_reason_is_met_and_told_in_dutch():
    assert set(REASONS) <= set(ANSWERS)
    assert set(books.REASONS) <= {*ANSWERS, *QUARANTINE}


def test_a_row_whose_mistake_was_mended_is_read_and_told_no_more(office):
    person = office.ids["corrected"]
    office.put({person: {"Hulp gevraagd": "veel", "Wie": "A"}})
    office.read()
    assert len(office.refused()) == 1
    assert office.read()[0] == {"files_known": 1} and len(office.refused()) == 1  # it lies there still
    office.put({person: {"Hulp gevraagd": "ja", "Wie": "A"}})
    assert office.read()[0] == {"files": 1, "new": 1}
    assert office.refused() == [] and office.of("corrected") == {"help": "ja"}


def refused_whole(office):
    counts, night = office.read()
    assert counts == {"files_refused": 1} and night.errors == []
    assert office.rows(Answer) == []
    (line,) = office.refused()
    assert line.rows == ()
    assert [one[1] for one in office.journalled()] == ["answers refused"]
    assert office.read()[0] == {"files_known": 1}  # once
    return line.reason


def test_a_file_that_is_no_workbook_is_refused_whole(office):
    (office.answers / "list.xlsx").write_bytes(b"no workbook")
    assert refused_whole(office) == "bad_workbook"


def test_a_file_of_another_kind_is_refused_whole(office):
    (office.answers / "list.csv").write_text("Nummer;Wie")
    assert refused_whole(office) == "not_xlsx"


def test_another_workbook_is_refused_whole(office):
    write_book(office.answers / "list.xlsx", {"Personen": [["Naam"], ["x"]], "Uitleg": [["iets", "anders"]]})
    assert refused_whole(office) == "not_a_worklist"


@pytest.mark.parametrize("gone", ["Uitleg", "Personen"])
def test_a_worklist_without_one_of_its_sheets_is_refused_whole(office, gone):
    path = office.put({office.ids["corrected"]: TALKED})
    sheets = sheets_of(path)
    del sheets[gone]
    write_book(path, sheets)
    assert refused_whole(office) == "not_a_worklist"


def test_another_municipalitys_worklist_is_refused_whole(office):
    path = office.put({office.ids["corrected"]: TALKED})
    sheets = sheets_of(path)
    for row in sheets["Uitleg"]:
        row[1] = "0001" if row[0] == "Gemeentecode" else row[1]
    write_book(path, sheets)
    assert refused_whole(office) == "other_municipality"


@pytest.mark.parametrize(("change", "reason"), [("", "columns_missing"), ("Opmerking", "columns_doubled")])
def test_a_worklist_without_a_column_or_with_it_twice_is_refused_whole(office, change, reason):
    path = office.put({office.ids["corrected"]: TALKED})
    sheets = sheets_of(path)
    titles = sheets["Personen"][0]
    titles[titles.index("Wie")] = change or "Wie?"
    if change:
        titles[0] = "Wie"
    write_book(path, sheets)
    assert refused_whole(office) == reason


def test_a_file_that_unpacks_too_large_is_refused_whole(office, monkeypatch):
    monkeypatch.setattr(folder, "_LARGEST", 100)
    office.put({office.ids["corrected"]: TALKED})
    assert refused_whole(office) == "too_large"


def test_what_excel_lays_beside_an_open_workbook_is_passed_by(office):
    (office.answers / "~$list.xlsx").write_bytes(b"x")
    (office.answers / ".hidden.xlsx").write_bytes(b"x")
    (office.answers / "folder").mkdir()
    assert office.read() and office.rows(AnswerFile) == []


def test_a_rehearsal_counts_and_writes_nothing(office):
    office.put({office.ids["corrected"]: TALKED | {"Kennisgeving van": date(2022, 1, 12)}})
    before = {name: office.register_lines(name) for name in ("answer", "answer_file", "journal", "wrong_notification")}
    assert office.read(shadow=True)[0] == {"files": 1, "new": 1}
    after = {name: office.register_lines(name) for name in before}
    assert after == before
    assert office.read()[0] == {"files": 1, "new": 1}


def test_remarks_and_names_are_sealed_in_the_register(office):
    office.put({office.ids["corrected"]: TALKED | {"Opmerking": "heel bijzonder"}})
    office.read()
    with office.register.session() as session:
        (sealed,) = session.execute(text("select sealed from answer")).scalars()
        columns = str(session.execute(text("select * from answer")).mappings().one())
    assert b"bijzonder" not in sealed and b"Jansen" not in sealed
    assert "Jansen" not in columns and "bijzonder" not in columns


def test_a_name_with_a_bsn_in_it_is_not_shown(office):
    path = office.put({office.ids["corrected"]: {"Hulp gevraagd": "veel", "Wie": "A"}})
    path.rename(office.answers / f"{made_up_bsn(2)}.xlsx")
    office.read()
    assert [one.file for one in office.refused()] == ["(name not shown)"]


def test_who_was_joined_with_another_keeps_his_answers_and_is_found_by_bsn(office):
    gone, stays = office.ids["corrected"], office.ids["released"]
    office.put({gone: TALKED})
    office.put({gone: {"Hulp gevraagd": "ja", "Wie": "B"}}, "later.xlsx", TUESDAY)
    (office.answers / "later.xlsx").rename(office.folder / "later.xlsx")
    office.read()
    with office.register.session() as session:
        merge_persons(session, CODE, {gone: stays})
    (office.folder / "later.xlsx").rename(office.answers / "later.xlsx")
    assert office.read()[0] == {"files_known": 1, "files": 1, "new": 1}
    assert office.of("released") == {"spoken": date(2022, 4, 1), "help": "ja"}


def test_no_folder_is_an_error_that_names_it_and_stops_nothing_else(office):
    office.answers.rmdir()
    counts, night = office.read()
    assert counts == {}
    (error,) = night.errors
    assert str(office.answers) in error and "FileNotFoundError" in error


def test_a_file_that_cannot_be_read_is_an_error_of_its_own(office, monkeypatch):
    office.put({office.ids["corrected"]: TALKED})
    office.put({office.ids["reinstated"]: TALKED}, "other.xlsx")
    digest = folder.hashlib.file_digest

    def refusing(file, name):
        if file.name.endswith("list.xlsx"):
            raise PermissionError
        return digest(file, name)

    monkeypatch.setattr(folder.hashlib, "file_digest", refusing)
    counts, night = office.read()
    assert counts == {"files": 1, "new": 1}
    assert night.errors == [
        "file 1 in the folder with answers can't be read (PermissionError); correct its permissions"
    ]


def test_without_a_folder_in_the_configuration_nothing_is_read(tmp_path):
    cases = Caseload(tmp_path)
    assert read_answers(cases.night_on(AFTER)) == {}
    cases.register.close()


def test_the_columns_to_fill_in_offer_what_may_be_chosen(office):
    with ZipFile(BytesIO(office.worklist().read_bytes())) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'dataValidations count="6"' in sheet
    assert '"ontvangen,niet ontvangen,weet niet"' in sheet and '"ja,nee"' in sheet
    assert 'type="date"' in sheet and 'type="custom"' in sheet and 'type="textLength"' in sheet


def test_the_folder_stays_as_it_is(office):
    path = office.put({office.ids["corrected"]: TALKED})
    before = path.read_bytes(), stat.S_IMODE(path.stat().st_mode), path.stat().st_mtime
    office.read()
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode), path.stat().st_mtime) == before


def test_many_rows_take_few_statements(office):
    from sqlalchemy import event

    office.put({office.ids[name]: TALKED for name in ("corrected", "reinstated", "released", "parked")})
    statements = []
    event.listen(office.register.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert office.read()[0] == {"files": 1, "new": 4}
    four = len(statements)
    assert four < 20
