from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from hervat.bsn import Bsn
from hervat.delivery import (
    ABSOLUTE,
    ACCEPTABLE,
    CODES,
    Correction,
    GateFacts,
    Hit,
    Reason,
    SystemFacts,
    orphan_bsns,
    orphans,
    reasons,
)
from hervat.delivery.gate.facts import AtCbs, summed
from hervat.delivery.job import Job
from hervat.delivery.prepare import _without_own_cause
from hervat.erasure import RootGroup
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import Settler, Verdict
from hervat.rules.signals import catalogue
from hervat.settling.people import People

SETTLER = Settler(read_rounds(["restart-2022.yaml"], Path("/")), catalogue())
STATES = {"c": "corrected", "d": "disputed", "p": "parked", "r": "released", "n": "noted", "i": "released"}


def people(day: date = date(2022, 4, 1), group: str | None = "Overig") -> People:
    """Six persons, each with the pseudonym that is the first letter of his story; i is reinstated, r was seen again."""
    verdicts = {
        number: Verdict(state, "", group, reinstated=name == "i", seen_since_restart=name == "r")  # type: ignore[arg-type]
        for number, (name, state) in enumerate(STATES.items())
    }
    owner = {name: number for number, name in enumerate(STATES)}
    return People(day, verdicts, owner, {number: [name] for name, number in owner.items()})


def quiet(day: date = date(2022, 4, 1), **facts: object) -> GateFacts:
    """Facts in which nothing stands: there is no disputed person either."""
    found = people(day)
    del found.verdicts[found.owner.pop("d")]
    return replace(GateFacts(found, SETTLER), **facts)  # type: ignore[arg-type]


def keys(*names: str) -> frozenset[str]:
    return frozenset(names)


ONE = {
    "corrected_in_records": quiet(records=keys("c", "r", "n")),
    "standing": quiet(systems=(SystemFacts("s", True, standing=keys("c", "r", "?")),)),
    "disputed": GateFacts(people(), SETTLER),
    "quarantined_correction": quiet(quarantined=keys("file 1 row 2")),
    "download_unloaded": quiet(unloaded=keys("file 1")),
    "standing_elsewhere": quiet(systems=(SystemFacts("s", False, standing=keys("c", "r", "?")),)),
    "plan_waits": quiet(plans={"s": keys("c")}),
    "supplier_unconfirmed": quiet(suppliers={"s": keys("c")}),
    "orphans": quiet(systems=(SystemFacts("s", True, wi2021={"?": Bsn("000000000"), "r": Bsn("000000000")}),)),
    "parked_in_records": quiet(records=keys("p", "r", "n")),
    "delivered_corrected": quiet(
        at_cbs=(AtCbs("2022Q1", "a", corrected=keys("c")), AtCbs("2022Q2", "b", corrected=keys("c")))
    ),
}


def test_the_list_of_reasons_is_closed() -> None:
    assert set(ONE) == set(CODES)
    assert not set(ABSOLUTE) & set(ACCEPTABLE)


@pytest.mark.parametrize("code", CODES)
def test_each_reason_stands_alone_and_counts_persons(code: str) -> None:
    assert [(one.code, one.count) for one in reasons(ONE[code])] == [(code, 1)]


@pytest.mark.parametrize(("quarter", "opens"), [("2022Q1", True), ("2022Q2", True), ("2022Q3", False)])
def test_what_is_delivered_together_is_corrected_together(quarter: str, opens: bool) -> None:
    """CBS has somebody of one gemeente in one quarter and of the other in another: either correction may come first."""
    jobs = [
        _job(quarter, AtCbs("2022Q1", "a", corrected=keys("c"))),
        _job(quarter, AtCbs("2022Q2", "b", corrected=keys("c"))),
    ]
    assert [job.gate["open"] for job in jobs] == [False, False]
    assert [job.gate["open"] for job in _without_own_cause(jobs, Correction("a", "why"))] == [opens, opens]
    assert _without_own_cause(jobs, None) == jobs


