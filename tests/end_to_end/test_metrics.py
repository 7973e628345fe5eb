"""`hervat status --metrics`: read by Prometheus' own parser, one gemeente in trouble, nobody named."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from hervat.status.metrics import METRICS
from hervat.today import today
from tests.support.town import made_up_bsn, row, waiting_town

WRONG = [made_up_bsn(7001), made_up_bsn(7002)]
BROKEN = """
  - code: "0002"
    name: Elders
    systems:
      - name: weg
        database: sqlite:///weg/weg.db
        footprint: {person: {table: persoon, bsn: bsn}, root: inburgeraar}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = waiting_town(tmp_path_factory.mktemp("metrics"), WRONG)
    town.offer("20220302", row("SS101", "01-03-2022", "12345"), row("SS101", "02-03-2022", "", v="1234567890"))
    town.night("2022-03-03", status=1)
    yaml = town.directory / "hervat.yaml"
    yaml.write_text(yaml.read_text().rstrip() + BROKEN)
    return town


def written(path):
    """Return (metric, labels but the gemeente's) -> value for each gemeente, as Prometheus reads the file."""
    families = list(text_string_to_metric_families(path.read_text()))
    assert all(family.documentation and family.type == "gauge" for family in families)
    found = {}
    for sample in (sample for family in families for sample in family.samples):
        labels = dict(sample.labels)
        found.setdefault(labels.pop("municipality", None), {})[sample.name, *labels.values()] = sample.value
    return found


def test_one_that_can_not_be_read_is_down_and_the_others_stay(town):
    path = town.directory / "hervat.prom"
    answer = town.json("status", "--metrics", str(path), status=3)
    assert [text[:4] for text in answer["errors"]] == ["0002"]
    found, now = written(path), datetime.now(UTC)
    ours, broken = found["0000"], found["0002"]
    assert (ours["hervat_up",], broken["hervat_up",]) == (1, 0)
    stands = {
        "hervat_last_night_exit_status": 1, "hervat_quarantine_rows": 1, "hervat_quarantine_files": 0,
        "hervat_notices_unconfirmed": 0, "hervat_cbs_gate_open": 0,
    }  # fmt: skip
    assert {name: ours[name,] for name in stands} == stands
    assert ours["hervat_standing_persons", "inburgering"] == 2 and ours["hervat_plans_waiting", "inburgering"] == 1
    assert ours["hervat_persons", "corrected"] == 2 and ours["hervat_waiting",] > 0
    for name in ("hervat_last_night_timestamp_seconds", "hervat_last_good_night_timestamp_seconds"):
        assert now - timedelta(hours=1) < datetime.fromtimestamp(ours[name,], UTC) <= now
    assert ours["hervat_cbs_days_left",] == (_deadline(town) - today()).days
    assert not {name for name, *_ in broken} & {
        "hervat_standing_persons", "hervat_last_night_exit_status", "hervat_cbs_days_left"
    }  # fmt: skip


def test_one_that_fails_as_a_whole_is_down_without_a_trace_of_why(town, monkeypatch):
    from hervat import status

    look = status.measured
    monkeypatch.setattr(status, "measured", lambda night: look(night) if night.code == "0000" else 1 / 0)
    path = town.directory / "fails.prom"
    assert town.json("status", "--metrics", str(path), status=3)["errors"] == ["0002: ZeroDivisionError"]
    found = written(path)
    assert found["0002"] == {("hervat_up",): 0} and found["0000"]["hervat_up",] == 1


def _deadline(town):
    account = town.json("status", "--municipality", "0000")["municipalities"][0]
    return datetime.fromisoformat(account["deadline"]).date()


def test_it_is_put_in_place_whole_readable_for_all_and_names_nobody(town):
    path = town.directory / "other.prom"
    path.write_text("of before\n")
    before = path.stat().st_ino
    town.hervat("status", "--metrics", str(path))
    text = path.read_text()
    assert path.stat().st_ino != before and path.stat().st_mode & 0o777 == 0o644
    assert not list(town.directory.glob(".*"))
    assert not [bsn for bsn in WRONG if bsn in text] and "Verzonnen" not in text and "12345" not in text


@pytest.mark.parametrize(
    ("more", "said"), [(("--as-of", "2022-03-03"), "leave --as-of"), (("--municipality", "0000"), "leave --as-of")]
)
def test_only_this_moment_of_all(town, more, said):
    result = town.hervat("status", "--metrics", str(town.directory / "x.prom"), *more)
    assert result.exit_code == 2 and said in result.stderr and not (town.directory / "x.prom").exists()


def test_a_folder_that_is_not_there_is_named(town):
    result = town.hervat("status", "--metrics", str(town.directory / "none" / "x.prom"))
    assert result.exit_code == 2 and "x.prom can't be written (FileNotFoundError)" in result.stderr


def test_the_how_to_names_every_metric(town):
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "monitoring.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `hervat_")]
    assert {name for line in rows for name in re.findall(r"`(hervat_[a-z_]+)", line)} == set(METRICS)
    path = town.directory / "named.prom"
    town.hervat("status", "--metrics", str(path))
    assert set(re.findall(r"^# HELP (\S+)", path.read_text(), re.MULTILINE)) == set(METRICS)
