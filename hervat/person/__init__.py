"""All that hervat holds about one person (AVG 15), and its end (17): a place for every table."""

from hervat.person.account import DataRecipient, PersonAccount, PlaceRows, show
from hervat.person.candidates import Candidates, candidate
from hervat.person.ending import end, end_persons
from hervat.person.endings import Leaving
from hervat.person.letter import letter_for, protected
from hervat.person.open_reasons import open_for, open_of
from hervat.person.originals import Originals, file_names, search_originals
from hervat.person.subject import Subject, subject_of
from hervat.person.vault_objects import NamingObject, objects_of
from hervat.person.why import HeldFor

__all__ = [
    "Candidates",
    "DataRecipient",
    "HeldFor",
    "Leaving",
    "NamingObject",
    "Originals",
    "PersonAccount",
    "PlaceRows",
    "Subject",
    "candidate",
    "end",
    "end_persons",
    "file_names",
    "letter_for",
    "objects_of",
    "open_for",
    "open_of",
    "protected",
    "search_originals",
    "show",
    "subject_of",
]
