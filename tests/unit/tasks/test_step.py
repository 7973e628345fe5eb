"""Steps: what a choice pulls in, what a failure stops, and that a stranger's error text stays out."""

from types import SimpleNamespace

import pytest

from hervat.errors import HervatError, UsageError
from hervat.night import Night
from hervat.tasks.night import NIGHT
from hervat.tasks.step import Step, chosen, plainly, walk


def a_night():
    part = SimpleNamespace()
    return Night(part, part, part, part, part, part, None)


def names(steps):
    return [step.name for step in steps]


def test_the_night_in_order():
    assert names(NIGHT) == ["fetch", "validate", "load", "settle", "capture", "notify", "clean", "report"]
    assert [step.name for step in NIGHT if step.acts] == ["notify", "clean"]


@pytest.mark.parametrize(
    ("asked", "pulled"),
    [
        (["clean"], ["settle", "capture", "clean"]),
        (["notify"], ["settle", "capture", "notify"]),
        (["load"], ["validate", "load"]),
        (["settle"], ["settle"]),
        (["report", "fetch"], ["fetch", "report"]),
        ([], names(NIGHT)),
    ],
)
def test_a_chosen_step_pulls_in_what_it_needs(asked, pulled):
    assert names(chosen(NIGHT, asked)) == pulled


def test_an_unknown_step_is_refused():
    with pytest.raises(UsageError, match="polish"):
        chosen(NIGHT, ["polish"])


def test_a_failure_stops_only_what_needs_it():
    def fails(_night):
        raise ValueError("a name that must not be told")

    done = []
    steps = [
        Step("one", fails),
        Step("two", lambda _: done.append("two") or {"n": 1}, needs=("one",)),
        Step("three", lambda _: done.append("three") or {"n": 2}),
        Step("four", lambda _: done.append("four") or {}, needs=("two",)),
    ]
    night = a_night()
    walk(night, steps, lambda step, at: step.run(at))
    assert done == ["three"] and night.counts == {"n": 2}
    assert [error.split(":")[0] for error in night.errors] == [
        "step one",
        "step two was not run, because one failed",
        "step four was not run, because two failed",
    ]
    assert "must not be told" not in " ".join(night.errors)


def test_plainly_tries_again_as_often_as_the_step_allows():
    tries = []

    def passes_late(_night):
        tries.append(1)
        if len(tries) < 3:
            raise HervatError("not yet")
        return {}

    plainly(Step("late", passes_late, retries=2), a_night())
    assert len(tries) == 3
    with pytest.raises(HervatError):
        plainly(Step("never", lambda _: (_ for _ in ()).throw(HervatError("no")), retries=1), a_night())
