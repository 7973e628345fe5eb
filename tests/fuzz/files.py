"""Files for the fuzz run: random bytes, downloads in text and workbooks, well made and then damaged. Nobody is real."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from hypothesis import strategies as st

from hervat.demo.pib import HEADER
from tests.support.town import made_up_bsn

GOOD = [made_up_bsn(number) for number in range(30)]
_GOOD = {
    "Signaalcode": ["SS101", "SS190", "SS120", "ss 101", "101", "SS124", "SS999"],
    "Datum signaal": [
        "01-03-2022",
        "2022-03-01",
        "44621",
        "1-3-2022",
        "05/03/2022",
        "01-03-2022T00:00:00",
        "2022-02-28T23:30:00Z",
        "2022-03-01 01:00+0300",
        "44621.5",
    ],
    "BSN": [*GOOD, "9,99990019E+08", "10000008", "10000008.0", '="010000008"'],
    "V-nummer": ["", "4711", "12.0", "0"],
    "Achternaam": ["Zeldzaamheid", "de 'Zeldzaamheid'", ""],
    "Geboortedatum": ["", "00-00-1990", "02-01-1990"],
    "Doelgroep": ["Gezinshereniger", "Asielstatushouder", ""],
    "Gemeentecode": ["0000", "0000", "0001", "0363", ""],
    "Wet": ["Wi2021", "Wi2013", ""],
    "Datum kennisgeving": ["", "05-03-2022"],
}
_BAD = [
    "123456789", "1.23E+08", "", "-1", "٣٣٣", "1e400", "31-02-2022", "3/1/22", "9" * 400, "SSI90", "GM1", "wet", "?",
    '"', '""', "a\nb", "\r", ";", "\t", "=1+1", "\x1b[2J", "\ufeff", "é", "𝒳", "\u202e", "x" * 600, "NaN", " ", "\xa0",
    "\x85", "\u2028", "\x00", "#N/A", "#REF!", "#WAARDE!", "01-02-1990", "12345", "2022-03-01T24:00", "=A1", "99999001.9",
]  # fmt: skip


@st.composite
def row_cells(draw: st.DrawFn) -> list[str]:
    """A row's cells, by the header of the portal; in one row of four something is odd."""
    row = [draw(st.sampled_from(_GOOD.get(name, [""]))) for name in HEADER]
    kind = draw(st.integers(0, 15))
    if kind < 3:
        row[draw(st.integers(0, len(row) - 1))] = draw(st.one_of(st.sampled_from(_BAD), st.text(max_size=5)))
    elif kind == 3:
        del row[draw(st.integers(0, 5)) :]
    elif kind == 4:
        row.append(draw(st.sampled_from(_BAD)))
    return row


def tables(most: int = 12) -> st.SearchStrategy[list[list[str]]]:
    """A header and rows."""
    return st.lists(row_cells(), min_size=1, max_size=most).map(lambda rows: [list(HEADER), *rows])


@st.composite
def shaped(draw: st.DrawFn, lines: list[str], delimiter: str) -> list[str]:
    """Lines as some program writes them: an end too many, empty ends left out, spaces, whole lines in quotes, a total."""
    kind = draw(st.integers(0, 12))
    if kind == 0:
        return [f"{line}{delimiter}" for line in lines]
    if kind == 1:
        return [line.rstrip(delimiter) for line in lines]
    if kind == 2:
        return [line.replace(f'{delimiter}"', f'{delimiter} "') for line in lines]
    if kind == 3:
        return ['"' + line.replace('"', '""') + '"' for line in lines]
    return [*lines, f"Totaal{delimiter}{len(lines)}"] if kind == 4 else lines


@st.composite
def texts(draw: st.DrawFn, most: int = 12) -> bytes:
    """A .csv, quoted where it should be or where it should not."""
    delimiter, newline = draw(st.sampled_from(";\t,")), draw(st.sampled_from(["\r\n", "\n", "\r"]))
    quoted = draw(st.integers(0, 3)) > 0
    lines = [delimiter.join(_quoted(cell, delimiter) if quoted else cell for cell in row) for row in draw(tables(most))]
    lines = draw(shaped(lines, delimiter))
    text = newline.join(lines) + draw(st.sampled_from([newline, newline, "", newline * 2, f"{newline}\x1a", "\x1a"]))
    text = draw(st.sampled_from(["", "", f"sep={delimiter}{newline}", "\ufeff"])) + text
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "cp1252", "cp1252", "utf-16"])), "replace")


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in f'"\r\n{delimiter}') else cell


@st.composite
def workbooks(draw: st.DrawFn, most: int = 8) -> bytes:
    """An .xlsx whose cells are texts, numbers, days, booleans and formulas."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd-mm-yyyy"})
        for at, row in enumerate(draw(tables(most))):
            for place, cell in enumerate(row):
                kind = draw(st.integers(0, 40)) if at else 9
                if kind == 0:
                    sheet.write_number(at, place, draw(st.floats(allow_nan=False, allow_infinity=False)))
                elif kind == 1:
                    sheet.write_datetime(at, place, draw(st.dates(date(1901, 1, 1))), day)
                elif kind == 2:
                    sheet.write_boolean(at, place, True)
                elif kind == 3:
                    sheet.write_formula(at, place, "=1/0", None, draw(st.sampled_from(["#DIV/0!", 3, "x"])))
                else:
                    sheet.write_string(at, place, "".join(mark for mark in cell if mark != "\0"))
    return content.getvalue()


@dataclass(frozen=True)
class Damage:
    """One change of some bytes."""

    place: float
    length: int
    put: bytes

    def on(self, content: bytes) -> bytes:
        at = int(self.place * len(content))
        return content[:at] + self.put + content[at + self.length :]


def damages() -> st.SearchStrategy[list[Damage]]:
    put = st.one_of(
        st.just(b""),
        st.binary(max_size=2),
        st.sampled_from([b'"', b"\n", b"\r", b";", b"\xff", b"\x1a", b"\xe2\x80"]),
    )
    one = st.builds(Damage, st.floats(0, 1, exclude_max=True), st.sampled_from([0, 0, 1, 1, 3, 40, 5000]), put)
    return st.lists(one, max_size=3)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Bytes with a few changes."""
    content = draw(whole)
    for damage in draw(damages()):
        content = damage.on(content)
    return content


@st.composite
def damaged_inside(draw: st.DrawFn, most: int = 8) -> bytes:
    """A workbook one part of which is damaged before it is zipped again: a good zip with a bad sheet in it."""
    given = zipfile.ZipFile(io.BytesIO(draw(workbooks(most))))
    names = given.namelist()
    chosen, changes, content = draw(st.sampled_from(names)), draw(damages()), io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            part = given.read(name)
            if name == chosen:
                for damage in changes:
                    part = damage.on(part)
            made.writestr(name, part)
    return content.getvalue()


def any_file(most: int = 12) -> st.SearchStrategy[tuple[str, bytes]]:
    """A kind and the bytes of a file of it."""
    return st.one_of(
        st.tuples(st.just("random"), st.binary(max_size=600)),
        st.tuples(st.just("random_text"), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))),
        st.tuples(st.just("csv"), texts(most)),
        st.tuples(st.just("xlsx"), workbooks(most)),
        st.tuples(st.just("csv_damaged"), damaged(texts(most))),
        st.tuples(st.just("csv_damaged"), damaged(texts(most))),
        st.tuples(st.just("xlsx_damaged"), damaged(workbooks(most))),
        st.tuples(st.just("xlsx_damaged_inside"), damaged_inside(most)),
    )
