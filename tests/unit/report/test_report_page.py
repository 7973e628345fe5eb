"""The page: self-contained, escaped, private, written whole; markdown and table for artifacts."""

import os
import re
import stat
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from hervat.dutch import pages
from hervat.report import markdown, table, todo, write_page
from hervat.report.files import WriteFailed, private_file
from hervat.report.page import held_lines, page
from tests.support.overviews import DAY, empty, full

EVIL = "<script>alert(1)</script>"


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.words.append(data)


def words(overview):
    return " ".join(" ".join(Tags(page(overview)).words).split())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_written_for_its_owner_alone(tmp_path):
    old = os.umask(0)
    try:
        path = write_page(full(), tmp_path / "output")
    finally:
        os.umask(old)
    assert path == tmp_path / "output" / "report" / "0000" / f"{DAY}.html"
    latest = path.with_name("laatste.html")
    assert path.read_bytes() == latest.read_bytes()
    assert (mode(path), mode(latest)) == (0o600, 0o600)
    assert {mode(folder) for folder in list(path.parents)[:3]} == {0o700}
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, "laatste.html"]


def test_it_is_overwritten(tmp_path):
    write_page(full(), tmp_path)
    path = write_page(empty(day=DAY), tmp_path)
    assert "Er is vandaag" in path.read_text(encoding="utf-8") or "Lever kwartaal" in path.read_text(encoding="utf-8")
    assert "schaduwnacht" not in path.read_text(encoding="utf-8")


def test_a_failed_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), private_file(path) as file:
        file.write(b"half")
        _ = 1 / 0
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]


def test_a_folder_that_is_a_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "report").write_text("")
    with pytest.raises(WriteFailed, match="report"):
        write_page(full(), tmp_path)


