"""Letters as page and PDF, and a gemeente's own templates."""

import re
import zlib
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.line_break import MultiLineBreak
from hypothesis import given, settings
from hypothesis import strategies as st

from hervat.notices import letter_lines
from hervat.notices.doctor import unwritable
from hervat.notices.letter import LetterError
from hervat.notices.letter_pages import html_of, parts_of, pdf_of
from hervat.settings import Municipality
from tests.support import letters
from tests.support.letters import DAY, GEMEENTE, duo, enclosed, facts, recipient


def written(kind="correction", name="Súdwest-Fryslân", templates=None):
    named = GEMEENTE.model_copy(update={"name": name})
    return letters.written(facts(kind, duo(3)), recipient("bsn"), named, templates)


def words(pdf):
    """Return what a PDF in one of the fonts that every reader has writes on its pages."""
    pages = [zlib.decompress(part) for part in re.findall(rb"FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)]
    return b" ".join(re.findall(rb"\((.*?)(?<!\\)\) Tj", b"\n".join(pages))).decode("latin-1")


@pytest.mark.parametrize("kind", ["hold", "correction", "resume", "withdrawal", "ended", "leaflet"])
def test_the_page_and_the_pdf_say_what_the_text_says(kind):
    text = enclosed(facts("withdrawal", duo(3))) if kind == "leaflet" else written(kind)
    page, pdf = html_of(text).decode(), pdf_of(text, DAY)
    seen = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2]).split())
    said = words(pdf)
    for word in re.findall(r"[\wéü]+", text.replace("Onderwerp:", "")):
        assert word.lower() in seen.lower()
        assert word.lower() in said.lower()
    assert pdf == pdf_of(text, DAY)
    assert page.count("<h1>") == 1 and "<ul>" in page and '<html lang="nl">' in page
    questions = re.findall(r"(?<=\n\n).*\?(?=\n)", text)
    assert questions and questions == re.findall("<h2>(.*?)</h2>", page)


def test_nothing_in_a_name_becomes_markup_or_a_line_of_its_own():
    odd = "<img src=x onerror=alert(1)>\r\nBcc: x@y\x1b[31m & {{ 7 * 7 }}"
    text = written(name=odd)
    assert "Gemeente <img src=x onerror=alert(1)> Bcc: x@y [31m & {{ 7 * 7 }}\n" in text
    page = html_of(text).decode()
    assert "<img" not in page and "&lt;img src=x onerror=alert(1)&gt;" in page and "{{ 7 * 7 }}" in page
    assert "49" not in page
    assert "<img src=x onerror=alert\\(1\\)>" in words(pdf_of(text, DAY))


@pytest.mark.parametrize("name", ["Łódź Жданова", "العربية", "山田", "አማርኛ", "A" * 200, "́" * 60])
def test_names_in_every_script_make_a_pdf(name):
    pdf = pdf_of(written(name=name), DAY)
    assert pdf.startswith(b"%PDF-") and (b"DejaVu" in pdf) == (not name.isascii())


SHIPPED = [path.read_text() for path in sorted((Path(__file__).parent / "letters").iterdir())]
STYLED = "<h1>Proef</h1><p align='{}'>{}<b>{}</b> {}</p><ul><li>{}\n</li><li>{}</li></ul>"


def as_fpdf_breaks_it(text, templates=None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letter_lines, "LetterPdf", FPDF)
        return pdf_of(text, DAY, templates)


@pytest.mark.parametrize("name", ["Voorbeeldstad", "Łódź Жданова"])
@pytest.mark.parametrize("text", SHIPPED)
def test_the_lines_of_a_letter_are_those_of_fpdf(text, name):
    named = text.replace("Voorbeeldstad", name)
    assert pdf_of(named, DAY) == as_fpdf_breaks_it(named)


@settings(max_examples=40)
@given(st.lists(st.text("abWi.é- \xa0\xad\u2003{", max_size=300), max_size=6), st.text("iW", max_size=200))
def test_the_lines_of_any_text_are_those_of_fpdf(lines, word):
    text = "\n".join(["Onderwerp: proef", "", *lines, word])
    assert pdf_of(text, DAY) == as_fpdf_breaks_it(text)


@settings(max_examples=20)
@given(st.sampled_from(["left", "justify", "right"]), st.lists(st.text("ab W.", max_size=200), min_size=5, max_size=5))
def test_the_lines_of_a_template_of_one_s_own_are_those_of_fpdf(tmp_path_factory, align, texts):
    templates = tmp_path_factory.mktemp("templates")
    (templates / "_letter.html.j2").write_text(STYLED.format(align, *texts))
    assert pdf_of(SHIPPED[0], DAY, templates) == as_fpdf_breaks_it(SHIPPED[0], templates)


