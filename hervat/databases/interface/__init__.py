"""The interface of a supported database, in groups; one implementation per package.

Nothing about footprints, persons or plans belongs here, and no other file asks for the name of a dialect.
"""

from hervat.databases.interface.bsn_search import BLANKS, NOISE, BsnSearch
from hervat.databases.interface.catalogue import Catalogue, Rights
from hervat.databases.interface.connecting import ENGINE_OPTIONS, Connecting, Timeouts
from hervat.databases.interface.deleting import Deleting
from hervat.databases.interface.temporary_tables import Gathered, TemporaryTables, create_as, gathered
from hervat.databases.interface.values import Values

__all__ = [
    "BLANKS",
    "ENGINE_OPTIONS",
    "NOISE",
    "BsnSearch",
    "Catalogue",
    "Connecting",
    "Database",
    "Deleting",
    "Gathered",
    "Rights",
    "TemporaryTables",
    "Timeouts",
    "Values",
    "create_as",
    "gathered",
]


class Database(Connecting, TemporaryTables, BsnSearch, Catalogue, Deleting, Rights):
    """One kind of database, by its dialect."""
