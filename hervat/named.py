"""Comparing names of persons who decide: for decisions that take two persons."""

import unicodedata


def same(name: str) -> str:
    """Return a name normalised for comparison: width, case and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