def test_plain_text_is_not_measured_by_the_character(monkeypatch):
    measured = []
    monkeypatch.setattr(MultiLineBreak, "get_line", lambda breaker: measured.append(breaker.fragments))
    assert pdf_of("Onderwerp: proef\n\n" + "een twee drie " * 200, DAY)
    assert measured == []


def test_a_long_letter_goes_on_on_the_next_page():
    text = written() + "\n\nRegel.\n" * 60
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf_of(text, DAY))) == 3


def test_the_gemeente_s_own_templates_come_first_and_need_not_be_whole(tmp_path):
    (tmp_path / "_kop.txt.j2").write_text("Gemeentehuis\nKerkstraat 1\n{{ number }}\n\n")
    (tmp_path / "_letter.html.j2").write_text("<h1>{{ parts.subject }}</h1><p><b>huisstijl</b></p>")
    text = written(templates=tmp_path)
    assert text.startswith("Gemeentehuis\nKerkstraat 1\n") and "Pas uw registratie aan" in text
    assert b"<b>huisstijl</b>" in html_of(text, tmp_path)
    assert "huisstijl" in words(pdf_of(text, DAY, tmp_path))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% if %}", "TemplateSyntaxError in template correction.txt.j2 (line 1)"),
        ("\n{{ no_such }}", "UndefinedError in template correction.txt.j2 (line 2)"),
        ("{{ persons + 'x' }}", "TypeError in template correction.txt.j2 (line 1)"),
        ("{{ ''.__class__.__mro__ }}", "SecurityError in template correction.txt.j2 (line 1)"),
        ("{% include 'none.j2' %}", "TemplateNotFound in template none.j2"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_named_with_the_mend(tmp_path, template, said):
    (tmp_path / "correction.txt.j2").write_text(template)
    with pytest.raises(LetterError) as caught:
        written(templates=tmp_path)
    assert said in str(caught.value) and f"fix it in {tmp_path}" in str(caught.value)


def a_gemeente(audience):
    channel = {"folder": "out/x"}
    party = {"name": "school", "channel": channel}
    supplier = {"name": "lvs", "supplier": {"name": "Maker", "channel": channel}}
    more = {"parties": [party]} if audience == "party" else {"systems": [supplier]}
    return Municipality.model_validate({"code": "0000", "name": "Voorbeeldstad", "sources": [], **more})


@pytest.mark.parametrize("audience", ["party", "supplier"])
def test_a_template_of_one_s_own_that_can_be_written_is_no_error(tmp_path, audience):
    (tmp_path / "_kop.txt.j2").write_text("Gemeentehuis\n")
    assert unwritable(a_gemeente(audience), tmp_path) == []


@pytest.mark.parametrize(
    ("audience", "template"),
    [
        *[("party", f"{kind}.txt.j2") for kind in ("hold", "correction", "resume", "withdrawal", "reminder", "bijlage")],
        ("supplier", "erasure.txt.j2"), ("supplier", "reminder.txt.j2"),
        ("party", "_antwoord.txt.j2"), ("party", "letter.html.j2"), ("party", "_letter.html.j2"),
        ("party", "_woorden.txt.j2"), ("party", "_groet.txt.j2"), ("supplier", "bijlage.txt.j2"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_found_before_anything_must_be_told(tmp_path, audience, template):
    one = a_gemeente(audience)
    (tmp_path / template).write_text("{{ no_such }}")
    (found,) = unwritable(one, tmp_path)
    assert f"UndefinedError in template {template} (line 1)" in found and f"fix it in {tmp_path}" in found


def test_where_nobody_is_told_or_no_template_is_one_s_own_nothing_is_tried(tmp_path):
    nobody = Municipality.model_validate({"code": "0000", "name": "Voorbeeldstad", "sources": []})
    (tmp_path / "hold.txt.j2").write_text("{{ no_such }}")
    assert unwritable(nobody, tmp_path) == [] == unwritable(a_gemeente("party"), tmp_path / "none")


def test_a_text_of_one_s_own_making_is_cut_into_blocks():
    parts = parts_of(
        "Beste partij,\n\nWaarom?\nDoe dit:\n- een\n  twee\n  - onder\n    meer\n- drie\nEn dit.\n{x}\nEinde"
    )
    assert (parts.head, parts.subject) == ([], "Beste partij,")
    assert [(b.kind, b.text) for b in parts.blocks] == [
        ("heading", "Waarom?"), ("text", "Doe dit:"), ("list", ""), ("text", "En dit."), ("code", "{x}"), ("text", "Einde"),
    ]  # fmt: skip
    assert [(item.text, item.under) for item in parts.blocks[2].items] == [("een twee", ["onder meer"]), ("drie", [])]
