"""What a materialised view keeps of a table, and the statement that makes it anew."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """A materialised view in which a copy of rows of `table` stands.

    number: the view's own in the catalogue.
    able: this account may refresh it and every such view that it is made of, by `statement`; without that a refresh
    would fail, or copy once more what another view still keeps.
    """

    view: str
    table: str
    number: int
    statement: str
    able: bool
