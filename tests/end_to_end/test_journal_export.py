"""`hervat journal`: the processing log in the form of Logius' Logboek Dataverwerkingen, and as a list. All made up."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, OTHER, GIVEN = (made_up_bsn(number) for number in (81, 82, 83))
SCHEMA = json.loads((Path(__file__).parents[2] / "config/schemas/logboek-1.0.0.json").read_text())
ID, TYPE = "dpl.core.data_subject_id", "dpl.core.data_subject_id_type"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "gemeente"
    is_sqlite = request.param == "sqlite"
    url = "sqlite:///var/register.db" if is_sqlite else request.getfixturevalue("postgres_cluster").create()
    town = Town(folder, register=url, approval="required")
    for number, bsn in enumerate((WRONG, OTHER, GIVEN), 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    town.offer("20220112", *(row("SS101", "10-01-2022", bsn, group=FAMILY, v="1234567890") for bsn in (WRONG,)))
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "10-01-2022", OTHER, group=FAMILY))
    town.night("2022-03-01", status=None)
    (plan,) = town.json("plan")["plans"]
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    town.night("2022-03-02", status=None)
    return town


def export(town, name, *more):
    out = town.directory / name
    (counts,) = town.json("journal", "export", "--out", str(out), *more, status=0)["municipalities"]
    return counts, [json.loads(line) for line in out.read_text().splitlines()]


def journal(town, *more):
    return town.json("journal", "list", *more, status=0)["lines"]


def of_persons(lines, name):
    return [line["attributes"][ID] for line in lines if line["name"] == name and ID in line["attributes"]]


def test_the_export_is_valid_whole_and_holds_no_bsn(town):
    before = journal(town)
    counts, lines = export(town, "whole.jsonl")
    check = Draft202012Validator(SCHEMA)
    assert [error.message for line in lines for error in check.iter_errors(line)] == []
    own = [line for line in before if line["action"] != "journal exported"]
    assert counts["journal"] == len(before) and counts["lines"] == len(own) == counts["journal"] - counts["left_out"]
    assert len(lines) == counts["lines"] + counts["persons"]
    spans = Counter(line["span_id"] for line in lines)
    assert max(spans.values()) == 1 and {line.get("parent_span_id") for line in lines} <= {None, *spans}
    text = (town.directory / "whole.jsonl").read_text()
    assert not [bsn for bsn in (WRONG, OTHER, GIVEN) if bsn in text] and "1234567890" not in text
    assert (town.directory / "whole.jsonl").stat().st_mode & 0o077 == 0
    assert town.json("verify", status=0)["wrong"] == []


def test_a_person_has_one_id_in_all_lines_about_them_and_a_line_each(town):
    _, lines = export(town, "persons.jsonl")
    (cleaned,) = of_persons(lines, "cleaned")
    assert cleaned in of_persons(lines, "loaded") and cleaned in of_persons(lines, "approved")
    composed = [
        int(re.search(r"(\d+) person", line["result"])[1]) for line in journal(town, "--action", "notice composed")
    ]
    assert len(of_persons(lines, "notice composed")) == sum(composed) > 1
    assert cleaned in of_persons(lines, "notice sent")
    assert len(of_persons(lines, "loaded")) == 3 and len(set(of_persons(lines, "loaded"))) == 2
    assert {line["attributes"].get(TYPE) for line in lines} == {None, "BSN"}


def test_a_line_about_persons_is_the_parent_of_theirs_in_the_trace_of_its_run(town):
    _, lines = export(town, "traces.jsonl")
    spans = {line["span_id"]: line for line in lines}
    for line in lines:
        if parent := spans.get(line.get("parent_span_id")):
            assert parent["trace_id"] == line["trace_id"]
    runs = [line for line in lines if line["name"] == "run ended"]
    assert len({run["trace_id"] for run in runs}) == 2 and not any("parent_span_id" in run for run in runs)
    steps = [line for line in lines if line["name"] == "step ended"]
    assert len(steps) == 16 and {spans[step["parent_span_id"]]["name"] for step in steps} == {"run ended"}
    assert all(step["start_time"] <= step["end_time"] for step in steps)  # in ms: an idle step takes less than one
    assert {spans[line["parent_span_id"]]["name"] for line in lines if line["name"] == "settled"} == {"step ended"}
    assert all(
        "person" in line["result"] for line in journal(town, "--action", "step ended") if "settle" in line["object"]
    )


def test_an_export_is_of_days_and_says_the_same_again_and_an_export_is_in_none(town):
    counts, first = export(town, "first.jsonl")
    again, second = export(town, "second.jsonl")
    assert first == second and again["left_out"] == counts["left_out"] + 1
    assert "journal exported" not in {line["name"] for line in second}
    assert journal(town)[-1]["action"] == "journal exported"
    none, lines = export(town, "none.jsonl", "--until", "2022-01-01")
    assert (none["journal"], lines) == (0, [])
    day = journal(town)[0]["at"][:10]
    assert export(town, "day.jsonl", "--since", day)[0]["lines"] == counts["lines"]


def test_a_run_that_failed_and_its_step_are_errors_and_nothing_else_is(tmp_path):
    town = Town(tmp_path / "gemeente")
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    town.sql("drop table inburgeraar")
    town.night("2022-03-01", status=3)
    _, lines = export(town, "failed.jsonl")
    failed = {line["name"] for line in lines if line["status"] == "Error"}
    assert failed == {"run ended", "step ended"}
    assert {line["status"] for line in lines} == {"Ok", "Error"}


def test_what_is_wrong_leaves_no_file_and_writes_over_none(town):
    out = town.directory / "kept.jsonl"
    out.write_text("kept")
    town.json("journal", "export", "--out", str(out), status=2)
    assert out.read_text() == "kept"
    town.json("journal", "list", "--since", "2022-03-02", "--until", "2022-03-01", status=2)


def test_the_list_is_of_an_action_or_a_person(town):
    lines = journal(town)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert {line["action"] for line in journal(town, "--action", "cleaned")} == {"cleaned"}
    about = [{line["action"] for line in journal(town, "--person", str(number))} for number in (1, 2)]
    (cleaned,) = [actions for actions in about if "cleaned" in actions]
    assert {"approved", "notice composed", "cleaning"} <= cleaned
    printed = town.hervat("journal", "list", "--action", "cleaned").stdout
    assert "cleaned: plan " in printed and WRONG not in printed
