"""Downloads of PIB: their formats, reading them as a table, and their cells as typed columns.

Knows nothing of validation (expectations/) and nothing of the register.
"""

from hervat.downloads.corrections import is_correction_like
from hervat.downloads.distinct import ByValue
from hervat.downloads.drift import Drift, drift_of, proposal
from hervat.downloads.formats import FIELDS, Format, load_format
from hervat.downloads.naming import NameFacts, name_facts
from hervat.downloads.notes import Note
from hervat.downloads.packed import unpacked
from hervat.downloads.reader import Download, read
from hervat.downloads.refused import CHECKS, Reason, StructureRefused
from hervat.downloads.survey import Survey, survey
from hervat.downloads.typed import Typing, typed
from hervat.downloads.upto import Opener

__all__ = [
    "CHECKS",
    "FIELDS",
    "ByValue",
    "Download",
    "Drift",
    "Format",
    "NameFacts",
    "Note",
    "Opener",
    "Reason",
    "StructureRefused",
    "Survey",
    "Typing",
    "drift_of",
    "is_correction_like",
    "load_format",
    "name_facts",
    "proposal",
    "read",
    "survey",
    "typed",
    "unpacked",
]
