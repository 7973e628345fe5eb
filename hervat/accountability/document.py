"""A page in Dutch as parts of text, lists, tables and one drawing: written as markdown, or as HTML without a script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from hervat.dutch import environment, style

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; `empty` is said where it has no lines."""

    lines: Sequence[str]
    empty: str = "geen ingesteld"


@dataclass(frozen=True)
class Grid:
    """A table: what it shows, its heads, and its rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Drawing:
    """A drawing, as Mermaid for markdown and as SVG for HTML."""

    mermaid: str
    svg: str


Block = Prose | Bullets | Grid | Drawing


@dataclass(frozen=True)
class DocumentPart:
    """A part with its heading."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A whole page. about: a line below its title."""

    title: str
    about: str
    parts: Sequence[DocumentPart]


def as_markdown(documents: Iterable[Document]) -> str:
    """Return the pages as markdown, one below the other."""
    return "\n".join(line for document in documents for line in _lines(document))


def as_html(documents: Sequence[Document]) -> str:
    """Return the pages as one self-contained HTML page: no script, nothing from elsewhere."""
    css = (_TEMPLATES / "document.css").read_text(encoding="utf-8")
    return _environment().get_template("document.html.j2").render(documents=documents, **style(css))


def _lines(document: Document) -> Iterable[str]:
    yield f"# {_plain(document.title)}\n"
    yield f"{_plain(document.about)}\n"
    for part in document.parts:
        yield f"## {_plain(part.title)}\n"
        for block in part.blocks:
            yield _block(block)


def _block(block: Block) -> str:
    match block:
        case Prose(text):
            return f"{_plain(text)}\n"
        case Bullets(lines, empty):
            return "\n".join(f"- {_plain(line)}" for line in lines or [empty]) + "\n"
        case Grid(_, heads, rows):
            return "\n".join(_row(cells) for cells in (heads, ["---"] * len(heads), *rows)) + "\n"
        case Drawing(mermaid, _):
            return f"```mermaid\n{mermaid}\n```\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return a text on one line: a name of the configuration begins no heading and no list of its own."""
    return " ".join(text.split()).replace("<", "&lt;")


def _kind(block: Block) -> str:
    return type(block).__name__


def _drawn(block: Drawing) -> Markup:
    """Return a drawing as inline SVG: names in it are escaped where it is drawn."""
    return Markup(block.svg)  # noqa: S704


@cache
def _environment() -> Environment:
    made = environment(_TEMPLATES)
    made.filters |= {"kind": _kind, "drawn": _drawn}
    return made
