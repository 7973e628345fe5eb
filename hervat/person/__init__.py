"""One person: all that hervat holds about them (AVG 15), a hold that keeps it (18, 21), and its end (17)."""

from hervat.person.account import DataRecipient, PersonAccount, PlaceRows, letter_for, protected, show
from hervat.person.candidates import Candidates, candidate, candidates_of
from hervat.person.endings import Leaving, end, end_persons
from hervat.person.hold import HoldTerms, hold, number_of, release
from hervat.person.open_reasons import open_for, open_of
from hervat.person.originals import Originals, file_names, search_originals
from hervat.person.split import SplitPerson, split
from hervat.person.subject import Subject, subject_of
from hervat.person.vault_objects import NamingObject, objects_of
from hervat.person.why import OWN, HeldFor

__all__ = [
    "OWN",
    "Candidates",
    "DataRecipient",
    "HeldFor",
    "HoldTerms",
    "Leaving",
    "NamingObject",
    "Originals",
    "PersonAccount",
    "PlaceRows",
    "SplitPerson",
    "Subject",
    "candidate",
    "candidates_of",
    "end",
    "end_persons",
    "file_names",
    "hold",
    "letter_for",
    "number_of",
    "objects_of",
    "open_for",
    "open_of",
    "protected",
    "release",
    "search_originals",
    "show",
    "split",
    "subject_of",
]
