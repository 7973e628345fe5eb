"""The read-back sees a root that stands, in any spelling, and an execution that leaves one is red."""

from importlib import import_module

import pytest

from hervat.erasure import CleaningError, ExecutionOutcome, execute, make_plan, open_system
from hervat.erasure.execution.read_back import verify_erasure
from tests.support.dossiers import Base, bsn

PERSONS = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}


def test_it_sees_what_stands_and_not_whom_was_set_aside(base: Base) -> None:
    dotted = ".".join((bsn(2)[:3], bsn(2)[3:6], bsn(2)[6:]))
    base.run(f"update natuurlijk_persoon set burgerservicenummer = '{dotted}' where id = 2")
    with open_system(base.system()) as local:
        assert verify_erasure(local, PERSONS, ()).left == 2
        assert verify_erasure(local, PERSONS, ("b",)).left == 1
        many = {f"k{at}": frozenset([f"{900_000_000 + at}"]) for at in range(1200)}  # more than fit in a list
        assert verify_erasure(local, PERSONS | many, ()).left == 2
        execute(local, PERSONS, make_plan(local, PERSONS).hash)
        assert verify_erasure(local, PERSONS, ()).left == 0


def test_a_root_that_stands_after_the_commit_is_red(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ExecutionOutcome()
    execution = import_module("hervat.erasure.execution.execute")._Execution
    monkeypatch.setattr(execution, "_write", lambda *given: nothing)
    with open_system(base.system()) as local:
        hash_ = make_plan(local, PERSONS).hash
        with pytest.raises(CleaningError, match="still present after the commit: 2 roots of cleaned persons"):
            execute(local, PERSONS, hash_)
