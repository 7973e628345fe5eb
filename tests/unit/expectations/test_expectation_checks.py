"""The one place for rules, and the how-to that shows one: what it says is done here, to the letter."""

import importlib.util
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hervat.expectations import checks, row_suite, row_verdicts, validate_downloads, validate_rows
from hervat.intake.whole_file_checks import FileAggregates
from hervat.settings import Quality
from tests.unit.expectations.test_expectation_suites import DAY
from tests.unit.expectations.test_expectation_suites import rows as made

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-rule.md"


@pytest.fixture
def with_the_rule_of_the_how_to(tmp_path, monkeypatch):
    """checks.py with the lines of the how-to pasted where it says, and nothing else changed."""
    (lines,) = re.findall(r"```\n( +Check\(.*?)```", HOW_TO.read_text(), re.DOTALL)
    source = Path(checks.__file__).read_text()
    before = "    return [\n        Check("
    assert source.count(before) == 1
    path = tmp_path / "checks_with_one_more.py"
    path.write_text(source.replace(before, f"    return [\n{lines}        Check("))
    spec = importlib.util.spec_from_file_location("checks_with_one_more", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, spec.name, module)
    spec.loader.exec_module(module)
    from hervat.expectations import rows

    monkeypatch.setattr(rows, "row_checks", module.row_checks)
    return module


def test_the_rule_of_the_how_to(with_the_rule_of_the_how_to):
    named = {"signaalcode": "SS190", "v_nummer": "12"}
    verdict = validate_rows(made({}, {**named, "bsn": ""}, named), DAY)
    assert verdict.failing.rows() == [(3, "correction_without_bsn")]
    assert "ontbreekt het BSN" in with_the_rule_of_the_how_to.words()["correction_without_bsn"]
    assert (result := next(r for r in verdict.results if r["reason"] == "correction_without_bsn"))["severity"] == "row"
    assert (result["element_count"], result["unexpected_count"]) == (3, 1)


def test_without_it_such_a_row_is_loaded():
    assert validate_rows(made({"signaalcode": "SS190", "bsn": "", "v_nummer": "12"}), DAY).failing.is_empty()


def test_what_can_not_be_measured_is_no_failure_and_each_bound_is_judged():
    bounds = checks.download_checks(Quality())
    empty = {"download": 7, **{one.reason: None for one in bounds}}
    wrong = {"download": 8, **{one.reason: one.high + 1 if one.high is not None else one.low / 2 for one in bounds}}
    said = validate_downloads(pl.DataFrame([empty, wrong], infer_schema_length=None), Quality())
    assert len(said) == 2 * len(bounds)
    assert {one.result["success"] for one in said if one.download == 7} == {True}
    assert {one.result["success"] for one in said if one.download == 8} == {False}
    assert validate_downloads(pl.DataFrame(), Quality()) == []


def test_a_file_with_a_header_only_has_a_verdict():
    """Found by the fuzz run: no batch was looked at, so no rule could be evaluated."""
    verdict = row_verdicts([row_suite(DAY)])[0]
    assert verdict.failing.is_empty() and all(one["success"] and not one["element_count"] for one in verdict.results)


def test_all_files_of_a_night_are_judged_at_once_as_each_alone(monkeypatch):
    """Great Expectations' fixed cost is that of thousands of rows: one validation, and each file its own counts."""
    files = [
        made({}),
        made({"bsn": "123456789"}, {}, {"doelgroep": "Onbekend"}),
        made({"bsn": "123456789"}),
        made()[:0],
    ]
    alone = [validate_rows(file, DAY) for file in files]
    from hervat.expectations import rows

    asked, outcomes = [], rows.outcomes
    monkeypatch.setattr(rows, "outcomes", lambda *given: asked.append(given) or outcomes(*given))
    rows._judged.cache_clear()
    suites = [row_suite(DAY) for _ in files]
    for suite, file in zip(suites, files, strict=True):
        suite.look(file)
    together = row_verdicts(suites)
    assert len(asked) == 1
    assert [one.results for one in together] == [one.results for one in alone]
    assert [one.failing.rows() for one in together] == [one.failing.rows() for one in alone]
    assert [one.failing.height for one in together] == [0, 1, 1, 0]
    assert [(one.reasons, one.warnings) for one in together] == [(one.reasons, one.warnings) for one in alone]


def test_only_kinds_of_rows_that_are_new_are_asked(monkeypatch):
    from hervat.expectations import rows

    asked, outcomes = [], rows.outcomes
    monkeypatch.setattr(rows, "outcomes", lambda *given: asked.append(len(given[2])) or outcomes(*given))
    rows._judged.cache_clear()
    wrong, early = {"bsn": "123456789"}, {"datum_kennisgeving": "01-01-2020"}
    first = validate_rows(made({}, wrong, wrong), DAY)
    more = validate_rows(made(wrong, early, {}), DAY)
    assert asked == [2, 1]
    assert (first.reasons, first.warnings, more.reasons) == ({"bsn_wrong": 2}, {}, {"bsn_wrong": 1})
    assert more.warnings == {"kennisgeving_early": 1} and more.failing.rows() == [(2, "bsn_wrong")]
    rows._judged.cache_clear()
    again = validate_rows(made(wrong, early, {}), DAY)
    assert (again.results, again.failing.rows()) == (more.results, more.failing.rows()) and asked == [2, 1, 3]


def test_persons_in_two_groups_over_batches():
    across = FileAggregates()
    other = {"doelgroep": "Gezinsvormer"}
    across.add(made({}, {"bsn": "", "v_nummer": "12"}, {"bsn": "100000009", "doelgroep": ""}))
    across.add(made(other, {**other, "bsn": "", "v_nummer": "12", "datum_signaal": "05-03-2022"}))
    across.add(made({**other, "bsn": "100000009"}))
    assert (across.several_groups(), across.newest_signal) == (2, date(2022, 3, 5))
    across.add(made({**other, "signaalcode": "SS124"}))
    assert across.several_groups() == 1
