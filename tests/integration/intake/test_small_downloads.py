"""Small downloads are typed, judged and loaded together: each comes to what it comes to alone. All persons made up."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy.orm import Session

from hervat.downloads import Typing
from hervat.intake import Judgement, original_rows, validation_results
from hervat.register.models import Download
from tests.support.town import ASYLUM, FAMILY, HEADER, Town, made_up_bsn, row

load, validate = import_module("hervat.intake.load"), import_module("hervat.tasks.validate")
BSN = [made_up_bsn(number) for number in range(20)]
DAY = "2022-06-10"


def offered(folder: Path) -> Town:
    """A gemeente to which a night's files are offered: good and bad rows, two wetten, one empty and one refused."""
    town = Town(folder)
    town.offer("20220601", row("SS101", "10-01-2022", BSN[0], group=FAMILY), row("SS101", "", BSN[1]))
    town.offer("20220602", row("SS190", "10-05-2022", BSN[0]), row("SS101", "03-06-2022", BSN[2], group=ASYLUM))
    town.offer("20220603", row("SS101", "1-2-2022", BSN[3], v="12", wet=""), row("SS101", "1-2-2022", BSN[3]))
    town.offer(
        "20220604",
        row("SS101", "01-03-2022", BSN[4], wet="", name="Verzonnen"),
        name="PIB_Wi2013_0000_20220604_000000.csv",
    )
    town.offer("20220605")
    town.offer("20220606", raw=HEADER.replace("BSN", "Nummer").encode())
    town.offer("20220607", *(row("SS101", "44600", bsn, v=str(at)) for at, bsn in enumerate(BSN[5:9])))
    town.offer("20220608", row("SS101", "10-01-2022", BSN[0], group=ASYLUM), row("SS101", "x", "123", gemeente="9999"))
    town.offer("20220609", row("SS101", "11-01-2022", BSN[0], group=FAMILY, gemeente="0363"))
    return town


LEFT = {
    "download": "id, name, wet, status, reason, detail, format_fingerprint, rows_read, rows_loaded, rows_known,"
    " rows_foreign, rows_quarantined, rows_unknown_code, newest_signal, several_groups",
    "quarantined_row": "download_id, row, reason, code, signal_date, correction, status",
    "validation_result": "download_id, suite, expectation, reason, severity, element_count, unexpected_count, success",
    "signal": "id, person_id, code, date, wet, gemeentecode, doelgroep, kennisgeving, first_seen, last_seen",
    "sighting_block": "download_id, first_row, rows",
    "identifier": "person_id, kind",
    "personalia": "person_id, said_on",
    "foreign_row": "download_id, row, incident_id",
    "journal": "action, object, result",
}
"""Tables that intake fills, without the columns that differ from night to night: moments, keys and what they seal."""


def standing(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(town.directory / "var" / "register.db")) as register:
        left = {
            table: sorted(register.execute(f"select {names} from {table}").fetchall(), key=repr)
            for table, names in LEFT.items()
        }
    return left | {"journal": [line for line in left["journal"] if line[0] != "step ended"]}  # that says when


def night(town: Town, status: int) -> dict[str, Any]:
    return town.night(DAY, "--step", "fetch", "--step", "load", status=status)


def statuses(town: Town) -> dict[int, str]:
    return {number: status for number, _, _, status, *_ in standing(town)["download"]}


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """The register after a night of which nothing was made to fail."""
    town = offered(tmp_path_factory.mktemp("together") / "town")
    night(town, status=1)
    left = standing(town)
    assert all(left.values()), [table for table, rows in left.items() if not rows]
    return left


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return offered(tmp_path / "town")


def test_together_is_as_each_alone(
    town: Town, together: dict[str, list[tuple[Any, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(original_rows, "_SMALL", 0)
    monkeypatch.setattr(load, "_FEW", 0)
    monkeypatch.setattr(validate, "_MAX_FILES", 1)
    monkeypatch.setattr(validate, "typed_together", None)
    night(town, status=1)
    assert standing(town) == together


def test_what_can_not_be_typed_together_is_typed_one_by_one(
    town: Town, together: dict[str, list[tuple[Any, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "typed_together", None)
    night(town, status=1)
    assert standing(town) == together


def test_typing_that_fails_for_one_leaves_the_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = Typing.of

    def of(typing: Typing, frame: pl.DataFrame) -> pl.DataFrame:
        if BSN[2] in frame["bsn"]:
            raise ValueError(BSN[2])
        return typed(typing, frame)

    monkeypatch.setattr(Typing, "of", of)
    assert night(town, status=3)["errors"] == ["download 2 was not validated: ValueError"]
    assert [number for number, status in statuses(town).items() if status == "secured"] == [2]


def test_a_verdict_that_can_not_be_recorded_leaves_the_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    validated = validation_results._validated

    def failing(download: Download, judgement: Judgement) -> None:
        if download.id == 3:
            raise ValueError(BSN[3])
        validated(download, judgement)

    monkeypatch.setattr(validation_results, "_validated", failing)
    assert night(town, status=3)["errors"] == ["download 3 was not validated: ValueError"]
    assert [number for number, status in statuses(town).items() if status == "secured"] == [3]


def test_a_load_that_fails_leaves_the_others_and_the_next_night_has_it_all(
    town: Town, together: dict[str, list[tuple[Any, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = load.end_mended

    def failing(session: Session, download: Download) -> None:
        if download.id == 9:
            raise ValueError(BSN[0])
        ended(session, download)

    with monkeypatch.context() as patch:
        patch.setattr(load, "end_mended", failing)
        assert night(town, status=3)["errors"] == ["download 9 was not loaded: ValueError"]
    left = standing(town)
    assert [number for number, status in statuses(town).items() if status == "validated"] == [9]
    loaded = [line for line in together["journal"] if line[0] == "loaded" and line[1] != "download 9"]
    assert [line for line in left["journal"] if line[0] == "loaded"] == loaded
    night(town, status=1)
    assert standing(town)["signal"] == together["signal"]