def _job(quarter: str, there: AtCbs) -> Job:
    facts, nothing = quiet(at_cbs=(there, AtCbs("2022Q3", "c"))), cast(Any, None)
    return Job(nothing, nothing, quarter, nothing, facts, tuple(reasons(facts)), nothing, nothing, nothing)


def test_without_any_fact_nothing_stands() -> None:
    assert reasons(quiet()) == []


def test_a_disputed_person_in_the_records_is_disputed_and_no_other_reason() -> None:
    found = reasons(GateFacts(people(), SETTLER, records=keys("d")))
    assert [one.code for one in found] == ["disputed"]


def test_lists_beside_the_systems_count_a_person_once_a_system() -> None:
    hits = tuple(Hit("lijst", "a.xlsx", "blad", row, "c") for row in (2, 9))
    assert [(one.code, one.system, one.count) for one in reasons(quiet(hits=hits))] == [
        ("standing_elsewhere", "lijst", 1)
    ]


def test_several_bsns_of_a_person_are_one_person() -> None:
    facts = quiet(systems=(SystemFacts("s", True, standing=keys("c", "c2")),))
    person = facts.people.owner["c2"] = facts.people.owner["c"]
    facts.people.keys[person].append("c2")
    assert [one.count for one in reasons(facts)] == [1]


@pytest.mark.parametrize(
    ("policy", "verdict", "marked", "stands"),
    [
        ("erase", True, False, True),
        ("erase", None, False, True),
        ("erase", False, False, False),
        ("erase", True, True, True),
        ("restrict", True, False, True),
        ("restrict", None, False, True),
        ("restrict", True, True, False),
        ("restrict", False, False, False),
        ("retain", True, False, False),
        ("retain", None, False, False),
    ],
)
def test_where_a_root_stands_is_for_the_policy_to_say(
    policy: str, verdict: bool | None, marked: bool, stands: bool
) -> None:
    facts = summed(
        "s", True, policy, [RootGroup(None if verdict is None else int(verdict), marked, ["000000000"])], str
    )
    assert bool(facts.standing) is stands
    assert bool(facts.wi2021) is (verdict is True)


class TestOrphans:
    def facts(self, day: date, *names: str, nameless: int = 0) -> GateFacts:
        wi2021 = {name: Bsn("000000000") for name in names}
        return replace(quiet(day), systems=(SystemFacts("s", False, wi2021=wi2021, nameless=nameless),))

    def test_who_has_no_correction_and_was_not_seen_again(self) -> None:
        facts = self.facts(date(2022, 4, 1), "c", "p", "r", "n", "i", "?")
        assert orphans(facts) == {"s": keys("p", "n", "?")}

    @pytest.mark.parametrize(("day", "found"), [(date(2022, 3, 24), 0), (date(2022, 3, 25), 1)])
    def test_a_stranger_counts_from_the_last_date_of_the_round(self, day: date, found: int) -> None:
        assert len(orphans(self.facts(day, "?"))["s"]) == found

    @pytest.mark.parametrize(("day", "found"), [(date(2022, 2, 28), 0), (date(2022, 3, 1), 1)])
    def test_a_known_group_counts_from_its_own_date(self, day: date, found: int) -> None:
        facts = replace(self.facts(day, "p"), people=people(day, "Gezinsvormer"))
        assert len(orphans(facts)["s"]) == found

    def test_roots_without_a_readable_bsn_are_orphans_too(self) -> None:
        assert reasons(self.facts(date(2022, 4, 1), nameless=2)) == [Reason("orphans", keys("s#1", "s#2"), "s")]

    def test_their_bsns_are_given_masked(self) -> None:
        found = orphan_bsns(self.facts(date(2022, 4, 1), "p", "r"))
        assert [bsn.reveal() for bsn in found["s"]] == ["000000000"]
        assert "000000000" not in repr(found)
