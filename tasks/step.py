"""A step is a value; a night is a list of steps that a runner walks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hervat.errors import UsageError, redacted
from hervat.night import Counts, Night, StepRun
from hervat.rules import STATES


@dataclass(frozen=True)
class Step:
    """One step of a night.

    run: does the work and returns counts. needs: the steps whose failure stops this one, and which are chosen with it.
    retries: how often a runner retries after an exception. timeout: seconds. acts: it changes something outside
    hervat's own register, vault and output, so in a shadow night it only counts. ahead: it follows from the day and the
    register, so it can be rehearsed for a future day.
    """

    name: str
    run: Callable[[Night], Counts]
    needs: tuple[str, ...] = ()
    retries: int = 1
    timeout: int = 3600
    acts: bool = False
    ahead: bool = False


Perform = Callable[[Step, Night], Counts]


def chosen(steps: Iterable[Step], names: Iterable[str]) -> list[Step]:
    """Return the named steps and their needs, in the order of the night; no names: all. Raises UsageError."""
    steps = list(steps)
    by_name = {step.name: step for step in steps}
    needed: set[str] = set()
    waiting = list(names) or list(by_name)
    while waiting:
        name = waiting.pop()
        if name not in by_name:
            raise UsageError(f"there is no step {name!r}; the steps are {', '.join(by_name)}")
        if name not in needed:
            needed.add(name)
            waiting.extend(by_name[name].needs)
    return [step for step in steps if step.name in needed]


def walk(night: Night, steps: list[Step], perform: Perform) -> None:
    """Perform the steps in order; a step whose need failed is not run and is an error itself."""
    failed: set[str] = set()
    for step in steps:
        night.acting = replace(night.acting, step=step.name)
        missing = failed.intersection(step.needs)
        if missing:
            failed.add(step.name)
            night.error(f"step {step.name} was not run, because {' and '.join(sorted(missing))} failed")
            continue
        begun, errors = datetime.now(UTC), len(night.errors)
        counts = _performed(step, night, perform)
        if counts is None:
            failed.add(step.name)
        night.step_runs.append(
            StepRun(step.name, begun, datetime.now(UTC), len(night.errors) > errors, _persons(counts or {}))
        )
    night.acting = replace(night.acting, step="")


def _performed(step: Step, night: Night, perform: Perform) -> Counts | None:
    """Perform a step and add its counts; None if it failed."""
    try:
        counts = perform(step, night)
        night.add(counts)
    except Exception as error:  # noqa: BLE001 - the other steps go on
        night.error(f"step {step.name}: {redacted(error)}")
        return None
    return counts


def _persons(counts: Counts) -> int | None:
    """Return how many persons a step was about: settled, or cleaned in a system; None where it counts no persons."""
    if "persons" in counts:
        return sum(int(count) for state, count in counts["persons"].items() if state in STATES)
    return sum(int(line["cleaned"]) for line in counts["cleaning"]) if "cleaning" in counts else None


def plainly(step: Step, night: Night) -> Counts:
    """Run a step here and now, with its retries: the command line's runner."""
    night.log(f"step {step.name}")
    for _ in range(step.retries):
        try:
            return step.run(night)
        except Exception as error:  # noqa: BLE001 - tried again
            night.log(f"step {step.name} is tried again after {redacted(error)}")
    return step.run(night)
