"""Report and worklist of a real register and a real local system: the first holds counts, the second the persons."""

import pytest
from python_calamine import CalamineWorkbook

from hervat.report import markdown, table
from hervat.status import look_over
from hervat.tasks.report import STEP
from tests.support.caseload import AFTER, Caseload
from tests.support.notice_world import made_up_bsn


@pytest.fixture
def cases(tmp_path):
    caseload = Caseload(tmp_path)
    with caseload.local() as local:
        local.execute("create table persoon (id integer primary key, bsn text)")
        local.execute("create table inburgeraar (id integer primary key, persoon_id integer references persoon (id))")
        for number in (2, 90):
            local.execute("insert into persoon values (?, ?)", (number, made_up_bsn(number)))
            local.execute("insert into inburgeraar values (?, ?)", (number, number))
    caseload.fill()
    caseload.quarantine()
    yield caseload
    caseload.register.close()


def seeded(cases):
    names = ["Çelik", "Đặng", "van der", "=2+2", "@SUM", "1990", "03-02", "3 februari", "1234567890"]
    return names + [made_up_bsn(number) for number in range(6)] + [made_up_bsn(90)]


def test_the_report_counts_persons_and_names_none(cases):
    night = cases.night_on(AFTER)
    STEP.run(night)
    assert night.errors == []
    page = cases.settings.output / "report" / "0000" / f"{AFTER}.html"
    overview = look_over(night).overview
    text = page.read_text(encoding="utf-8") + markdown(overview) + str(table(overview))
    assert "Voorbeeldstad" in text and "0 van 1" in text
    assert [word for word in seeded(cases) if word in text] == []


def test_the_report_shows_the_tables_of_each_database(cases, monkeypatch):
    monkeypatch.setattr("hervat.erasure.planning.table_counts._counts", None)  # a night that counts for it fails here
    night = cases.night_on(AFTER)
    STEP.run(night)
    assert night.errors == []
    text = (cases.settings.output / "report" / "0000" / f"{AFTER}.html").read_text(encoding="utf-8")
    picture = text[text.index('<svg role="img"') : text.index("</svg>", text.index('<svg role="img"'))]
    assert ">De tabellen van inburgering</title>" in picture
    assert "persoon: persoon, nooit gewist; inburgeraar: begin van het dossier" in picture
    assert [word for word in seeded(cases) if word in picture] == []


def test_the_worklist_of_the_same_night_holds_them_with_the_orphan(cases):
    STEP.run(cases.night_on(AFTER))
    book = CalamineWorkbook.from_path(str(cases.settings.output / "worklist" / "0000.xlsx"))
    cells = {cell for row in book.get_sheet_by_name("Personen").to_python() for cell in row}
    assert {made_up_bsn(2), made_up_bsn(90), "Çelik, Đặng van der", "Niet bekend in de PIB"} <= cells
