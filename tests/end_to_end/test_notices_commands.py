"""`hervat notices`: show, confirm, resend, evidence, and one person's dossier; letters as a page. All persons are made up."""

import json
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from hervat.notices.letter_pages import html_of
from hervat.notices.request import Asked
from tests.support.letters import GEMEENTE, duo, facts, recipient, written
from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, OTHER, NUMBER = made_up_bsn(61), made_up_bsn(62), "0000-20220301-0001"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town") / "gemeente")
    for number, bsn in enumerate((WRONG, OTHER), 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :bsn, 'school', :k, '2022-01-12')", n=number, bsn=bsn, k=f"K-{number}"
        )
    told = {"group": FAMILY, "name": "Achternaam-Verzonnen", "first": "Voornaam-Verzonnen", "born": "02-03-1980"}
    town.offer("20220112", *[row("SS101", "10-01-2022", bsn, **told) for bsn in (WRONG, OTHER)])
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "10-01-2022", OTHER, group=FAMILY))
    town.night("2022-03-01", status=0)
    return town


def test_show_and_evidence_tell_the_course_of_a_notice_and_name_nobody(town):
    out = town.hervat("notices", "show", NUMBER).stdout
    assert f"{NUMBER}  correctie aan school (derde partij), 1 persoon" in out
    assert "verstuurd op 2022-03-01, pogingen: 1" in out and "geen antwoord" in out
    assert "notice composed, correction to party school, 1 person(s)" in out
    shown = town.json("notices", "show", NUMBER, status=0)
    sent = (town.directory / "out/school" / f"{NUMBER}-correction.json").read_bytes()
    import hashlib

    assert shown["sha256"] == hashlib.sha256(sent).hexdigest()
    (found,) = town.json("notices", "evidence", "--party", "school", status=0)["notices"]
    assert found == shown
    assert town.json("notices", "evidence", "--party", "welzijn", status=0) == {"notices": []}
    assert not [mark for mark in (WRONG, "K-1", "Verzonnen") if mark in json.dumps(shown)]
    assert "there is no notice of that number" in str(town.json("notices", "show", "0000-20220301-0009", status=2))


def test_an_answer_by_telephone_and_one_in_a_file_are_recorded(town, tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"number": NUMBER, "status": "received", "day": "2022-03-02"}))
    for new in (True, False):
        assert town.json("notices", "confirm", str(path), "--by", "A. Jansen", status=0) == {
            "number": NUMBER,
            "new": new,
        }
    said = (
        "notices",
        "confirm",
        "--number",
        NUMBER,
        "--status",
        "refused",
        "--reason",
        "geen dossier",
        "--date",
        "2022-03-03",
    )
    assert town.json(*said, "--by", "A. Jansen", status=0)["new"]
    answers = town.json("notices", "show", NUMBER, status=0)["answers"]
    assert [(one["status"], one["way"], one["by"], one["reason"]) for one in answers] == [
        ("received", "hand", "A. Jansen", None), ("refused", "hand", "A. Jansen", "geen dossier"),
    ]  # fmt: skip
    assert "geen dossier" in town.hervat("notices", "show", NUMBER).stdout
    assert any(
        "refused or did only in part" in line
        for line in town.json("status", "--as-of", "2022-03-03", status=1)["attention"]
    )
    assert "give either a file" in str(town.json("notices", "confirm", "--by", "A", status=2))
    path.write_text(json.dumps({"number": "0363-20220301-0001", "status": "received", "day": "2022-03-02"}))
    assert "no notice that was sent from here" in str(town.json("notices", "confirm", str(path), "--by", "A", status=2))
    town.json(
        "notices",
        "confirm",
        "--number",
        NUMBER,
        "--status",
        "done",
        "--date",
        "2022-03-04",
        "--by",
        "A. Jansen",
        status=0,
    )
    assert town.json("status", "--as-of", "2022-03-04")["attention"] == []


