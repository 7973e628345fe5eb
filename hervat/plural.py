"""English counts that agree in number: 1 file, 2 files."""


def plural(count: int, singular: str, many: str | None = None) -> str:
    """Return the count with its noun; `many` is the plural where an s at the end does not make it."""
    return f"{count} {singular}" if count == 1 else f"{count} {many or f'{singular}s'}"
