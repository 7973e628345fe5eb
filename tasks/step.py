"""A step is a value; a night is a list of steps that a runner walks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from hervat.errors import UsageError, redacted
from hervat.night import Counts, Night


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
            night.fail(f"step {step.name} was not run, because {' and '.join(sorted(missing))} failed")
            continue
        try:
            night.add(perform(step, night))
        except Exception as error:  # noqa: BLE001 - the other steps go on
            failed.add(step.name)
            night.fail(f"step {step.name}: {redacted(error)}")
    night.acting = replace(night.acting, step="")


def plainly(step: Step, night: Night) -> Counts:
    """Run a step here and now, with its retries: the command line's runner."""
    night.say(f"step {step.name}")
    for _ in range(step.retries):
        try:
            return step.run(night)
        except Exception as error:  # noqa: BLE001 - tried again
            night.say(f"step {step.name} is tried again after {redacted(error)}")
    return step.run(night)
