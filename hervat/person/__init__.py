"""All that hervat holds about one person (AVG 15): a place for every table, and the originals."""

from hervat.person.account import DataRecipient, PersonAccount, PlaceRows, show
from hervat.person.letter import letter_for, protected
from hervat.person.subject import Subject
from hervat.person.why import HeldFor

__all__ = ["DataRecipient", "HeldFor", "PersonAccount", "PlaceRows", "Subject", "letter_for", "protected", "show"]
