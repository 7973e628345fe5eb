"""What a form adds for an installation: closed lists, and texts in which no number of a person fits."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.utilities.callables import parameter_schema

from hervat.delivery import ACCEPTABLE, STOPS
from hervat.flows.cbs_accept import cbs_accept
from hervat.flows.cbs_delivery import cbs_delivery
from hervat.flows.choices import quarters, with_choices
from hervat.flows.incident_record import incident_record
from hervat.flows.nightly import nightly
from hervat.flows.optin_record import optin_record
from tests.support.town import made_up_bsn


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
