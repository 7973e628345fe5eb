"""A drifted header: what is missing, what is new, the mapping that fits; and never a person from a headerless file."""

import io
import json

import pytest
import xlsxwriter
import yaml
from typer.testing import CliRunner

from hervat.cli import app
from hervat.cli.intake import formats  # noqa: F401
from hervat.downloads import drift_of, proposal, survey

DRIFTED = "Signaalcode inburgering|Datum van signaal|BSN klant|V-nr|Doelgroep inburgeraar|Zomaar iets"
SECRETS = ("999990019", "Zeldzaamheid", "Wonderlijk", "1990")


def check(path, *more):
    result = CliRunner().invoke(app.app, ["formats", "check", str(path), "--config", str(path.parent), *more])
    return result, (json.loads(result.stdout) if "--json" in more else None)


def test_a_drifted_header_is_told_and_its_mapping_can_be_pasted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"{DRIFTED}\nSS101|01-03-2022|999990019|12|Overig|x\n")
    result, told = check(path, "--json")
    assert result.exit_code == 1 and told["refused"]["reason"] == "not_a_table"
    assert told["new"] == DRIFTED.split("|") and set(told["needed"]) == {
        "signaalcode",
        "datum_signaal",
        "bsn",
        "v_nummer",
    }
    said, _ = check(path)
    assert said.exit_code == 1 and told["proposal"] in said.stdout
    assert not [secret for secret in SECRETS if secret in result.stdout + said.stdout]
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "pib-wi2021-changed.yaml").write_text(told["proposal"])
    result, mended = check(path, "--json", "--format", "pib-wi2021-changed")
    assert result.exit_code == 0 and (mended["rows"], mended["good"], mended["proposal"]) == (1, 1, None)
    assert mended["columns"]["doelgroep"] == "Doelgroep inburgeraar" and mended["new"] == ["Zomaar iets"]


def test_a_renamed_column_that_is_not_needed_is_drift_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Code;Datum signaal;BSN;Doelgroep inburgeraar\nSS101;01-03-2022;999990019;Overig\n")
    result, told = check(path, "--json")
    assert (result.exit_code, told["refused"], told["drifted"], told["good"]) == (1, None, True, 1)
    assert yaml.safe_load(told["proposal"])["columns"]["doelgroep"] == ["Doelgroep", "Doelgroep inburgeraar"]


def test_a_file_that_fits_is_0_and_asks_for_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Code;Datum signaal;BSN;Opmerking\nSS101;01-03-2022;999990019;x\n")
    result, told = check(path, "--json")
    assert (result.exit_code, told["drifted"], told["proposal"], told["new"]) == (0, False, None, ["Opmerking"])


@pytest.mark.parametrize("first", [
    "SS101;01-03-2022;999990019;Zeldzaamheid;Wonderlijk",
    "Zeldzaamheid;Wonderlijk",
    "Code;Datum signaal;Zeldzaamheid;999990019",
    "Zeldzaamheid;Wonderlijk;02-01-1990;Code;BSN",
])  # fmt: skip
def test_a_first_row_that_may_be_a_person_is_never_shown(tmp_path, first):
    path = tmp_path / "a.csv"
    path.write_text(f"{first}\nSS101;01-03-2022;999990019;Zeldzaamheid;Wonderlijk\n")
    for more in ([], ["--json"]):
        result, told = check(path, *more)
        assert result.exit_code == 1
        assert not [secret for secret in SECRETS if secret in result.stdout + result.stderr]
    assert told["new"] == [] and told["not_shown"] >= 2


def test_a_refused_file_is_told_of_and_never_raises(tmp_path):
    for number, content in enumerate([b"", b"\0\0\0", b"PK\x03\x04 cut", b"<html>", b"\xff\xfea\0", b"Code;BSN"]):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(content)
        result, told = check(path, "--json")
        assert result.exit_code == 1 and told["refused"]["reason"] and told["rows"] == 0, content


def test_another_encoding_and_delimiter_are_proposed(pib):
    form = pib.model_copy(update={"encodings": ["utf-8"], "delimiters": [";"]})
    seen = survey(lambda: io.BytesIO("Signaalcode,Datum signaal,BSN,Prénom\n".encode("cp1252")), form)
    assert (seen.encoding, seen.delimiter) == ("cp1252", ",")
    said = yaml.safe_load(proposal(drift_of(seen.cells, form), form, seen.delimiter, seen.encoding))
    assert said == {
        "name": "pib-wi2021-changed",
        "like": "pib-wi2021",
        "delimiters": [";", ","],
        "encodings": ["utf-8", "cp1252"],
    }


def test_the_sheet_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Signalen").write_row(0, 0, ["Code", "Datum signaal", "BSN"])
    _, told = check(path, "--json")
    assert (told["sheet"], told["encoding"], told["rows"], told["refused"]) == ("Signalen", None, 0, None)


def test_nothing_is_said_of_columns_where_no_header_was_seen(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04broken")
    result, told = check(path, "--json")
    assert result.exit_code == 1 and told["refused"]["reason"] == "bad_archive"
    assert (told["missing"], told["needed"], told["drifted"]) == ([], [], False)
    shown, _ = check(path)
    assert "missing" not in shown.stdout and "repaired" not in shown.stdout
