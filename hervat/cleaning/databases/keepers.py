"""What keeps the rows of a table when they are erased: history, full text, changes that are written down or sent on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keeper:
    """Something that keeps what was erased from `table` ("": from any). hervat leaves it alone; a person decides.

    name: the thing itself. what: its kind, in words that go before "name". statement: for the administrator, after
    each cleaning. history: the query that counts the rows of the table that are gone and kept ("": none can).
    """

    name: str
    table: str
    what: str
    statement: str
    history: str = ""

    def __str__(self) -> str:
        named = f"{self.what} {self.name}" if self.name else self.what
        told = f"{self.table}: {named}" if self.table else named
        return f"{told} keeps what is erased; after each cleaning let the administrator: {self.statement}"
