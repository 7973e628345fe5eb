"""Two nights over the command line: a worklist is filled in, read back the next night, shown and asked no more."""

from datetime import date

import pytest

from tests.support.answering import fill_in, people_on
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

WRONG = [made_up_bsn(n) for n in (41, 42)]
ANSWERS = """    worklist: {answers: ingevuld}
"""


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path / "town", more=ANSWERS)
    (town.directory / "ingevuld").mkdir()
    town.offer("20220112", *[row("SS101", "10-01-2022", bsn, group=FAMILY, name="Verzonnen") for bsn in WRONG])
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in WRONG])
    return town


def worklist(town):
    return town.directory / "var" / "output" / "worklist" / "0000.xlsx"


def of(town, bsn):
    return next(row for row in people_on(worklist(town)) if row["BSN"] == bsn)


def test_what_is_filled_in_comes_back_the_next_night_and_is_asked_no_more(town):
    town.night("2022-03-02")
    assert "Bespreek de situatie" in of(town, WRONG[0])["Wat te doen"]
    answers = {
        WRONG[0]: {
            "Brief van DUO": "ontvangen", "Kennisgeving van": date(2022, 1, 12), "Gesproken op": date(2022, 3, 2),
            "Hulp gevraagd": "nee", "Opmerking": "Komt dinsdag terug", "Wie": "A. Jansen",
        },
        WRONG[1]: {"Kennisgeving van": "2022-01-35", "Wie": "A. Jansen"},
    }  # fmt: skip
    filled = fill_in(worklist(town), town.directory / "ingevuld" / "van Anne.xlsx", answers)
    rehearsed = town.hervat("run", "--as-of", "2022-03-03", "--shadow")
    assert "1 row new, 0 known, 1 refused (rehearsed)" in rehearsed.stdout + rehearsed.stderr
    assert town.register_rows("answer") == town.register_rows("answer_file") == []

    told = town.night("2022-03-03", status=1)
    place = 2 + [row["BSN"] for row in _all_rows(filled)].index(WRONG[1])
    assert told["errors"] == []
    assert told["attention"] == [f"filled-in worklist van Anne.xlsx: 1 row refused (day_malformed): {place}"]
    shown = of(town, WRONG[0])
    assert shown["Wat te doen"] == "Niets. De situatie is besproken."
    assert (shown["Kennisgeving van"], shown["Opmerking"]) == (date(2022, 1, 12), "Komt dinsdag terug")
    assert shown["Wie"] == "A. Jansen"
    assert "Bespreek de situatie" in of(town, WRONG[1])["Wat te doen"]
    report = (town.directory / "var" / "output" / "report" / "0000" / "laatste.html").read_text().replace("<wbr>", "")
    assert "van Anne.xlsx" in report and "een datum klopt niet" in report
    assert "2022-01-35" not in report and "dinsdag" not in report

    filled.unlink()
    again = town.night("2022-03-04")
    assert again["attention"] == [] and len(town.register_rows("answer")) == 1


def _all_rows(path):
    from tests.support.answering import sheets_of

    titles, *rows = sheets_of(path)["Personen"]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_the_recorded_kennisgeving_opens_the_choice_of_law(town):
    town.night("2022-03-02")
    answers = {WRONG[0]: {"Kennisgeving van": date(2022, 1, 12), "Gesproken op": date(2022, 3, 2), "Wie": "A"}}
    fill_in(worklist(town), town.directory / "ingevuld" / "a.xlsx", answers)
    number = int(of(town, WRONG[0])["Nummer"])
    town.night("2022-05-25", status=None)
    shown = of(town, WRONG[0])
    assert "Bespreek de keuze: Wi2013 of Wi2021." in shown["Wat te doen"]
    assert shown["Uiterlijk"] == date(2022, 7, 19) and shown["Keuze"].startswith("Voorstel: Wi2013")
    asked = ("--law", "Wi2021", "--date", "2022-05-25", "--by", "A", "--reason", "keuze")
    assert town.hervat("optin", "record", "--person", str(number), *asked).exit_code == 0


def test_a_folder_that_is_not_there_is_told_by_doctor_and_by_the_night(town):
    (town.directory / "ingevuld").rmdir()
    told = town.night("2022-03-02", status=3)
    assert any("ingevuld" in error for error in told["errors"])
    examined = town.json("doctor", status=3)
    assert any("ingevuld" in line for line in examined["failing"])
