"""A letter as a page (HTML) and as a PDF, from its text."""

import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Literal

from hervat.notices.letter import rendered

if TYPE_CHECKING:
    from fpdf import FPDF


_SUBJECT = "Onderwerp:"


@dataclass
class Item:
    """An item of a list, with the items under it."""

    text: str
    under: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A block of a letter: a paragraph, a question as heading, a list, or a line to copy literally."""

    kind: Literal["text", "heading", "list", "code"]
    text: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass
class LetterParts:
    """A letter: the lines of its head, its subject, and its blocks."""

    head: list[str]
    subject: str
    blocks: list[Block]


def parts_of(text: str) -> LetterParts:
    """Return the parts of a letter. Without a line 'Onderwerp: ...' it has no head, and its first line as subject."""
    lines = text.strip().split("\n")
    at = next((number for number, line in enumerate(lines) if line.startswith(_SUBJECT)), 0)
    head = [line for line in lines[:at] if line.strip()]
    subject = lines[at].removeprefix(_SUBJECT).strip()
    return LetterParts(head, subject[:1].upper() + subject[1:], _blocks(lines[at + 1 :]))


def _blocks(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    open_ = False  # the next line may continue the last block
    for line in lines:
        text = line.strip()
        if not text:
            open_ = False
            continue
        if not (open_ and _continue_block(blocks[-1], line, text)):
            blocks.append(_new_block(line, text, first=not open_))
        open_ = blocks[-1].kind not in ("code", "heading")
    return blocks


def _new_block(line: str, text: str, *, first: bool) -> Block:
    if text.startswith("{"):
        return Block("code", text)
    if line.startswith("- "):
        return Block("list", items=[Item(text[2:])])
    if first and text.endswith("?"):
        return Block("heading", text)
    return Block("text", text)


def _continue_block(block: Block, line: str, text: str) -> bool:
    """Add a line to the block before it if it belongs there; return True if it does."""
    if block.kind == "list":
        return _continue_list(block.items, line, text)
    if text.startswith("{") or line.startswith("- "):
        return False
    block.text = f"{block.text} {text}"
    return True


def _continue_list(items: list[Item], line: str, text: str) -> bool:
    last = items[-1]
    if line.startswith("- "):
        items.append(Item(text[2:]))
    elif not line.startswith("  "):
        return False
    elif text.startswith("- "):
        last.under.append(text[2:])
    elif last.under:
        last.under[-1] = f"{last.under[-1]} {text}"
    else:
        last.text = f"{last.text} {text}"
    return True


_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_MARGIN = 25  # millimetres


def html_of(text: str, templates: Path | None = None) -> bytes:
    """Return a letter as one self-contained page. Raises LetterError."""
    parts = parts_of(text)
    return rendered(templates, "letter.html.j2", parts=parts).encode()


def pdf_of(text: str, day: date, templates: Path | None = None, password: str | None = None) -> bytes:
    """Return a letter as a PDF, the same bytes for the same text and day. Raises LetterError.

    password: it is then encrypted (AES-256), and the bytes differ each time.
    """
    from fpdf import FontFace, TextStyle
    from fpdf.enums import EncryptionMethod

    parts = parts_of(text)
    pdf = _document(parts, day)
    if password is not None:
        pdf.set_encryption(token_hex(16), password, encryption_method=EncryptionMethod.AES_256)
    body = rendered(templates, "_letter.html.j2", parts=parts)
    styles = {
        "h1": TextStyle(font_style="B", font_size_pt=15, color="#000", t_margin=4, b_margin=1),
        "h2": TextStyle(font_style="B", font_size_pt=11, color="#000", t_margin=3, b_margin=0.5),
        "code": FontFace(family=pdf.font_family, size_pt=9),
    }
    pdf.write_html(body, tag_styles=styles, ul_bullet_char="-", li_prefix_color="#000")
    return bytes(pdf.output())


def _document(parts: LetterParts, day: date) -> "FPDF":
    from hervat.notices.letter_lines import LetterPdf

    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it warns of each character that a font lacks
    pdf = LetterPdf()
    pdf.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
    pdf.set_lang("nl")
    pdf.set_title(parts.subject)
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, _MARGIN)
    pdf.add_page()
    pdf.set_font(_family(pdf, str(asdict(parts))), size=11)
    return pdf


def _family(pdf: "FPDF", text: str) -> str:
    """Return the font for a text: Helvetica, which every reader has, else DejaVu, which is embedded."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        for style in ("", "B"):
            pdf.add_font("DejaVu", style, _FONT)
        return "DejaVu"
    return "Helvetica"
