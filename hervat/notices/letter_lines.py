"""A PDF whose text is broken into lines by the word; fpdf measures the whole line again at each of its characters.

The bytes are those of fpdf itself.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align, WrapMode
from fpdf.line_break import BREAKING_SPACE_SYMBOLS, FORM_FEED, NBSP, NEWLINE, SOFT_HYPHEN, SPACE, Fragment, TextLine
from fpdf.text_region import ImageParagraph, LineWrapper, Paragraph, TextColumns
from fpdf.util import FloatTolerance
from typing_extensions import override

_WITH_RULES = frozenset((*BREAKING_SPACE_SYMBOLS, NBSP, SOFT_HYPHEN, FORM_FEED)) - {SPACE}
"""The characters, other than a space and the end of a line, for which fpdf has rules."""


class LetterPdf(FPDF):
    """A PDF of a letter."""

    @override
    def text_columns(self, *args: Any, **kwargs: Any) -> TextColumns:
        return _Columns(self, *args, wrapmode=WrapMode.WORD, **kwargs)


class _Columns(TextColumns):
    @override
    def collect_lines(self) -> list[ImageParagraph | LineWrapper]:
        lines: list[ImageParagraph | LineWrapper] = []
        for paragraph in self._paragraphs:
            if isinstance(paragraph, ImageParagraph):
                lines.append(paragraph.build_line())
            elif paragraph._text_fragments:
                lines += self._lines(paragraph) or paragraph.build_lines(self.print_sh)
        return lines

    def _lines(self, paragraph: Paragraph) -> list[LineWrapper]:
        """Return the lines of a paragraph of plain text; [] if only fpdf can break it."""
        parts = paragraph._text_fragments
        style, text = parts[0], "".join(part.string for part in parts)
        align = Align.coerce(paragraph.text_align or self.text_align)
        if align == Align.J or paragraph.first_line_indent or not _is_plain(parts, text):
            return []
        width = self.get_width(style.font_size)
        room = width - (self.pdf.c_margin + paragraph.indent) - self.pdf.c_margin
        lines = _broken(style, text, room, skip_spaces=paragraph.skip_leading_spaces)
        if NEWLINE in lines or not lines:  # an end of a line alone on it may be of another height
            return []
        paragraph._text_fragments = []
        height, last = style.font_size * paragraph.line_height, len(lines) - 1
        return [
            LineWrapper(_line(style, line, align, height, width), paragraph, number == 0, number == last)
            for number, line in enumerate(lines)
        ]


def _is_plain(parts: Sequence[Fragment], text: str) -> bool:
    """True if a text has one style, but for lower ends of lines, and no rules but those for a space and such an end."""
    style = parts[0]
    alike = all(
        (style.has_same_style(part) and part.link == style.link)
        or (part.characters == [NEWLINE] and part.font_size <= style.font_size)
        for part in parts
    )
    return alike and type(style) is Fragment and not style.char_spacing and _WITH_RULES.isdisjoint(text)


def _broken(style: Fragment, text: str, room: float, *, skip_spaces: bool) -> list[str]:
    """Return the lines of a text, those that it ends itself with NEWLINE; [] if a word is wider than the room."""
    lines, rest = [], text
    while rest := rest.lstrip(SPACE) if skip_spaces else rest:
        line = rest.partition(NEWLINE)[0]
        end = fit = _fitting(style, line, room)
        if fit < len(line):
            end = fit if line[fit] == SPACE else line.rfind(SPACE, 0, fit)
            if end <= 0:
                return []
        lines.append(rest[: end + (fit == len(line))])
        rest = rest[end + 1 :]
    return lines


def _fitting(style: Fragment, text: str, room: float) -> int:
    """Return how many characters of a text fit into the room."""

    def is_over(count: int) -> bool:
        width = style.get_width(chars=text[:count]) + style.get_width(chars=text[count])
        return FloatTolerance.greater_than(width, room)

    last = len(text) - 1
    return bisect_left(range(last), True, key=is_over) if last >= 0 and is_over(last) else len(text)


def _line(style: Fragment, text: str, align: Align, height: float, width: float) -> TextLine:
    shown = text.removesuffix(NEWLINE)
    fragments = [style.clone(shown, style.link)] if shown else []
    wide = sum(fragment.width for fragment in fragments)
    return TextLine(fragments, wide, shown.count(SPACE), align, height, width, trailing_nl=shown != text)
