"""`hervat cbs` as a user meets it: several gemeenten, what is said, what stands in JSON, the reminder."""

import json
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree
from typer.testing import CliRunner

from hervat.cli import delivery as _cbs  # noqa: F401 - the command registers itself
from hervat.cli.app import app
from hervat.delivery.confirm import reminder
from tests.support.delivery_world import CODE, QUARTER, DeliveryWorld, made_up_bsns

ONE, OTHER, THIRD = made_up_bsns(3)


@pytest.fixture
def world(tmp_path: Path, register_template: Path) -> DeliveryWorld:
    made = DeliveryWorld(tmp_path / "home", register_template)
    (made.folder / "keys.json").write_text(json.dumps({"master": b64encode(b"k" * 32).decode()}))
    made.person(ONE, "right")
    made.stand(ONE, leerroute="B")
    return made


def call(world: DeliveryWorld, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["cbs", *words, "--config", str(world.folder)])
    assert done.exit_code == status, done.output
    return done.stdout


def asked(world: DeliveryWorld, *words: str, status: int = 0) -> Any:
    return json.loads(call(world, *words, "--json", status=status))


PREPARE = ("prepare", "--quarter", QUARTER, "--as-of", "2022-04-01")


def neighbour(world: DeliveryWorld, **cbs: Any) -> None:
    """Let a second gemeente deliver too, from the other database, by the same reporter."""
    whole = yaml.safe_load((world.folder / "hervat.yaml").read_text())
    first = whole["municipalities"][0]
    first["cbs"] |= cbs
    records = {"system": "elders", "query": "select bsn from persoon"}
    second = {
        "code": "0001",
        "name": "Buurstad",
        "systems": [first["systems"][1]],
        "cbs": first["cbs"] | {"records": records},
    }
    first["systems"] = first["systems"][:1]
    (world.folder / "hervat.yaml").write_text(yaml.safe_dump(whole | {"municipalities": [first, second]}))
    world.stand(OTHER, system="elders", wet="Wi2013")


@pytest.mark.parametrize("together", [True, False])
def test_several_gemeenten_of_one_reporter(world: DeliveryWorld, together: bool) -> None:
    neighbour(world, together=together, reporter="0599")
    told = asked(world, *PREPARE)["municipalities"]
    assert [(one["code"], one["written"], one["records"]) for one in told] == [(CODE, True, 1), ("0001", True, 1)]
    folders = sorted(path.name for path in (world.folder / "output" / "cbs").iterdir())
    assert folders == (["0599"] if together else [CODE, "0001"])
    tree = etree.parse(str(world.folder / "output" / "cbs" / folders[0] / QUARTER / "swi.xml"))
    found = [str(one.text) for one in tree.iter("{*}bsn")]
    assert found == ([ONE, OTHER] if together else [ONE])
    which = () if together else ("--municipality", "0001")
    confirmed = asked(world, "confirm", "--quarter", QUARTER, "--receipt", "CBS-9", "--by", "Ans", *which)
    assert confirmed["municipalities"] == ([CODE, "0001"] if together else ["0001"])


def test_together_for_all_or_for_none(world: DeliveryWorld) -> None:
    neighbour(world, together=True)
    world.person(THIRD, "disputed")
    told = asked(world, *PREPARE, status=1)["municipalities"]
    assert [[one["code"] for one in gemeente["stops"]] for gemeente in told] == [[], ["others"]]
    assert not any(one["written"] for one in told) and not (world.folder / "output").exists()


def test_a_shut_gate_is_said_with_what_to_do(world: DeliveryWorld) -> None:
    world.person(THIRD, "disputed")
    said = call(world, *PREPARE, status=1)
    assert "disputed: 1 (not accepted)" in said and "hervat optin record" in said


def test_a_value_that_cannot_be_written_is_not_called_a_shut_gate(world: DeliveryWorld) -> None:
    with world.local() as local:
        local.execute("update inburgeraar set leerroute = 'QQ'")
    said = call(world, *PREPARE, status=3)
    assert "nothing was written, something failed" in said and "the gate is shut" not in said
    assert "\n    record 1: leerroute: unknown_code" in said


def test_a_delivery_before_the_quarters_end_says_that_it_is_not_to_be_delivered(world: DeliveryWorld) -> None:
    early = ("prepare", "--quarter", QUARTER, "--as-of", "2022-03-30")
    assert "VOORLOPIG" in call(world, *early) and "VOORLOPIG" not in call(world, *PREPARE)
    assert asked(world, *early)["municipalities"][0]["early"] is True


