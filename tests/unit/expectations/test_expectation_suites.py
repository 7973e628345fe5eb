"""The suites on rows with one mistake each, on clean rows and on many. All persons are made up."""

import json
import logging
import time
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from stdnum.nl import bsn as elfproef

from hervat.downloads import CHECKS, FIELDS, StructureRefused, load_format, read, typed
from hervat.expectations import validate_rows, validate_structure

PIB = load_format("pib-wi2021", Path())
DAY = date(2022, 3, 25)
GOOD = {
    "signaalcode": "SS101",
    "datum_signaal": "01-03-2022",
    "bsn": "999990019",
    "v_nummer": "1234567890",
    "achternaam": "Zeldzaamheid",
    "voornamen": "Wonderlijk",
    "geboortedatum": "02-01-1990",
    "doelgroep": "Gezinshereniger",
    "gemeentecode": "0363",
    "wet": "Wi2021",
    "datum_kennisgeving": "05-03-2022",
}
SECRETS = ("999990019", "111222334", "1234567890", "Zeldzaamheid", "Wonderlijk", "1990", "Geheim")


def rows(*changes: dict) -> pl.DataFrame:
    cells = [{**dict.fromkeys(FIELDS), **GOOD, **change} for change in changes]
    oks = [cell.pop("columns_ok", True) for cell in cells]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(FIELDS, pl.String))
    numbers = pl.Series("row", range(2, len(cells) + 2), dtype=pl.Int64)
    return typed(frame.with_columns(numbers, pl.Series("columns_ok", oks, dtype=pl.Boolean)), PIB)


def a_row() -> pd.DataFrame:
    return pd.DataFrame([{"columns_ok": True}], index=pd.Index([2], name="row"))


MISTAKES = [
    ({"columns_ok": False}, "columns_wrong"),
    ({"signaalcode": ""}, "code_missing"),
    ({"signaalcode": "SS1O1"}, "code_malformed"),
    ({"signaalcode": "SS101\nSS190"}, "code_malformed"),
    ({"datum_signaal": ""}, "date_missing"),
    ({"datum_signaal": "31-02-2022"}, "date_malformed"),
    ({"bsn": "", "v_nummer": ""}, "identifier_missing"),
    ({"bsn": "111222334"}, "bsn_wrong"),
    ({"bsn": "1234567"}, "bsn_wrong"),
    ({"bsn": "000000000"}, "bsn_wrong"),
    ({"bsn": "1,23E+08"}, "bsn_wrong"),
    ({"bsn": "Geheim"}, "bsn_wrong"),
    ({"v_nummer": "12345678901"}, "v_number_wrong"),
    ({"v_nummer": "-1"}, "v_number_wrong"),
    ({"wet": "Wi2099"}, "wet_unknown"),
    ({"gemeentecode": "GM0363"}, "gemeentecode_malformed"),
    ({"geboortedatum": "31-02-1990"}, "birth_malformed"),
    ({"datum_kennisgeving": "binnenkort"}, "kennisgeving_malformed"),
    ({"achternaam": "Geheim" * 100}, "text_too_long"),
    ({"voornamen": "Geheim\x1b[31m"}, "control_characters"),
]


def test_each_mistake_quarantines_its_row_and_no_other():
    verdict = validate_rows(rows({}, *(change for change, _ in MISTAKES), {}), DAY)
    expected = [(number, reason) for number, (_, reason) in enumerate(MISTAKES, 3)]
    assert verdict.failing.rows() == expected


def test_clean_rows_pass_and_unknown_codes_and_groups_are_fine():
    fine = [
        {},
        {"signaalcode": "SS197"},
        {"doelgroep": "Iets nieuws"},
        {"gemeentecode": "", "wet": "", "doelgroep": "", "geboortedatum": "", "datum_kennisgeving": ""},
        {"bsn": ""},
        {"v_nummer": ""},
        {"geboortedatum": "00-00-1985"},
        {"v_nummer": "9999999999"},
        {"v_nummer": "0"},
    ]
    verdict = validate_rows(rows(*fine), DAY)
    assert (verdict.failing.height, verdict.reasons) == (0, {})
    assert verdict.warnings == {"group_unknown": 1, "v_number_zero": 1}


def test_a_row_counts_under_its_first_reason_and_all_are_counted():
    verdict = validate_rows(rows({"signaalcode": "", "bsn": "111222334", "wet": "x"}), DAY)
    assert verdict.failing.rows() == [(2, "code_missing")]
    assert verdict.reasons == {"code_missing": 1, "bsn_wrong": 1, "wet_unknown": 1}


