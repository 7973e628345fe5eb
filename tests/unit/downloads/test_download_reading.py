"""Good files in every dress: encodings, delimiters, quotes, headers, ragged rows."""

import tracemalloc
from io import BytesIO

import polars as pl
import pytest

from hervat.downloads import FIELDS, read

HEADER = (
    "Signaalcode;Signaalomschrijving;Datum signaal;BSN;V-nummer;Achternaam;Voorvoegsel;Voornamen;"
    "Geboortedatum;Doelgroep;Gemeentecode;Wet;Datum kennisgeving\r\n"
)
ROW = "SS101;Persoon is plichtig;01-03-2022;999990019;;{name};;Ayşe;01-02-1990;Gezinshereniger;0363;Wi2021;\r\n"


def only(download) -> pl.DataFrame:
    return pl.concat(download.batches())


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Çelik", "cp1252"), ("Çelik", "utf-8"), ("Đặng", "utf-8"), ("Đặng", "utf-8-sig"), ("İnce", "utf-8")],
)
def test_names_survive_each_encoding(reading, name, encoding):
    row = ROW.format(name=name).replace("Ayşe", "A")
    assert only(reading(HEADER + row, encoding=encoding))["achternaam"].to_list() == [name]


def test_a_character_on_the_edge_of_a_chunk_is_whole(reading):
    filler = "x" * (1 << 20)
    lines = HEADER + "".join(ROW.format(name="Đặng") for _ in range(20_000))
    assert len(lines.encode()) > len(filler)
    assert set(only(reading(lines))["achternaam"]) == {"Đặng"}


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_the_delimiter_is_found(reading, delimiter):
    download = reading((HEADER + ROW.format(name="A")).replace(";", delimiter))
    assert download.delimiter == delimiter
    assert only(download)["bsn"].to_list() == ["999990019"]


def test_excels_sep_line_is_no_row(reading):
    assert only(reading("sep=,\r\n" + (HEADER + ROW.format(name="A")).replace(";", ",")))["row"].to_list() == [2]


def test_quoted_delimiters_newlines_and_quotes_stay_in_their_cell(reading):
    frame = only(reading(HEADER + ROW.format(name='"De Vries; ""de oude""\r\nen Zn"') + ROW.format(name="B")))
    assert frame["achternaam"].to_list() == ['De Vries; "de oude"\r\nen Zn', "B"]
    assert frame["row"].to_list() == [2, 3]


def test_a_stray_quote_in_one_row_stays_in_that_row(reading):
    frame = only(reading(HEADER + ROW.format(name='"Jan" de Vries') + ROW.format(name='O"Brien')))
    assert frame["achternaam"].to_list() == ["Jan de Vries", 'O"Brien']
    assert frame["columns_ok"].all()


def test_headers_may_be_spelled_moved_and_unknown(reading):
    content = "Nieuw; BSN ;SIGNAALCODE;datum_signaal;Tussenvoegsel;;\nx;999990019;SS190;01-03-2022;van;;\n"
    download = reading(content)
    row = only(download).row(0, named=True)
    assert download.extra == 1
    assert (row["signaalcode"], row["bsn"], row["voorvoegsel"], row["doelgroep"]) == (
        "SS190",
        "999990019",
        "van",
        None,
    )
    assert row["columns_ok"]


def test_ragged_rows_are_known_exactly(reading):
    rows = ["SS101;x;01-03-2022;1", "SS101" + ";" * 12, "SS101" + ";" * 13, "SS101" + ";" * 12 + ";extra"]
    frame = only(reading(HEADER + "".join(f"{row}\r\n" for row in rows)))
    assert frame["columns_ok"].to_list() == [False, True, False, False]


def test_blank_rows_count_as_places_but_are_no_rows(reading):
    download = reading(HEADER + "\r\n" + ROW.format(name="A") + ";" * 12 + "\r\n" + ROW.format(name="B"))
    assert download.rows == 2
    assert only(download)["row"].to_list() == [3, 5]


def test_a_header_alone_is_an_empty_download(reading):
    for content in (HEADER, HEADER.rstrip(), HEADER + "\r\n\r\n"):
        download = reading(content)
        assert (download.rows, list(download.batches())) == (0, [])


def test_a_last_row_without_newline_is_whole_when_its_cells_are(reading):
    assert reading(HEADER + ROW.format(name="A").rstrip("\r\n")).rows == 1


def test_batches_hold_all_rows_once_in_columns_of_text(reading):
    download = reading(HEADER + "".join(ROW.format(name=f"N{n}") for n in range(25)), batch_rows=10)
    frames = list(download.batches())
    assert [frame.height for frame in frames] == [10, 10, 5]
    assert frames[0].columns == ["row", "columns_ok", *FIELDS]
    assert pl.concat(frames)["row"].to_list() == list(range(2, 27))
    assert download.rows == 25


def test_memory_stays_flat(pib):
    content = (HEADER + ROW.format(name="A") * 60_000).encode()
    tracemalloc.start()
    download = read(lambda: BytesIO(content), "x.csv", pib, batch_rows=1_000)
    rows = sum(frame.height for frame in download.batches())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 60_000
    assert peak < 20 << 20
