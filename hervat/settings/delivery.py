"""The quarterly delivery to CBS."""

from hervat.settings.base import Code, FilePath, Strict


class Records(Strict):
    """The query that yields the records of a quarter; `:peildatum` is the quarter's last day."""

    system: str
    query: str


class Cbs(Strict):
    """How the Statistiek Wet Inburgering is delivered; layout and XSD are files that a gemeente replaces."""

    reporter: Code
    layout: str = "swi-provisional.yaml"
    xsd: FilePath | None = None
    records: Records