def test_warnings_quarantine_nobody():
    bare = {field: None for field in GOOD if field not in ("signaalcode", "bsn", "datum_signaal", "wet")}
    verdict = validate_rows(
        rows(
            {"signaalcode": "SS190"},
            {**bare, "signaalcode": "SS190"},
            {"datum_signaal": "26-03-2022"},
            {"datum_signaal": "25-03-2022"},
            {"geboortedatum": "01-01-2023"},
            {"geboortedatum": "24-03-1912"},
            {"geboortedatum": "26-03-1912"},
            {"bsn": "10000008"},
        ),
        DAY,
    )
    assert verdict.failing.is_empty()
    assert verdict.warnings == {
        "correction_with_more": 1,
        "signal_in_future": 1,
        "born_in_future": 1,
        "kennisgeving_early": 2,
        "born_long_ago": 1,
        "bsn_repaired": 1,
    }


def test_results_hold_counts_from_a_white_list_and_no_value(capfd):
    verdict = validate_rows(rows({}, *(change for change, _ in MISTAKES)), DAY)
    written = json.dumps(verdict.results, ensure_ascii=False) + repr(verdict)
    keys = {"suite", "expectation", "reason", "severity", "element_count", "unexpected_count", "success"}
    assert all(set(result) == keys for result in verdict.results)
    assert not [secret for secret in SECRETS if secret in written]
    assert capfd.readouterr() == ("", "")


def test_no_rows_pass():
    verdict = validate_rows(rows({}).clear(), DAY)
    assert verdict.failing.is_empty()
    assert all(result["success"] and result["element_count"] == 0 for result in verdict.results)


def test_great_expectations_failing_is_red_and_tells_no_value(capfd, caplog):
    from hervat.expectations.engine import ValidationFailed

    with caplog.at_level(logging.DEBUG), pytest.raises(ValidationFailed) as failed:
        from hervat.expectations.engine import Rule, outcomes
        from hervat.expectations.suites import _holds

        outcomes("rows", lambda: [Rule("x", "row", _holds("no_such_column"))], a_row())
    said = str(failed.value) + caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in SECRETS if secret in said]
    assert failed.value.__cause__ is None


def test_a_broken_rule_is_red_too():
    from hervat.expectations.engine import ValidationFailed, outcomes

    def broken():
        raise ValueError("999990019")

    with pytest.raises(ValidationFailed, match=r"ValueError.*nothing was validated") as failed:
        outcomes("rows", broken, a_row())
    assert "999990019" not in str(failed.value)


def test_the_structure_is_part_of_the_results():
    import io

    good = read(lambda: io.BytesIO(b"Code;Datum signaal;BSN\n"), "x.csv", PIB)
    results = validate_structure(good)
    assert [result["reason"] for result in results] == list(CHECKS)
    assert all(result["success"] for result in results)
    with pytest.raises(StructureRefused) as refused:
        read(lambda: io.BytesIO(b"Code;BSN\n"), "x.csv", PIB)
    failed = validate_structure(refused.value)
    assert [(r["reason"], r["severity"], r["success"]) for r in failed] == [("columns_missing", "file", False)]


def test_a_hundred_thousand_rows_in_reasonable_time():
    numbers = [f"{n:09}" for n in range(100_000_000, 100_100_000)]
    frame = rows({}).select(pl.all().repeat_by(len(numbers)).explode())
    frame = frame.with_columns(bsn=pl.Series(numbers), row=pl.int_range(2, len(numbers) + 2))
    started = time.monotonic()
    verdict = validate_rows(frame, DAY)
    assert time.monotonic() - started < 20
    assert verdict.reasons == {"bsn_wrong": sum(not elfproef.is_valid(number) for number in numbers)}
    assert verdict.failing.height == verdict.reasons["bsn_wrong"]


def test_validations_side_by_side_do_not_mix():
    from concurrent.futures import ThreadPoolExecutor

    frames = [rows({"signaalcode": ""}), rows({"wet": "x"}), rows({})] * 2
    with ThreadPoolExecutor(3) as pool:
        said = [list(verdict.reasons) for verdict in pool.map(lambda frame: validate_rows(frame, DAY), frames)]
    assert said == [["code_missing"], ["wet_unknown"], []] * 2
