"""Counts in English that agree in number: 1 file, 2 files."""


def plural(count: int, noun: str) -> str:
    """Return a count with its noun; the plural is made with an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
