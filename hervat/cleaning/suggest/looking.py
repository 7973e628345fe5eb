"""A suggestion for a database: its schema is read, and where wanted its rows are counted; then the connection ends."""

from hervat.cleaning.databases import database_of, engine_of
from hervat.cleaning.errors import guarded
from hervat.cleaning.reflect import read_schema
from hervat.cleaning.suggest.counts import NoCounts, RowCounts
from hervat.cleaning.suggest.draft import Draft
from hervat.cleaning.suggest.propose import suggest


def suggest_for(system: str, url: str, counted: bool = True) -> Draft:
    """Return a first footprint for the database at `url`. Reads only. Raises CleaningError when it can't be read."""
    engine = engine_of(system, url)
    try:
        with guarded(system, "looking at the schema"), engine.connect() as connection:
            database_of(connection).begin_reading(connection)
            schema = read_schema(connection)
            counts = RowCounts(connection, schema) if counted else NoCounts()
            draft = suggest(system, schema, counts)
            connection.rollback()
        return draft
    finally:
        engine.dispose()
