"""Reading the text of triggers, rules and routines: what it writes to, what it calls, and what it does not show."""

from hervat.databases.texts.read import StatementRead, Write, read_text
from hervat.databases.texts.words import Spelling, Word, words_of

__all__ = ["Spelling", "StatementRead", "Word", "Write", "read_text", "words_of"]
