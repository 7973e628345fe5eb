"""Shapes of text files: read where nothing can be lost, else refused with the mend that mends."""

import gzip

import pytest

from hervat.downloads import StructureRefused

NAMES = "Signaalcode;Datum signaal;BSN;Achternaam;Gemeentecode;Wet;Datum kennisgeving"
ROWS = ["SS101;01-03-2022;999990019;Müller;0000;Wi2021;", "SS190;02-03-2022;999994669;;0000;Wi2021;05-03-2022"]
HIM = "SS101;01-03-2022;999992740;Proef;0000;Wi2021;"


def text(*rows, header=NAMES, end="\r\n", last=True):
    return end.join([header, *rows]) + (end if last else "")


def told(download):
    (frame,) = download.batches()
    return frame.select("datum_signaal", "bsn", "achternaam", "wet", "datum_kennisgeving").rows(), frame["columns_ok"]


def quoted(line):
    return ";".join(f'"{cell}"' for cell in line.split(";"))


WHOLE = text(*ROWS, HIM)
SAME = {
    "each row ends in a delimiter": text(*(f"{row};" for row in [*ROWS, HIM])),
    "the header too": text(*(f"{row};;" for row in [*ROWS, HIM]), header=f"{NAMES};;"),
    "last empty cells left out": text(*(row.rstrip(";") for row in [*ROWS, HIM])),
    "the same without a last line end": text(*(row.rstrip(";") for row in [*ROWS, HIM]), last=False),
    "no last line end": text(*ROWS, HIM, last=False),
    "a DOS end": WHOLE + "\x1a",
    "many of them": WHOLE + "\x1a" * 100,
    "with a line end behind it": WHOLE + "\x1a\r\n",
    "right behind the last cell": WHOLE.rstrip("\r\n") + "\x1a",
    "a space before quotes": "\r\n".join(quoted(line).replace(";", "; ") for line in WHOLE.splitlines()) + "\r\n",
    "a space on both sides": "\r\n".join(quoted(line).replace(";", " ;  ") for line in WHOLE.splitlines()) + "\r\n",
    "whole lines in quotes": "".join(f'"{line}"\r\n' for line in WHOLE.splitlines()),
    "only rows in quotes": NAMES + "\r\n" + "".join(f'"{row}"\r\n' for row in [*ROWS, HIM]),
    "one of them": text(ROWS[0], f'"{ROWS[1]}"', HIM),
    "sep": "sep=;\r\n" + WHOLE,
    "CR": WHOLE.replace("\r\n", "\r"),
    "mixed line ends": text(*ROWS, end="\n") + HIM + "\r\n",
}


@pytest.mark.parametrize("shape", SAME)
def test_what_can_be_read_is_read_as_it_was_written(reading, shape):
    def stripped(rows):
        return [tuple((cell or "").strip() or None for cell in row) for row in rows]

    whole, _ = told(reading(WHOLE))
    rows, fits = told(reading(SAME[shape]))
    assert (stripped(rows), fits.to_list()) == (whole, [True] * 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_each_encoding_of_the_format_is_known(reading, encoding):
    rows, _ = told(reading(WHOLE, encoding=encoding))
    assert rows[0][2] == "Müller"


def test_one_byte_of_another_encoding_is_no_reason_to_guess(reading):
    content = text(ROWS[0]).encode() + HIM.replace("Proef", "Café").encode("cp1252") + b"\r\n"
    with pytest.raises(StructureRefused, match=r"line 2 is utf-8, line 3 is not \(1 byte") as refused:
        reading(content)
    assert refused.value.reason == "encoding" and "download it again" not in str(refused.value)


def test_utf_8_is_never_read_as_another_encoding(reading, pib):
    single = pib.model_copy(update={"encodings": ["iso-8859-1"]})
    with pytest.raises(StructureRefused, match="add utf-8-sig under encodings"):
        reading(WHOLE, format=single)
    late = pib.model_copy(update={"encodings": ["cp1252", "utf-8-sig"]})
    assert told(reading(WHOLE, format=late))[0][0][2] == "Müller"


def test_a_row_that_lacks_what_it_means_is_not_taken_for_one_that_left_out_empty_cells(reading):
    for row in ("SS101;01-03-2022;999990019;Proef", "SS101;01-03-2022;999990019;Proef;0000"):
        assert told(reading(text(ROWS[0], row, HIM)))[1].to_list() == [True, False, True]


def test_one_row_with_a_cell_too_many_may_be_shifted(reading):
    assert told(reading(text(ROWS[0], f"{HIM};", HIM)))[1].to_list() == [True, False, True]


def test_a_total_without_its_end_does_not_refuse_the_file(reading):
    rows, fits = told(reading(text(*ROWS, "Totaal;2", last=False)))
    assert len(rows) == 3 and fits.to_list() == [True, True, False]


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        (text(HIM.rstrip(";"), last=False), "truncated", "put a line end behind it"),
        (text(ROWS[0]) + "SS101;01-03", "truncated", "put a line end behind it"),
        (WHOLE.encode("utf-16-le"), "encoding", "UTF-16"),
        (WHOLE.encode("utf-16-be"), "encoding", "UTF-16"),
        (gzip.compress(WHOLE.encode()), "bad_archive", "gzip"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "bad_workbook", "old .xls"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "bad_workbook", "a password"),
        ("<html><table><tr><td>BSN</td></tr></table>", "not_a_table", "open it in Excel"),
        (WHOLE.replace(";", "|"), "not_a_table", r'delimiters: \[";", "\\t", ",", "\|"\]'),
        ("Overzicht van maart\r\n\r\n" + WHOLE, "not_a_table", "above row 3"),
        (WHOLE.replace("Datum signaal", "Datum van signaal"), "columns_missing", "datum_signaal: Datum van signaal"),
    ],
)
def test_what_can_not_be_read_is_refused_with_what_mends_it(reading, content, reason, said):
    with pytest.raises(StructureRefused, match=said) as refused:
        reading(content)
    assert refused.value.reason == reason
    assert "iso-8859" not in str(refused.value) and "999990019" not in str(refused.value)


def test_something_else_before_quotes_is_told(reading, pib):
    from datetime import date

    from hervat.downloads import typed
    from hervat.expectations import validate_rows

    spoiled = "\n".join(quoted(line).replace(";", ";\u00a0") for line in WHOLE.splitlines()) + "\n"
    rows = typed(next(reading(spoiled).batches()), pib)
    assert set(validate_rows(rows, date(2022, 6, 1)).failing["reason"]) == {"cell_in_quotes"}
