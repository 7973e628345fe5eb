import csv
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hervat.delivery.gate.lists import ListError, search_lists
from hervat.settings import System

WANTED = {"999990019": "key", "000012345": "short"}


def lists(folder: Path, pattern: str = "*") -> System:
    return System.model_validate({"name": "lijsten", "files": {"directory": str(folder), "pattern": pattern}})


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def found(folder: Path, pattern: str = "*") -> list[tuple[str, str, int, str]]:
    return [(hit.file, hit.sheet, hit.row, hit.key) for hit in search_lists(lists(folder, pattern), WANTED)]


@pytest.mark.parametrize("cell", ["999990019", 999990019, "9999.90.019", "dhr. X (999990019), taalschool", 999990019.0])
def test_any_sheet_column_and_spelling(tmp_path: Path, cell: Any) -> None:
    workbook(tmp_path / "a.xlsx", {"leeg": [], "twee": [[], ["naam", "opmerking"], [], ["x", cell], ["y", 5]]})
    assert found(tmp_path) == [("a.xlsx", "twee", 4, "key")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_in_every_form(tmp_path: Path, encoding: str, separator: str) -> None:
    with (tmp_path / "a.csv").open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=separator).writerows(
            [["naam", "nr"], ["Çelik", "x"], [f"a{separator}b", "999990019"]]
        )
    assert found(tmp_path) == [("a.csv", "", 3, "key")]


def test_a_short_number_counts_only_where_the_column_says_bsn(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"een": [["aantal", "BSN"], [12345, 1], [1, 12345]]})
    assert found(tmp_path) == [("a.xlsx", "een", 3, "short")]


def test_a_number_within_a_longer_number_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("telefoon 319999900190\n")
    assert found(tmp_path) == []


def test_names_fit_whatever_their_case_and_locks_are_no_lists(tmp_path: Path) -> None:
    workbook(tmp_path / "LIJST.XLSX", {"een": [["999990019"]]})
    (tmp_path / "~$lijst.xlsx").write_bytes(b"lock")
    assert len(found(tmp_path, "*.xlsx")) == 1


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx"])
def test_what_can_not_be_searched_is_an_error_with_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"999990019")
    with pytest.raises(ListError, match=name) as caught:
        found(tmp_path)
    assert "999990019" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="weg"):
        found(tmp_path / "weg")
