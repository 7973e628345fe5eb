"""The dates and rules of correction rounds, as data: the restart of 2022 is the first; a later round is a new file."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from hervat.errors import ConfigurationError
from hervat.settings import Strict, problems_of, read_yaml, schema_of
from hervat.shipped import shipped


class Period(Strict):
    """A period of days, both ends included."""

    from_: date = Field(alias="from")
    """The first day."""
    until: date
    """The last day."""

    def holds(self, day: date) -> bool:
        """True if `day` is in the period."""
        return self.from_ <= day <= self.until


class OptIn(Strict):
    """A choice of law: from when it may be recorded, and the law that is proposed for a doelgroep."""

    from_: date = Field(alias="from")
    """The first day on which a choice may be recorded."""
    until_weeks: int | None = Field(default=None, gt=0)
    """The weeks in which one person records it, a later one takes two; left out: no end."""
    proposals: dict[str, Literal["Wi2013", "Wi2021"]] = Field(default_factory=dict)
    """The law that is proposed for a doelgroep; a proposal changes nothing."""
    otherwise: Literal["Wi2013", "Wi2021"]
    """The law that is proposed for every other doelgroep."""

    def proposal(self, group: str | None) -> str:
        """Return the law that the round proposes for a doelgroep."""
        return self.proposals.get(group or "", self.otherwise)

    @property
    def until(self) -> date | None:
        """The last day on which one person records a choice, None if there is no end."""
        return self.from_ + timedelta(weeks=self.until_weeks) if self.until_weeks else None


class Round(Strict):
    """One correction round."""

    name: str
    """The round's name."""
    period: Period
    """The period in which the date of its signals falls."""
    corrections_from: date
    """The day from which an SS190 counts, unless its own is later."""
    reinstating: frozenset[str]
    """The codes that reinstate a corrected person, dated after the SS190."""
    wi2021: dict[str, date] = Field(min_length=1)
    """The day of the restart under the Wi2021, by doelgroep; one that is not listed waits for the last."""
    wi2013: date
    """The day of the restart under the Wi2013."""
    group_changes: dict[str, str]
    """The doelgroep to which a code changes a person."""
    wrong: Period | None = None
    """The period in which wrong kennisgevingen were sent."""
    optin: OptIn | None = None
    """The choice of law; left out: nobody has one."""
    unseen: Literal["hold", "report"] = "report"
    """Whether parties of persons without a signal before the restart are told to hold, or the persons are only
    reported.
    """
    ask_duo_after_days: int = Field(default=7, ge=0)
    """How many days after the restart a parked person who is not seen again becomes a task."""
    closed_on: date | None = None
    """The day on which the gemeente closed the round; until then nothing of it ends."""

    @property
    def starts(self) -> date:
        """The day from which its SS190s count: never before its first restart (design, What a person is)."""
        return max(self.corrections_from, min(self.wi2021.values()))

    def restart(self, group: str | None) -> date:
        """Return the day on which a doelgroep restarts under the Wi2021; an unknown one waits for the last."""
        return self.wi2021.get(group or "") or max(self.wi2021.values())


class Rounds(Strict):
    """The rounds of an installation, in chronological order; they may not overlap."""

    rounds: tuple[Round, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in pairwise(self.rounds):
            if later.period.from_ <= earlier.period.until:
                raise ValueError(f"the rounds {earlier.name} and {later.name} overlap or are out of order")
        return self

    def at(self, day: date) -> Round | None:
        """Return the round with `day` in its period, None outside every round."""
        return next((round for round in self.rounds if round.period.holds(day)), None)

    def ruling(self, day: date) -> Round:
        """Return the round whose restart dates apply to a signal of `day`: its own, else the last that had begun."""
        begun = [round for round in self.rounds if round.period.from_ <= day]
        return begun[-1] if begun else self.rounds[0]

    def closed_after(self, first: date, last: date) -> date | None:
        """Return the day on which all rounds from `first` to `last` were closed; None if one is still open."""
        days = [round.closed_on for round in self.between(first, last)]
        return max((day for day in days if day), default=None) if all(days) else None

    def between(self, first: date, last: date) -> tuple[Round, ...]:
        """Return the rounds whose restart dates apply to signals from `first` to `last`."""
        start, end = self.rounds.index(self.ruling(first)), self.rounds.index(self.ruling(last))
        return self.rounds[start : end + 1]


def read_rounds(names: list[str], directory: Path) -> Rounds:
    """Return the rounds of these names or paths. Raises ConfigurationError."""
    rounds = []
    for name in names:
        path = shipped("rounds", name, directory)
        try:
            rounds.append(Round.model_validate(read_yaml(path)))
        except ValidationError as error:
            raise ConfigurationError(problems_of(error, Round, path.name)) from None
    try:
        return Rounds(rounds=tuple(rounds))
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, Rounds, "hervat.yaml")) from None


def round_schema() -> dict[str, Any]:
    """Return the schema of a round's file."""
    return schema_of(Round, "A correction round")
