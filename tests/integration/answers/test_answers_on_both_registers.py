"""A filled-in worklist on either register: read, rehearsed, known, and persons who are joined afterwards."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from hervat.answers import current, read_answers
from hervat.intake.persons import merge_persons
from hervat.register.models import Answer, AnswerFile, JournalLine, WrongNotification
from hervat.report import write_worklist
from hervat.settings import Worklist
from tests.support.answering import fill_in
from tests.support.caseload import AFTER, Caseload
from tests.support.notice_world import CODE

FILLED = {
    "Brief van DUO": "ontvangen", "Kennisgeving van": date(2022, 1, 12), "Gesproken op": date(2022, 4, 1),
    "Hulp gevraagd": "nee", "Opmerking": "Ünïcode, 'quotes'", "Wie": "A. Jansen",
}  # fmt: skip
TABLES = (Answer, AnswerFile, WrongNotification, JournalLine)


@pytest.fixture(params=["sqlite", "postgresql"])
def cases(request, tmp_path):
    more = [] if request.param == "sqlite" else [request.getfixturevalue("postgres_url")]
    caseload = Caseload(tmp_path, *more)
    caseload.fill()
    yield caseload
    caseload.register.close()


def counted(cases):
    with cases.register.session() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_it_is_rehearsed_read_known_and_kept_with_who_is_joined(cases, tmp_path):
    folder = tmp_path / "answers"
    folder.mkdir()
    municipality = cases.municipality.model_copy(update={"worklist": Worklist(answers=folder)})
    night = replace(cases.night_on(date(2022, 4, 6)), municipality=municipality)
    with cases.register.session() as session:
        worklist = write_worklist(session, replace(night, as_of=AFTER), cases.people(AFTER))
    person, other = cases.ids["corrected"], cases.ids["released"]
    wrong = {
        other: {"Hulp gevraagd": "x", "Wie": "A"},
        cases.ids["parked"]: {"Nummer": 10**12, "BSN": "", "Hulp gevraagd": "ja", "Wie": "A"},
    }
    fill_in(worklist, folder / "a.xlsx", {person: FILLED, **wrong}, datetime(2022, 4, 4))
    before = counted(cases)
    rehearsed = read_answers(replace(night, shadow=True))["answers"]
    assert (rehearsed["new"], rehearsed["refused"]) == (1, 2) and counted(cases) == before
    assert read_answers(night)["answers"] == rehearsed
    assert read_answers(night)["answers"]["files_known"] == 1
    assert counted(cases)[:3] == [1, 1, 1]
    with cases.register.session() as session:
        merge_persons(session, CODE, {person: other})
    with cases.register.session() as session:
        found = current(session, cases.keyring, [other])[other].answer
    assert (found.remark, found.who) == ("Ünïcode, 'quotes'", "A. Jansen")
    assert (found.letter, found.notification, found.spoken) == ("ontvangen", date(2022, 1, 12), date(2022, 4, 1))
