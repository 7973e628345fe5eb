"""DUO's rules across the fields of a PIP, one by one, and that none asks what the query does not give."""

from pathlib import Path

import pytest

from hervat.delivery import Part, read_layout
from hervat.expectations import pip_rules

LAYOUT = read_layout("swi-provisional.yaml", Path())
GOOD = {
    "bsn": "999990019", "doelgroep": "Asielstatushouder", "leerroute": "B", "niveau": "B1", "intensiteit": "600",
    "datum_pip": "2022-03-02", "datum_aanvang_plicht": "2022-03-01", "datum_vestiging": "2022-03-02",
    "datum_vorige_pip": "2022-02-01", "volgnummer_pip": "2", "datum_map_start": "2022-03-10",
    "datum_aanbod": "2022-03-10",
}  # fmt: skip
CASES: list[tuple[dict[str, str | None], set[str]]] = [
    ({}, set()),
    ({"leerroute": "O", "niveau": "A2", "intensiteit": None, "datum_map_start": None}, {"niveau_a2_with_o"}),
    ({"leerroute": "Z", "niveau": "B1", "intensiteit": None}, {"niveau_b1_with_z"}),
    ({"niveau": "A2", "volgnummer_pip": "1"}, {"niveau_a2_in_first_pip"}),
    ({"niveau": "A2"}, set()),
    ({"leerroute": "Z", "niveau": "A1"}, {"intensity_without_b"}),
    ({"doelgroep": "Gezinsvormer", "datum_aanbod": None}, {"intensity_without_asylum"}),
    ({"datum_aanvang_plicht": "2022-03-03"}, {"pip_before_obligation"}),
    ({"datum_vestiging": "2022-03-03"}, {"pip_before_settling"}),
    ({"datum_vorige_pip": "2022-03-03"}, {"pip_before_earlier"}),
    ({"doelgroep": "Gezinsvormer", "intensiteit": None}, {"not_for_group"}),
    ({"leerroute": "O", "intensiteit": None}, {"not_for_leerroute"}),
    ({"leerroute": None, "intensiteit": None, "datum_map_start": None, "datum_pip": None}, set()),
]


def test_a_rule_is_broken_by_just_these() -> None:
    rules, records = pip_rules(), [GOOD | changes for changes, _ in CASES]
    for first in (1, 6):  # in two parts
        part = records[:5] if first == 1 else records[5:]
        rules.look(Part(first, {name: [one[name] for one in part] for name in GOOD}), LAYOUT)
    found = {(breach.reason, at) for breach in rules.verdict() for at in breach.records}
    assert found == {(reason, at) for at, (_, reasons) in enumerate(CASES, 1) for reason in reasons}
    counts = {one["reason"]: (one["element_count"], one["unexpected_count"]) for one in rules.results}
    assert counts["pip_before_settling"] == (len(CASES), 1) and len(counts) == 10


@pytest.mark.parametrize(
    ("name", "rules"), [("niveau", set()), ("leerroute", {"niveau_a2_with_o", "niveau_b1_with_z"})]
)
def test_what_the_query_does_not_give_is_not_asked(name: str, rules: set[str]) -> None:
    judge = pip_rules()
    given = {"bsn": ["999990019"], "niveau": ["A2"], name: ["A2" if name == "niveau" else "B"]}
    judge.look(Part(1, given), LAYOUT)
    assert judge.verdict() == [] and {one["reason"] for one in judge.results} == rules
