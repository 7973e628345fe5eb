"""All that hervat holds about one person (AVG 15), and its end (17): a place for every table."""

from hervat.person.account import DataRecipient, PersonAccount, PlaceRows, show
from hervat.person.candidates import Candidates, candidates_of
from hervat.person.ending import end_persons
from hervat.person.letter import letter_for, protected
from hervat.person.open_reasons import open_for, open_of
from hervat.person.subject import Subject
from hervat.person.vault_objects import objects_of
from hervat.person.why import HeldFor

__all__ = [
    "Candidates",
    "DataRecipient",
    "HeldFor",
    "PersonAccount",
    "PlaceRows",
    "Subject",
    "candidates_of",
    "end_persons",
    "letter_for",
    "objects_of",
    "open_for",
    "open_of",
    "protected",
    "show",
]
