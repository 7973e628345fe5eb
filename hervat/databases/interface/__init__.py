"""The interface of a supported database, in groups: connecting, values, searching, catalogue, deleting, rights."""

from hervat.databases.interface.bsn_search import BLANKS, NOISE, BsnSearch
from hervat.databases.interface.catalogue import Catalogue, Rights
from hervat.databases.interface.connecting import ENGINE_OPTIONS, Connecting, Timeouts
from hervat.databases.interface.deleting import Deleting
from hervat.databases.interface.temporary_tables import Gathered, TemporaryTables
from hervat.databases.interface.values import Values

__all__ = [
    "BLANKS",
    "ENGINE_OPTIONS",
    "NOISE",
    "BsnSearch",
    "Catalogue",
    "Connecting",
    "Deleting",
    "Gathered",
    "Rights",
    "TemporaryTables",
    "Timeouts",
    "Values",
]
