"""Policy restrict: marks are set, old values kept before, put back when the restriction is lifted."""

import json
from dataclasses import asdict

import pytest

from hervat.erasure import CleaningError, Lifted, OldValue, execute, lift, make_plan, open_system
from hervat.errors import ConfigurationError
from tests.support.dossiers import Base, bsn
from tests.support.rows import roots

PERSONS = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
OPTIONS = {
    "policy": "restrict",
    "restrict": {
        "inburgeraar.status": "verwerking beperkt",
        "inburgeringsaanbod.soort": "x",
        "termijn.einde": "2000-01-01",
    },
}


def stored(kept: list[OldValue]) -> list[OldValue]:
    """Return what comes back after the values were sealed as JSON."""
    return [OldValue(**json.loads(json.dumps(asdict(one)))) for one in kept]


def test_marked_kept_and_lifted(base: Base) -> None:
    before, kept = base.everything(), list[OldValue]()
    with open_system(base.system(**OPTIONS)) as local:
        plan = make_plan(local, PERSONS)
        assert plan.marked == {"inburgeraar.status": 2, "inburgeringsaanbod.soort": 1, "termijn.einde": 2}
        assert (plan.rows, plan.nulled) == ({}, {})
        outcome = execute(local, PERSONS, plan.hash, keep=kept.extend)
        assert outcome.cleaned == ("a", "b")
        assert outcome.left == {"inburgeringsaanbod": 1, "pip": 1, "Leerroute": 1}
        assert [one.marked for one in roots(local) if one.bsn in (bsn(1), bsn(2), bsn(3))].count(True) == 2
        assert {(one.person, one.table) for one in kept if one.column != "status"} == {
            ("a", "inburgeringsaanbod"), ("a", "termijn"), ("b", "termijn"),
        }  # fmt: skip
        again = list[OldValue]()
        execute(local, PERSONS, plan.hash, keep=again.extend)
        assert again == []
        assert lift(local, stored(kept)) == Lifted(5)
        assert base.everything() == before
        assert lift(local, stored(kept)) == Lifted(0)


def test_lifting_leaves_what_was_changed_since(base: Base) -> None:
    kept = list[OldValue]()
    with open_system(base.system(**OPTIONS)) as local:
        execute(local, PERSONS, make_plan(local, PERSONS).hash, keep=kept.extend)
        base.run("update inburgeraar set status = 'verhuisd' where id = 1")
        lifted = lift(local, stored(kept))
        assert (lifted.back, [(one.person, one.column) for one in lifted.other], lifted.gone) == (
            4,
            [("a", "status")],
            (),
        )
        assert [row[3] for row in base.rows("inburgeraar")][:2] == ["verhuisd", "actief"]


def test_the_last_of_several_kept_values_counts(base: Base) -> None:
    stale, kept = list[OldValue](), list[OldValue]()

    def killed(values: list[OldValue]) -> None:
        stale.extend(values)
        raise CleaningError("killed after keeping")

    with open_system(base.system(**OPTIONS)) as local:
        hash_ = make_plan(local, PERSONS).hash
        before = base.everything()
        with pytest.raises(CleaningError, match="killed"):
            execute(local, PERSONS, hash_, keep=killed)
        assert base.everything() == before
        base.run("update inburgeraar set status = 'nieuw' where id = 1")
        execute(local, PERSONS, hash_, keep=kept.extend)
        lift(local, stored(stale + kept))
        assert base.rows("inburgeraar")[0][3] == "nieuw"


def test_old_values_need_a_place(base: Base) -> None:
    with open_system(base.system(**OPTIONS)) as local, pytest.raises(CleaningError, match="keep the old values"):
        execute(local, PERSONS, make_plan(local, PERSONS).hash)


def test_wrong_marks_are_refused(base: Base) -> None:
    wrong = {"termijn.einde": "geen datum", "inburgeraar.plicht_id": 1, "gemeente.naam": "x"}
    with pytest.raises(ConfigurationError) as caught:
        open_system(base.system(policy="restrict", restrict=wrong))
    assert len(caught.value.problems) == 3
    assert "geen datum" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="no column of the root table inburgeraar"):
        open_system(base.system(policy="restrict", restrict={"termijn.einde": "2000-01-01"}))
