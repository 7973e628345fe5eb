"""What a form adds for an installation: closed lists, and texts in which no number of a person fits."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from prefect.utilities.callables import parameter_schema

from hervat.delivery import ACCEPTABLE, STOPS
from hervat.flows.cbs import cbs_accept, cbs_delivery
from hervat.flows.deployments import flow_of
from hervat.flows.forms import quarters, with_choices
from hervat.flows.incidents import incident_record
from hervat.flows.nightly import nightly
from hervat.flows.persons import optin_record, person_forget
from tests.support.town import made_up_bsn

DEPLOYED = yaml.safe_load((Path(__file__).parents[3] / "prefect.yaml").read_text())["deployments"]


def settings(*codes: str) -> Any:
    return SimpleNamespace(municipalities=[SimpleNamespace(code=code, systems=[]) for code in codes])


def form(flow: Any, *codes: str) -> dict[str, Any]:
    return with_choices(parameter_schema(flow).model_dump(mode="json"), settings(*codes))


def test_of_a_night_all_may_be_chosen_and_of_a_decision_one() -> None:
    assert form(nightly, "0001", "0002")["properties"]["municipality"]["enum"] == ["all", "0001", "0002"]
    one = form(incident_record, "0001")
    assert one["properties"]["municipality"]["default"] == "0001" and "municipality" not in one["required"]
    two = form(incident_record, "0001", "0002")
    assert two["properties"]["municipality"]["enum"] == ["0001", "0002"] and "municipality" in two["required"]


def test_of_many_the_code_is_typed() -> None:
    codes = [f"{number:04d}" for number in range(342)]
    assert "enum" not in form(nightly, *codes)["properties"]["municipality"]
    assert form(incident_record, *codes)["properties"]["municipality"]["pattern"] == r"^\d{4}$"


def test_the_quarters_begin_with_the_running_one() -> None:
    assert quarters(date(2022, 5, 24)) == ["2022Q2", "2022Q1", "2022Q3", "2022Q4", "2023Q1", "2023Q2"]
    assert form(cbs_delivery, "0000")["properties"]["quarter"]["enum"][0] == "last ended"


def test_what_may_be_accepted_of_a_delivery_can_be_chosen() -> None:
    codes = form(cbs_accept, "0000")["properties"]["code"]["enum"]
    assert codes == [*ACCEPTABLE, *STOPS]


@pytest.mark.parametrize("one", DEPLOYED, ids=lambda one: one["name"])
def test_no_number_in_a_form_can_be_a_bsn(one: dict[str, Any]) -> None:
    """What is filled in is kept by Prefect, and is in the name of the run (rule 7)."""
    fields = form(flow_of(one["entrypoint"]), "0000")["properties"]
    numbers = {name: field for name, field in fields.items() if field.get("type") == "integer"}
    for name, field in numbers.items():
        told = {"type": "object", "properties": {name: field}}
        assert not list(Draft202012Validator(told).iter_errors({name: 41})), name
        for typed in (10_000_008, 123_456_782, 1_234_567_890):
            assert list(Draft202012Validator(told).iter_errors({name: typed})), name


def test_a_form_about_a_person_asks_for_a_number() -> None:
    assert form(person_forget, "0000")["properties"]["person"]["maximum"] < 10_000_000


def test_nothing_else_is_a_parameter() -> None:
    assert form(nightly, "0000")["additionalProperties"] is False


@pytest.mark.parametrize(
    "text",
    ["A. Jansen", "op 24 mei 2022 gebeld, zaak 1234567", "gebeld op 24-05-2022", "2022-05-24 14 uur", "Ş. Yılmaz"],
)
def test_a_text_of_a_person_s_own_fits(text: str) -> None:
    assert re.search(form(optin_record, "0000")["properties"]["reason"]["pattern"], text)


BSN = made_up_bsn(7)


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        f"hij is {BSN}",
        f"{BSN[:3]}.{BSN[3:6]}.{BSN[6:]}",
        f"{BSN[:4]}-{BSN[4:6]}-{BSN[6:]}",
        " ".join(BSN),
        "1234567890",
        BSN[:8],
        "",
        "  ",
        f"x\n{BSN}",
    ],
)
def test_a_number_of_a_person_or_nothing_does_not_fit(text: str) -> None:
    assert not re.search(form(optin_record, "0000")["properties"]["reason"]["pattern"], text)