def test_it_needs_nothing_from_outside():
    text = page(full())
    found = Tags(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(found.tags)
    assert not {"src", "style", "onclick", "srcset"} & set(found.attributes)
    assert "http" not in re.sub(r"<meta http-equiv=", "", text)
    assert "url(" not in text and "@import" not in text


def test_names_from_outside_are_escaped():
    night = full()
    held = [replace(one, file=f"{EVIL}.csv", reason=EVIL) for one in night.held]
    systems = [replace(one, name=EVIL, error=EVIL, shared={EVIL: 1}) for one in night.systems]
    plans = [replace(one, system=EVIL, why=EVIL, notes=[EVIL]) for one in night.plans]
    reasons = [replace(one, code=EVIL, system=EVIL) for one in night.reasons]
    evil = replace(
        night, name=EVIL, held=held, systems=systems, plans=plans, reasons=reasons, errors=[EVIL], attention=[EVIL]
    )
    evil = replace(evil, parked_why={EVIL: 1}, delivered=[{**night.delivered[0], "quarter": EVIL, "receipt": EVIL}])
    evil = replace(evil, run={**night.run, "cleaning": [{"system": EVIL}]}, version=EVIL, quarter=EVIL)
    assert Tags(page(evil)).tags.count("script") == 0
    assert "alert(1)" in page(evil)
    assert "<script" not in markdown(replace(evil, quarter="2022Q1"))


def test_tasks_come_before_all_else():
    text = page(full())
    heads = re.findall(r"<h2 id=\"(\w+)\"", text)
    assert heads == ["doen", "binnen", "gedaan", "schoon", "wacht", "cbs", "fouten"]
    assert text.index("hervat approve 3f2a9c41d07b") < text.index('id="binnen"')


def test_ss190_in_all_against_proven_clean_stands_there_in_figures():
    told = words(full())
    assert "1.238 van 1.250 bewezen schoon (99%)" in told
    assert "1.250 van 1.250 bewezen schoon (100%)" in told
    assert "1 van 5" in told
    assert "Het systeem was niet te lezen. Er is dus niets bewezen." in told
    assert "De leverancier moet bevestigen." in told


def test_the_rest_of_what_was_asked_stands_there():
    told = words(full())
    for said in (
        "donderdag 28 april 2022", "nog 24 dagen", "Poort dicht", "3 april 2022, 01.41 uur", "hervat 0.1.0",
        "schaduwnacht", "20.481", "34", "aanvaard door twee personen", "a_new_reason", "a_code_without_words",
        "a_reason_without_words",
        "3, 4, 5, 6, 7, 8, 9, 10 en nog 16", "Over de termijn: 2.", "Pas aan en wis", "CBS-0001", "Wie erin stond, is niet bekend",
    ):  # fmt: skip
        assert said in told, said


def test_a_day_that_has_passed_is_called_too_late():
    told = words(full(day=DAY.replace(month=5)))
    assert "te laat" in told and "de dag is voorbij" in told


def test_nothing_that_is_not_in_the_overview_can_be_met_in_it():
    digits = re.findall(r"(?<!\d)\d{8,9}(?!\d)", words(full()).replace("20220301", "").replace("20220316", ""))
    assert digits == []


def test_the_quarantine_is_one_line_a_file_and_reason():
    lines = held_lines(full().held)
    assert [(line.download_id, line.reason, len(line.rows)) for line in lines] == [
        (9, "bsn_wrong", 24), (9, "code_malformed", 1), (14, "a_reason_without_words", 1), (12, "truncated", 0),
    ]  # fmt: skip


def test_the_table_counts():
    rows = {row["onderdeel"]: row["aantal"] for row in table(full())}
    assert rows["Registratie gecorrigeerd"] == 1250
    assert rows["inburgering: bewezen schoon"] == "1.238 van 1.250"
    assert rows["In quarantaine"] == 27
    assert all(row["aantal"] == 0 for row in table(empty()))


def test_the_markdown_starts_with_what_must_be_done():
    text = markdown(full())
    assert text.index("## Vandaag te doen") < text.index("## Stand") < text.index("## CBS-poort")
    assert "`hervat approve 3f2a9c41d07b --by NAAM`" in text
    assert "Er is vandaag niets te doen." in markdown(empty())


def test_markdown_from_outside_stays_text():
    text = markdown(full(name="[a](b) | `c` *d*"))
    assert text.startswith("# \\[a\\]\\(b\\) \\| 'c' \\*d\\*, maandag")


def test_what_the_search_found_is_told_by_place_and_count():
    told = " ".join(page(full()).replace("<wbr>", "").split())
    assert "gesprek.verslag (BSN van 3 personen)" in told
    assert "Niet opgeschoond:</strong> op 4 april 2022 stonden" in told


def test_what_stays_after_cleaning_is_told_with_its_task():
    shown = words(full()).replace(" .", ".")
    for text in (
        "2 personen opnieuw invoeren",
        "1 persoon: gewist op 1 maart 2022, weer gezien op 2 april 2022.",
        "3 oude waarden niet teruggezet",
        "nu van niemand zijn: pip 1",
        "uiterlijk op 29 maart 2022. Over de termijn: 2 verzoeken.",
        "xlsx: 9 plekken.",
    ):
        assert text in shown
    tasks = [task.what for task in todo(full())]
    assert (
        "Voer 2 personen opnieuw in bij inburgering" in tasks and "Voer 1 persoon opnieuw in bij leerlingvolg" in tasks
    )
    assert "Bekijk 1 losse rij in inburgering" in tasks
    assert "Bel de leverancier van leerlingvolg: 2 verzoeken over de termijn" in tasks


def test_quality_over_time_is_drawn_and_said():
    text, said = page(full()), words(full())
    assert text.count('class="months"') == 3 and text.count('<rect class="part"') >= 4
    assert "Regels. April 2022: minder dan 1 per 1.000 controles." in said
    assert "Bestanden: vergeleken met eerdere. April 2022: 0 per 1.000 controles." in said
    assert "Maart 2022 5 1 200" in said and "a_new_suite" in said
    assert "Kwaliteit van de bestanden" not in words(empty())


def test_compiled_templates_are_kept_and_a_folder_that_refuses_them_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    templates, kept = tmp_path / "templates", tmp_path / "kept"
    templates.mkdir()
    (templates / "a.html.j2").write_text("{{ 'first' }}")
    monkeypatch.setattr(pages, "cache_from_source", lambda _: str(kept / "pages.pyc"))
    assert pages.environment(templates).get_template("a.html.j2").render() == "first"  # there is no such folder
    kept.mkdir()
    assert pages.environment(templates).get_template("a.html.j2").render() == "first"
    (compiled,) = kept.iterdir()
    monkeypatch.setattr("jinja2.Environment._generate", None)  # what is kept is not compiled again
    assert pages.environment(templates).get_template("a.html.j2").render() == "first"
    monkeypatch.undo()
    (templates / "a.html.j2").write_text("second")
    monkeypatch.setattr(pages, "cache_from_source", lambda _: str(kept / "pages.pyc"))
    assert pages.environment(templates).get_template("a.html.j2").render() == "second"
    assert compiled.exists()
