"""A letter as a page (HTML) and as a PDF, from its text. Without personal data."""

import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hervat.notices.letter import rendered

if TYPE_CHECKING:
    from fpdf import FPDF


_SUBJECT = "Onderwerp:"


@dataclass
class Item:
    """One point of a list, with the points under it."""

    text: str
    under: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A piece of a letter: a text, a question above what answers it, points, or a line to be copied as it stands."""

    kind: Literal["text", "heading", "list", "code"]
    text: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass
class LetterParts:
    """A letter: the lines of its head, its subject, and what follows."""

    head: list[str]
    subject: str
    blocks: list[Block]


def parts_of(text: str) -> LetterParts:
    """Return the parts of a letter; one without a line 'Onderwerp: ...' has no head and its first line as subject."""
    lines = text.strip().split("\n")
    at = next((number for number, line in enumerate(lines) if line.startswith(_SUBJECT)), 0)
    head = [line for line in lines[:at] if line.strip()]
    subject = lines[at].removeprefix(_SUBJECT).strip()
    return LetterParts(head, subject[:1].upper() + subject[1:], _blocks(lines[at + 1 :]))


def _blocks(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    open_ = False  # may the next line go on with the last block?
    for line in lines:
        said = line.strip()
        if not said:
            open_ = False
            continue
        if not (open_ and _goes_on(found[-1], line, said)):
            found.append(_begun(line, said, first=not open_))
        open_ = found[-1].kind not in ("code", "heading")
    return found


def _begun(line: str, said: str, *, first: bool) -> Block:
    if said.startswith("{"):
        return Block("code", said)
    if line.startswith("- "):
        return Block("list", items=[Item(said[2:])])
    if first and said.endswith("?"):
        return Block("heading", said)
    return Block("text", said)


def _goes_on(block: Block, line: str, said: str) -> bool:
    """Add a line to the block before it where it belongs to it; return whether it did."""
    if block.kind == "list":
        return _to_list(block.items, line, said)
    if said.startswith("{") or line.startswith("- "):
        return False
    block.text = f"{block.text} {said}"
    return True


def _to_list(items: list[Item], line: str, said: str) -> bool:
    last = items[-1]
    if line.startswith("- "):
        items.append(Item(said[2:]))
    elif not line.startswith("  "):
        return False
    elif said.startswith("- "):
        last.under.append(said[2:])
    elif last.under:
        last.under[-1] = f"{last.under[-1]} {said}"
    else:
        last.text = f"{last.text} {said}"
    return True


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


def _document(parts: LetterParts, day: date) -> "FPDF":
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
