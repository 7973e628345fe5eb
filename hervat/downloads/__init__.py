"""Downloads of PIB: their formats, reading them as a table, and their cells as typed columns.

Knows nothing of validation (expectations/) and nothing of the register.
"""

from hervat.downloads.cells import FOUND, stands_for_nothing
from hervat.downloads.fixes import fix_of, form_text
from hervat.downloads.formats import FIELDS, Format, format_schema, load_format
from hervat.downloads.header import Drift, drift_of, proposal
from hervat.downloads.naming import NameFacts, name_facts
from hervat.downloads.octets import Opener
from hervat.downloads.packed import unpacked
from hervat.downloads.reader import DownloadFile, read
from hervat.downloads.refused import CHECKS, Reason, StructureRefused, Wrong
from hervat.downloads.row_cache import RowCache, ahead
from hervat.downloads.survey import FileSurvey, survey
from hervat.downloads.typed import CORRECTION, ByValue, Typing, Work, is_correction_like, is_found, typed
from hervat.downloads.workbook import Note, WorkbookSheet, sheet_of, sheet_rows

__all__ = [
    "CHECKS",
    "CORRECTION",
    "FIELDS",
    "FOUND",
    "ByValue",
    "DownloadFile",
    "Drift",
    "FileSurvey",
    "Format",
    "NameFacts",
    "Note",
    "Opener",
    "Reason",
    "RowCache",
    "StructureRefused",
    "Typing",
    "Work",
    "WorkbookSheet",
    "Wrong",
    "ahead",
    "drift_of",
    "fix_of",
    "form_text",
    "format_schema",
    "is_correction_like",
    "is_found",
    "load_format",
    "name_facts",
    "proposal",
    "read",
    "sheet_of",
    "sheet_rows",
    "stands_for_nothing",
    "survey",
    "typed",
    "unpacked",
]
