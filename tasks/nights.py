"""The nights of several municipalities, each apart: what fails in one, before its night too, stops no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median

from hervat.acting import command
from hervat.errors import ConfigurationError, UsageError, redacted
from hervat.night import Night
from hervat.register import Busy
from hervat.settings import Municipality, Settings
from hervat.settling import refuse_earlier
from hervat.tasks.installation import Installation
from hervat.tasks.night import NIGHT
from hervat.tasks.run import FAILED, NightOutcome, run_night
from hervat.tasks.step import Perform, chosen, plainly
from hervat.today import today

Log = Callable[[str], None]
After = Callable[[Night, NightOutcome], None]


@dataclass(frozen=True)
class AskedNight:
    """What a run asks of each night. day: None is today; steps: none is all; patience: seconds to wait for a turn.

    command: the words of the command or flow that asks it, for the journal.
    """

    directory: Path
    day: date | None = None
    steps: tuple[str, ...] = ()
    shadow: bool = False
    origin: str = "run"
    patience: float = 0
    command: str = field(default_factory=command)


@dataclass(frozen=True)
class Ended:
    """How the night of a municipality ended. error: why it was not begun; then nothing was done there."""

    code: str
    as_of: date
    outcome: NightOutcome
    error: Exception | None = field(default=None, repr=False)

    @property
    def refused(self) -> bool:
        """True if what was asked is not allowed there, such as a day before the last settled one."""
        return isinstance(self.error, UsageError)

    def portable(self) -> "Ended":
        """Return it as it can go to another process: of the error the text alone, if that decides how a run ends."""
        return replace(self, error=UsageError(str(self.error)) if self.refused else None)


def conduct(
    installation: Installation,
    municipality: Municipality,
    asked: AskedNight,
    log: Log,
    perform: Perform = plainly,
    after: After | None = None,
) -> Ended:
    """Run one municipality's night and return how it ended; nothing that fails in it is raised.

    after: called with the night and its outcome, as part of it.
    """
    day = asked.day or today()
    try:
        night = installation.night(municipality, asked.day, shadow=asked.shadow, origin=asked.origin, log=log)
        refuse_earlier(night)
    except Exception as error:  # noqa: BLE001 - the other municipalities have their nights
        return Ended(municipality.code, day, _failed(municipality.code, error), error)
    try:
        outcome = run_night(night, chosen(NIGHT, asked.steps), perform, patience=asked.patience)
        if after:
            after(night, outcome)
    except Exception as error:  # noqa: BLE001 - the same
        return Ended(
            night.code, night.as_of, _failed(night.code, error), error if isinstance(error, UsageError) else None
        )
    return Ended(night.code, night.as_of, outcome)


def _failed(code: str, error: Exception) -> NightOutcome:
    return NightOutcome({}, FAILED, [f"{code}: {redacted(error)}"], busy=isinstance(error, Busy))


def broken(settings: Settings, asked: AskedNight) -> list[Ended]:
    """Return the municipalities whose configuration is wrong as nights that were not begun."""
    day = asked.day or today()
    return [
        Ended(
            one.code or one.file,
            day,
            NightOutcome({}, FAILED, str(one).splitlines()),
            ConfigurationError([*one.problems]),
        )
        for one in settings.broken
    ]


def raise_if_none_began(ended: Sequence[Ended]) -> None:
    """Raise the error of the only municipality, or the refusal of all: then the call itself was wrong."""
    if len(ended) == 1 and ended[0].error:
        raise ended[0].error
    if ended and all(one.refused for one in ended):
        raise UsageError("; ".join(dict.fromkeys(str(one.error) for one in ended)))


def balanced(codes: Sequence[str], seconds: Mapping[str, float], lists: int) -> list[list[str]]:
    """Return the municipalities in so many lists (at most one each) that should take as long, the longest first.

    seconds: what each one's last night took; one that is not known counts as the median.
    """
    usual = median(seconds.values()) if seconds else 1.0
    parts: list[tuple[float, list[str]]] = [(0.0, []) for _ in range(min(lists, len(codes)))]
    for code in sorted(codes, key=lambda one: -seconds.get(one, usual)):
        at = min(range(len(parts)), key=lambda one: parts[one][0])
        total, part = parts[at]
        parts[at] = (total + seconds.get(code, usual), [*part, code])
    return [part for _, part in parts]
