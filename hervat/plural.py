"""Numbers and what they count, in English: 1 file, 2 files."""


def plural(count: int, thing: str) -> str:
    """Return how many there are of a thing whose plural is made with an s."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
