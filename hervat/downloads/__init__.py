"""Downloads of PIB: their formats, reading them as a table, and their cells as typed columns.

Knows nothing of validation (expectations/) and nothing of the register.
"""

from hervat.downloads.corrections import is_correction_like
from hervat.downloads.distinct import by_value
from hervat.downloads.formats import FIELDS, Format, load_format
from hervat.downloads.naming import NameFacts, name_facts
from hervat.downloads.packed import unpacked
from hervat.downloads.reader import Download, Opener, read
from hervat.downloads.refused import CHECKS, Reason, StructureRefused
from hervat.downloads.typed import typed

__all__ = [
    "CHECKS",
    "FIELDS",
    "Download",
    "Format",
    "NameFacts",
    "Opener",
    "Reason",
    "StructureRefused",
    "by_value",
    "is_correction_like",
    "load_format",
    "name_facts",
    "read",
    "typed",
    "unpacked",
]