def test_what_can_be_accepted_is_named_whole(world: DeliveryWorld) -> None:
    words = ("accept", "--quarter", QUARTER, "--code", "nope", "--by", "Ans", "--reason", "zo")
    told = asked(world, *words, status=2)["errors"][0]
    assert all(code in told for code in ("orphans", "plan_waits", "bounds", "rules"))


def test_bounds_are_accepted_and_a_correction_is_made_on_the_command_line(world: DeliveryWorld) -> None:
    world.cbs |= {"bounds": {"least": 1}}  # type: ignore[operator]
    world.configure()
    call(world, *PREPARE)
    world.person(OTHER, "right")
    world.stand(OTHER, leerroute="Z")
    later = ("--quarter", "2022Q2", "--as-of", "2022-07-01")
    said = call(world, "prepare", *later, status=1)
    assert "bounds: records: 1 -> 2 (+100%, bound 25%)" in said and "hervat cbs accept" in said
    lines = asked(world, "accept", *later, "--code", "bounds", "--by", "Ans", "--reason", "instroom")["lines"]
    assert lines[0].startswith("records: 1 -> 2")
    assert asked(world, "prepare", *later)["municipalities"][0]["stops"][0]["accepted_by"] == "Ans"
    call(world, "confirm", "--quarter", "2022Q2", "--receipt", "CBS-1", "--by", "Ans")
    with world.local() as local:
        local.execute("update inburgeraar set leerroute = 'B'")
    call(world, "prepare", *later, "--correction-of", "CBS-1", status=2)  # without a reason
    call(world, "prepare", *later, "--correction-of", "CBS-1", "--reason", f"van {ONE}", status=2)
    told = asked(world, "prepare", *later, "--correction-of", "CBS-1", "--reason", "route was fout", status=1)
    assert told["municipalities"][0]["stops"][0]["code"] == "bounds"  # it is another difference now
    asked(world, "accept", *later, "--code", "bounds", "--by", "Ans", "--reason", "instroom")
    told = asked(world, "prepare", *later, "--correction-of", "CBS-1", "--reason", "route was fout")
    assert told["municipalities"][0]["changes"]["kenmerken"] == {"leerroute": 1}
    page = next((world.folder / "output").rglob("2022Q2/controle.html")).read_text()
    assert "Bij 1 persoon zijn gegevens anders" in page
    listed = asked(world, "list")["deliveries"]
    assert [(one["quarter"], one["receipt"], one["reason"]) for one in listed] == [
        ("2022Q2", None, "route was fout"), ("2022Q2", "CBS-1", None), (QUARTER, None, None)
    ]  # fmt: skip
    assert "2022Q2" in call(world, "list")


def test_the_xsd_of_the_layout_can_be_had(world: DeliveryWorld, tmp_path: Path) -> None:
    told = asked(world, "xsd", "--to", str(tmp_path / "swi.xsd"))
    assert told["provisional"] is True
    etree.XMLSchema(etree.parse(str(tmp_path / "swi.xsd")))


def test_it_is_reminded_of_until_the_receipt_is_there(world: DeliveryWorld) -> None:
    assert reminder(world.night(date(2022, 3, 31)), QUARTER) == []
    assert reminder(world.night(date(2022, 3, 31)), "2021Q4") == []
    title = "De levering van kwartaal 1 van 2022 moet uiterlijk 28 april 2022 bij het CBS zijn"
    for on, when in (
        (1, "over 27 dagen"),
        (27, "over 1 dag"),
        (28, "vandaag"),
        (29, "1 dag te laat"),
        (30, "2 dagen te laat"),
    ):
        assert reminder(world.night(date(2022, 4, on)), QUARTER)[0] == f"{title} ({when})"
    how = "Maak de levering met `hervat cbs prepare --quarter 2022Q1`. Of in Prefect: `cbs-delivery`."
    assert reminder(world.night(), QUARTER)[1] == f"Er is nog geen levering gemaakt. {how}"
    call(world, *PREPARE)
    told = reminder(world.night(), QUARTER)[1]
    assert told.startswith("De levering is gemaakt (1 record). Zet het bestand op het portaal van het CBS.")
    confirm = "`hervat cbs confirm --quarter 2022Q1 --receipt KENMERK --by NAAM`"
    assert told.endswith(f"{confirm}. Of in Prefect: `cbs-confirm`.")
    call(world, "confirm", "--quarter", QUARTER, "--receipt", "CBS-1", "--by", "Ans")
    assert reminder(world.night(), QUARTER) == []