def test_resend_sends_the_same_bytes_and_is_journalled(town):
    path = town.directory / "out/school" / f"{NUMBER}-correction.json"
    before = path.read_bytes()
    path.unlink()
    assert town.json("notices", "resend", NUMBER, "--by", "A. Jansen", status=0)["sent"]
    assert path.read_bytes() == before
    journal = town.json("notices", "show", NUMBER, status=0)["journal"]
    assert ("A. Jansen", "notice to go again") in [(line["actor"], line["action"]) for line in journal]


def test_a_person_s_dossier_tells_all_but_who_he_is_and_asking_is_journalled(town):
    asked = ("notices", "evidence", "--person", "--by", "P. Officer")
    (found,) = json.loads(town.hervat(*asked, "--json", stdin=f"{WRONG}\n").stdout)["dossiers"]
    assert found["state"]["state"] == "corrected"
    assert [(one["code"], [file["name"][:25] for file in one["downloads"]]) for one in found["received"]] == [
        ("SS101", ["PIB_Wi2021_0000_20220112_"]), ("SS190", ["PIB_Wi2021_0000_20220301_"]),
    ]  # fmt: skip
    assert {"bsn", "surname", "first_names", "birth"} <= set(found["kinds_of_data"])
    assert [(one["system"], one["policy"], one["cleaned_on"]) for one in found["erased"]] == [
        ("inburgering", "erase", "2022-03-01")
    ]
    assert [(one["party"], one["provided_on"]) for one in found["disclosed"]] == [("school", "2022-01-12")]
    assert [(one["number"], one["kind"]) for one in found["told"]] == [(NUMBER, "correction")]
    text = town.hervat(*asked, stdin=f"{WRONG}\n").stdout
    assert "inburgering: gewist, gedaan op 2022-03-01" in text and f"{NUMBER}  correctie aan school" in text
    assert "school: op 2022-01-12 (staat in inburgering)" in text
    for mark in (WRONG, "Verzonnen", "1980", "K-1"):
        assert mark not in text + json.dumps(found)
    from sqlalchemy import text as sql

    from hervat.register import Register

    register = Register(f"sqlite:///{town.directory}/var/register.db")
    with register.session() as session:
        lines = session.execute(sql("select actor, object, result from journal where action = 'dossier asked'")).all()
    assert [tuple(line) for line in lines] == [("P. Officer", f"person {found['person']}", "2 signals, 1 notices")] * 2


@pytest.mark.parametrize(
    ("stdin", "by", "said"),
    [(made_up_bsn(77), "A", "knows nobody"), ("123", "A", "not a valid BSN"), (WRONG, " ", "--by is required")],
)  # fmt: skip
def test_a_dossier_of_nobody_is_an_error_without_the_number(town, stdin, by, said):
    answer = town.hervat("notices", "evidence", "--person", "--by", by, "--json", stdin=f"{stdin}\n")
    assert answer.exit_code == 2 and said in answer.stdout and stdin not in answer.stdout


ODD = (
    "<script>alert(1)</script> =cmd|'/c calc'!A0 {{ 7 * 7 }} Жданова 山田 العربية አማርኛ "
    + "Achternaam-Van-Zestig-Letters" * 2
    + "X"
)


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("kind", ["correction", "erasure"])
def test_a_letter_is_a_page_that_anybody_can_read(browser, tmp_path, kind, width):
    asked = Asked(("het dossier", ODD), date(2022, 4, 22))
    path = tmp_path / "letter.html"
    odd = GEMEENTE.model_copy(update={"name": ODD})
    path.write_bytes(html_of(written(facts(kind, duo(3), asked=asked), recipient("bsn"), odd)))
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked_for = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("dialog", lambda dialog: asked_for.append("dialog"))
    page.goto(path.as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked_for == [path.as_uri()]
    assert "<script>alert(1)</script>" in page.inner_text("main") and "{{ 7 * 7 }}" in page.inner_text("main")
    page.close()
