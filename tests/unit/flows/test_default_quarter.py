from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from hervat.flows.cbs import by_quarter


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2022, 1, 5), "2022Q1"),  # no Wi2021 before it
        (date(2022, 4, 2), "2022Q1"),
        (date(2022, 5, 3), "2022Q1"),  # late, and still the last that ended
        (date(2023, 1, 2), "2022Q4"),
    ],
)
def test_a_delivery_without_a_quarter_is_of_the_last_that_ended(day: date, quarter: str) -> None:
    night: Any = SimpleNamespace(as_of=day)
    assert by_quarter([night], None) == {quarter: [night]}
    assert by_quarter([night], "2022Q3") == {"2022Q3": [night]}
