"""Names of persons who decide: when two of them are one."""

import unicodedata


def same(name: str) -> str:
    """Return a person's name as two spellings of it are compared: width, case and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
