"""The words in a picture, in English for the command line and in Dutch for the report."""

from collections.abc import Mapping
from dataclasses import dataclass

from hervat.erasure.footprint.shape import HELD, KEPT, LINK, NULLED, PATH, PERSON, PLAIN, ROOT
from hervat.erasure.picture.model import FINDS, HOLDS, LOOSE, Box, Picture


@dataclass(frozen=True)
class Wording:
    """The words of one language: parts, counts, and the sentences that a screen reader reads."""

    language: str
    thousands: str
    parts: Mapping[str, str]
    counts: Mapping[str, tuple[str, str]]
    arrows: Mapping[str, str]
    title: str
    holds: str

    def number(self, value: int) -> str:
        """Return a number with a thousands separator."""
        return f"{value:,}".replace(",", self.thousands)

    def counted(self, box: Box) -> str:
        """Return the counts of a table, '' if nothing is counted."""
        values = {"rows": box.rows, "reached": box.reached, "stranded": box.stranded or None, "planned": box.planned}
        return " · ".join(f"{self.number(n)} {self.counts[key][n != 1]}" for key, n in values.items() if n is not None)

    def described(self, picture: Picture) -> str:
        """Return the whole picture in words."""
        tables = "; ".join(
            f"{box.name}: {self.parts[box.part]}{', ' if (counts := self.counted(box)) else ''}{counts}"
            for box in picture.boxes
        )
        holding = (arrow for arrow in picture.arrows if arrow.kind == HOLDS)
        holds = "; ".join(self.holds.format(arrow.source, arrow.target, arrow.key) for arrow in holding)
        return f"{tables}. {holds}."


ENGLISH = Wording(
    "en",
    ",",
    {
        PERSON: "person, never erased", PATH: "on the way to the person", ROOT: "root", HELD: "held",
        LINK: "link table", NULLED: "key set to null", KEPT: "kept", PLAIN: "plain reference",
    },
    {
        "rows": ("row", "rows"), "reached": ("reached", "reached"), "stranded": ("stranded", "stranded"),
        "planned": ("row in the last plan", "rows in the last plan"),
    },
    {HOLDS: "holder → held", FINDS: "finds the root of a person", LOOSE: "a key that holds nothing"},
    "Footprint of {}",
    "{} holds {} ({})",
)  # fmt: skip
DUTCH = Wording(
    "nl",
    ".",
    {
        PERSON: "persoon, nooit gewist", PATH: "weg naar de persoon", ROOT: "begin van het dossier",
        HELD: "hoort bij het dossier", LINK: "koppeltabel", NULLED: "verwijzing wordt leeg", KEPT: "blijft buiten",
        PLAIN: "alleen een verwijzing",
    },
    {
        "rows": ("rij", "rijen"), "reached": ("bereikt", "bereikt"), "stranded": ("los", "los"),
        "planned": ("rij in het laatste plan", "rijen in het laatste plan"),
    },
    {HOLDS: "wat erbij hoort", FINDS: "van persoon naar dossier", LOOSE: "een verwijzing die niets vasthoudt"},
    "De tabellen van {}",
    "{} houdt {} vast ({})",
)  # fmt: skip
