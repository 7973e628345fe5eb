"""Lists as people keep them: odd spellings, hidden sheets, broken lines, strange encodings. All BSNs are made up."""

import csv
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hervat.delivery.gate.lists import ListError, search_lists
from hervat.settings import System

ONE, TWO, ZEROS = "999990019", "123456782", "001234560"
WANTED = {ONE: "one", TWO: "two", ZEROS: "zeros"}


def found(folder: Path) -> list[tuple[str, str, int, str]]:
    system = System.model_validate({"name": "lijsten", "files": {"directory": str(folder), "pattern": "*"}})
    return [(hit.file, hit.sheet, hit.row, hit.key) for hit in search_lists(system, WANTED)]


def book(path: Path) -> Any:
    return xlsxwriter.Workbook(str(path))


@pytest.mark.parametrize(
    "cell",
    ["BSN 123.456.782 gebeld", "123 456 782", "1234.56.782", "123456782.0", 123456782.0, "1.23456782E+08",
     "nagevraagd op 12-03-2022:\n123-456-782"],
)  # fmt: skip
def test_spellings_in_a_cell(tmp_path: Path, cell: Any) -> None:
    with book(tmp_path / "a.xlsx") as made:
        made.add_worksheet("een").write_row(4, 3, ["x", cell])
    assert found(tmp_path) == [("a.xlsx", "een", 5, "two")]


@pytest.mark.parametrize("cell", [1234560, "1234560", 1234560.0, "1234560.0"])
def test_a_number_that_lost_its_zeros(tmp_path: Path, cell: Any) -> None:
    with book(tmp_path / "a.xlsx") as made:
        made.add_worksheet("een").write(1, 1, cell)
    assert found(tmp_path) == [("a.xlsx", "een", 2, "zeros")]


def test_several_persons_in_one_cell_and_one_person_twice_in_a_row(tmp_path: Path) -> None:
    with book(tmp_path / "a.xlsx") as made:
        made.add_worksheet("een").write_row(0, 0, ["123456782 en 999.990.019", "nogmaals 123456782"])
    assert found(tmp_path) == [("a.xlsx", "een", 1, "one"), ("a.xlsx", "een", 1, "two")]


def test_hidden_sheets_merged_cells_and_what_a_formula_came_to(tmp_path: Path) -> None:
    with book(tmp_path / "a.xlsx") as made:
        made.add_worksheet("gewoon").merge_range(2, 1, 4, 2, ONE)
        hidden, deep = made.add_worksheet("verborgen"), made.add_worksheet("diep")
        hidden.write(0, 0, ONE)
        hidden.set_row(0, None, None, {"hidden": True})
        hidden.hide()
        deep.write_formula(6, 0, "=gewoon!B3", None, 123456782)
        deep.very_hidden()
    assert found(tmp_path) == [
        ("a.xlsx", "gewoon", 3, "one"), ("a.xlsx", "verborgen", 1, "one"), ("a.xlsx", "diep", 7, "two"),
    ]  # fmt: skip


def test_a_person_in_the_name_of_a_sheet_or_file(tmp_path: Path) -> None:
    with book(tmp_path / "dossier 123456782.xlsx") as made:
        made.add_worksheet("999990019")
    name = "dossier 123456782.xlsx"
    assert found(tmp_path) == [(name, "", 0, "two"), (name, "999990019", 0, "one")]


def test_the_name_of_a_file_that_fails_is_told_without_its_bsn(tmp_path: Path) -> None:
    (tmp_path / "dossier 123456782.xlsx").write_bytes(b"nothing")
    with pytest.raises(ListError, match="dossier ") as caught:
        found(tmp_path)
    assert TWO not in str(caught.value)


def test_a_row_of_a_text_file_is_the_record_that_excel_shows(tmp_path: Path) -> None:
    lines = ["naam;opmerking", "", 'x;"eerst\nen dan\r\nnog iets"', "y;geen", 'z;"bsn:\n999990019"', "w;123.456.782"]
    (tmp_path / "a.csv").write_bytes("\r\n".join(lines).encode())
    assert found(tmp_path) == [("a.csv", "", 5, "one"), ("a.csv", "", 6, "two")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_with_and_without_its_mark(tmp_path: Path, encoding: str) -> None:
    with (tmp_path / "a.csv").open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=";").writerows([["titel", ""], *[["Çelik", "x"]] * 3, ["é", ONE]])
    assert found(tmp_path) == [("a.csv", "", 5, "one")]


def test_a_title_above_the_columns_and_excels_own_hint(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Overzicht, maart\nnaam;BSN\nx;1\ny;1234560\n")
    (tmp_path / "b.csv").write_text("sep=|\nBSN|x\n999990019|y\n")
    assert found(tmp_path) == [("a.csv", "", 4, "zeros"), ("b.csv", "", 2, "one")]


def test_a_windows_file_whose_first_odd_letter_comes_late(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a;b\r\n" * 300_000 + "Çelik;999990019\r\n".encode("cp1252"))
    assert found(tmp_path) == [("a.csv", "", 300_001, "one")]


def test_a_quote_that_is_never_closed_hides_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a;b\nx;"12 duim\ny;999990019\n')
    assert [key for *_, key in found(tmp_path)] == ["one"]


def test_a_large_text_file_is_streamed(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w") as handle:
        handle.writelines(
            "geen,niemand,hier staat wel een lange tekst bij om de regel te vullen\n" for _ in range(75_000)
        )
        handle.write(f"x,{ONE},\n")
    tracemalloc.start()
    hits, (_, peak) = found(tmp_path), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert hits == [("a.csv", "", 75_001, "one")]
    assert peak < 5 << 20 < (tmp_path / "a.csv").stat().st_size
