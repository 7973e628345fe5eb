"""A caseworker's tasks for a person, their last days, and the order of the worklist. Pure, Dutch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from hervat.answers import NOTHING, FormAnswer
from hervat.rules import STATES, OptIn, Rounds, Verdict

_NEW = timedelta(days=2)  # so that Monday's list begins with what changed on Saturday
_WRONG = ("corrected", "disputed")
_REST = {
    "disputed": "",
    "corrected": "Niets. De situatie is besproken.",
    "released": "U mag verder met de inburgering.",
    "parked": "Wacht. Doe nog niets voor deze persoon.",
    "ended": "Niets meer. De plicht is geëindigd, of de persoon is vertrokken of overleden.",
    "noted": "Niets. Dit is ter informatie.",
}
Order = tuple[bool, bool, date, int, int]
STRANGERS: Order = (True, False, date.max, len(STATES), 0)
"""The place of persons unknown to the register: there is work, without a fixed day."""


class Todo(NamedTuple):
    """A task for a person; before: its last day, None for no fixed day."""

    text: str
    before: date | None = None


@dataclass(frozen=True, repr=False)
class Situation:
    """The facts that decide on the work for a person. notified: the day of the wrong kennisgeving.

    decided: a decision about the law is recorded. findable: the BSN is known, so that a system can be searched.
    systems: those that hold data of this person without a valid signal. unseen: so before the restart of the doelgroep.
    overdue: parked, and not seen again for so long that DUO must be asked.
    """

    verdict: Verdict | None
    since: date | None = None
    answer: FormAnswer = NOTHING
    notified: date | None = None
    decided: bool = False
    findable: bool = True
    systems: Sequence[str] = ()
    unseen: bool = False
    overdue: bool = False

    @property
    def was_wrong(self) -> bool:
        """Whether the person was wrongly registered, so that there is something to discuss (handreiking 3.3)."""
        return self.verdict is not None and (self.verdict.state in _WRONG or self.verdict.reinstated)

    def is_new(self, day: date) -> bool:
        """True if the person's state changed in the last days."""
        return self.since is not None and day - self.since <= _NEW


def work(of: Situation, rounds: Rounds, day: date, deadline: date | None = None) -> list[Todo]:
    """Return the tasks for a person. deadline: of the next delivery to CBS, before which it must be decided."""
    choice = _choice(of, rounds, day)
    return [*_decisions(of, choice, deadline), *_conversation(of, choice), *_search(of, deadline)]


def rest(of: Situation) -> str:
    """Return the text for a person without tasks."""
    if of.verdict is None:
        return _REST["parked"] if of.unseen else ""
    return _REST.get(of.verdict.state, "")


def order(of: Situation, todo: Sequence[Todo], day: date, person: int) -> Order:
    """Return the sort key of a person: new ones first, then those with tasks (soonest first), then the rest."""
    before = min((task.before for task in todo if task.before), default=date.max)
    state = STATES.index(of.verdict.state) if of.verdict else len(STATES)
    return (not of.is_new(day), not todo, before, state, person)


def _choice(of: Situation, rounds: Rounds, day: date) -> OptIn | None:
    """Return the open choice of law: a wrong kennisgeving was reported, and nothing is decided."""
    if of.notified is None or of.decided or not of.was_wrong:
        return None
    optin = rounds.ruling(of.notified).optin
    return optin if optin and day >= optin.from_ else None


def _decisions(of: Situation, choice: OptIn | None, deadline: date | None) -> Iterator[Todo]:
    if of.verdict and of.verdict.state == "disputed":
        yield Todo("Beslis welke wet geldt. Geef dat met het nummer door aan de data engineer.", deadline)
    if choice:
        what = "Bespreek de keuze: Wi2013 of Wi2021. Geef die met het nummer door aan de data engineer."
        yield Todo(what, choice.until)


def _conversation(of: Situation, choice: OptIn | None) -> Iterator[Todo]:
    """Topics to discuss, until answered. The handreiking sets no last day for it; a choice has one."""
    if not of.was_wrong:
        return
    if of.answer.spoken is None:
        yield Todo("Bespreek de situatie met de persoon.", choice.until if choice else None)
    if of.answer.letter is None:
        yield Todo("Vraag: kwam er een brief van DUO over het stoppen van de inburgering?")
    if of.answer.notification is None and of.notified is None:
        yield Todo("Vraag: kwam er een kennisgeving van DUO, en van welke dag?")
    if of.answer.help is None:
        yield Todo("Vraag: is er hulp nodig bij DUO?")


def _search(of: Situation, deadline: date | None) -> Iterator[Todo]:
    if of.verdict and of.verdict.state == "corrected" and not of.findable:
        yield Todo("Het BSN is niet bekend. Zoek de gegevens zelf op in uw systemen.", deadline)
    if of.overdue:
        yield Todo("Vraag bij DUO na waarom deze persoon na de herstart niet opnieuw is gemeld.")
    if of.systems and not of.unseen:
        yield Todo("Zoek uit of deze persoon bij uw gemeente hoort.")
