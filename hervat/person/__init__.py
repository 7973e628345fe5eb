"""One person: all that hervat holds about them (AVG 15), and a hold that keeps it from being erased (AVG 18, 21)."""

from hervat.person.account import DataRecipient, PersonAccount, PlaceRows, show
from hervat.person.hold import HoldTerms, hold, number_of, release
from hervat.person.letter import letter_for, protected
from hervat.person.split import SplitPerson, split
from hervat.person.subject import Subject
from hervat.person.why import HeldFor

__all__ = [
    "DataRecipient",
    "HeldFor",
    "HoldTerms",
    "PersonAccount",
    "PlaceRows",
    "SplitPerson",
    "Subject",
    "hold",
    "letter_for",
    "number_of",
    "protected",
    "release",
    "show",
    "split",
]
