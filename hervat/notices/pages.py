"""A letter as a page (HTML) and as a PDF, made of its text. Neither holds personal data, so both may lie in plain."""

import logging
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hervat.notices.blocks import Parts, parts_of
from hervat.notices.letter import rendered

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_MARGIN = 25  # millimetres


def html_of(text: str, templates: Path | None = None) -> bytes:
    """Return a letter as one page that needs nothing from elsewhere. Raises LetterError."""
    parts = parts_of(text)
    return rendered(templates, "letter.html.j2", parts=parts).encode()


def pdf_of(text: str, day: date, templates: Path | None = None) -> bytes:
    """Return a letter as a PDF, the same bytes for the same text and day. Raises LetterError."""
    from fpdf import FontFace, TextStyle

    parts = parts_of(text)
    pdf = _document(parts, day)
    body = rendered(templates, "_letter.html.j2", parts=parts)
    styles = {
        "h1": TextStyle(font_style="B", font_size_pt=15, color="#000", t_margin=4, b_margin=1),
        "h2": TextStyle(font_style="B", font_size_pt=11, color="#000", t_margin=3, b_margin=0.5),
        "code": FontFace(family=pdf.font_family, size_pt=9),
    }
    pdf.write_html(body, tag_styles=styles, ul_bullet_char="-", li_prefix_color="#000")
    return bytes(pdf.output())


def _document(parts: Parts, day: date) -> "FPDF":
    from fpdf import FPDF

    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it warns of signs that a font lacks, sign by sign
    pdf = FPDF()
    pdf.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
    pdf.set_lang("nl")
    pdf.set_title(parts.subject)
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, _MARGIN)
    pdf.add_page()
    pdf.set_font(_family(pdf, str(asdict(parts))), size=11)
    return pdf


def _family(pdf: "FPDF", text: str) -> str:
    """Return the font for a text: one that every reader has, else DejaVu, which is put into the file."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        for style in ("", "B"):
            pdf.add_font("DejaVu", style, _FONT)
        return "DejaVu"
    return "Helvetica"
