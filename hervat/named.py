"""Names: comparing those of persons who decide (for what takes two), and how the journal names a citizen."""

import unicodedata


def same(name: str) -> str:
    """Return a name normalised for comparison: width, case and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def person_named(number: int | None) -> str:
    """Return how the journal names a citizen: by number; None is a person who is in no row of `person`."""
    return "a person not in the register" if number is None else f"person {number}"
