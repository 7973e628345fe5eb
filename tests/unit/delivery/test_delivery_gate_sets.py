"""The gate judges in sets what the design says of each person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.bsn import Bsn
from hervat.delivery import GateFacts, SystemFacts, orphan_bsns, orphans, reasons
from hervat.delivery.gate.facts import allowed, summed
from hervat.erasure import RootGroup
from hervat.rules.settler import STATES, Verdict
from hervat.settling.people import People
from tests.unit.delivery.test_delivery_gate import SETTLER

GROUPS = ["Overig", "Gezinsvormer", None, "onbekend"]
BSNS = [f"{number:09}" for number in range(1, 13)]
verdicts = st.builds(
    Verdict,
    st.sampled_from(STATES),
    st.just(""),
    st.sampled_from(GROUPS),
    reinstated=st.booleans(),
    seen_since_restart=st.booleans(),
)
days = st.sampled_from([date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 24), date(2022, 3, 25), date(2022, 4, 1)])
groups = st.builds(
    RootGroup,
    st.sampled_from([1, None]),
    st.booleans(),
    st.lists(st.sampled_from(BSNS), unique=True),
    st.integers(0, 2),
)


@st.composite
def populations(draw: st.DrawFn) -> People:
    """Persons with one BSN, two or none; some BSNs are nobody's."""
    told = draw(st.lists(st.tuples(verdicts, st.integers(0, 2)), max_size=6))
    free, keys = list(BSNS), {}
    for number, (_, having) in enumerate(told):
        keys[number] = [free.pop() for _ in range(having)]
    owner = {met: number for number, ones in keys.items() for met in ones}
    return People(draw(days), {number: verdict for number, (verdict, _) in enumerate(told)}, owner, keys)


def is_orphan(people: People, met: str) -> bool:
    """The design's words about one person who stands under the Wi2021."""
    verdict = people.state_of(met)
    if SETTLER.restart(verdict.group if verdict else None, people.day) > people.day:
        return False
    if verdict is None:
        return True
    corrected = verdict.state in ("corrected", "disputed") or verdict.reinstated
    return not corrected and not verdict.seen_since_restart


@given(populations(), st.lists(groups, max_size=4), st.sampled_from(["erase", "restrict", "retain"]))
def test_in_sets_as_one_by_one(people: People, found: list[RootGroup], policy: str) -> None:
    system = summed("s", True, policy, found, str)
    true = {bsn for one in found if one.verdict == 1 for bsn in one.bsns}
    assert set(system.wi2021) == system.wi2021.keys() == true
    assert {met: bsn.reveal() for met, bsn in system.wi2021.items()} == {bsn: bsn for bsn in true}
    facts = GateFacts(people, SETTLER, (system,))

    alone = {met for met in true if is_orphan(people, met)}
    keys = {people.key(people.owner[met]) if met in people.owner else met for met in alone}
    late = SETTLER.restart(None, people.day) > people.day
    nameless = 0 if late else sum(one.nameless for one in found if one.verdict == 1)
    assert orphans(facts) == {"s": keys | {f"s#{number}" for number in range(1, nameless + 1)}}
    assert sorted(bsn.reveal() for bsn in orphan_bsns(facts)["s"]) == sorted(alone)

    there = {bsn for one in found if not allowed(policy, one.verdict, one.marked) for bsn in one.bsns}
    standing = {people.key(people.owner[met]) for met in there & people.owner.keys() if _corrected(people, met)}
    assert next((one.members for one in reasons(facts) if one.code == "standing"), frozenset()) == standing


def _corrected(people: People, met: str) -> bool:
    verdict = people.state_of(met)
    return verdict is not None and verdict.state == "corrected"


def test_no_bsn_is_printed_and_each_comes_out_masked() -> None:
    system = summed("s", True, "erase", [RootGroup(1, False, ["123456789"])], lambda digits: f"p{digits[0]}")
    assert system.wi2021 == {"p1": Bsn("123456789")}
    assert "123456789" not in repr(system) + str(system.wi2021) + repr(list(system.wi2021.values()))
    assert ("p1" in system.wi2021, "p2" in system.wi2021) == (True, False)
    with pytest.raises(KeyError):
        system.wi2021["p2"]


def test_a_plain_mapping_serves_too() -> None:
    facts = GateFacts(People(date(2022, 4, 1), {}, {}), SETTLER, (SystemFacts("s", True, wi2021={"?": Bsn("0")}),))
    assert orphans(facts) == {"s": frozenset("?")}
