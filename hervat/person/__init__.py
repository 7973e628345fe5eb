"""All that hervat holds about one person (AVG 15): a place for every table, and the originals."""

from hervat.person.account import Found, PersonAccount, Recipient, show
from hervat.person.letter import letter_for, protected
from hervat.person.subject import Subject

__all__ = ["Found", "PersonAccount", "Recipient", "Subject", "letter_for", "protected", "show"]
