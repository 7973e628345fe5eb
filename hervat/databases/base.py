"""The interface of a supported database; one implementation per package.

Nothing about footprints, persons or plans belongs here, and no other file asks for the name of a dialect.
"""

from hervat.databases.interface import BsnSearch, Catalogue, Connecting, Deleting, Rights, TemporaryTables


class Database(Connecting, TemporaryTables, BsnSearch, Catalogue, Deleting, Rights):
    """One kind of database, by its dialect."""
