"""Trying again after what passes by itself (a lost connection), never after what does not (a wrong key)."""

import random
from collections.abc import Iterator

FIRST, FACTOR, TIMES = 1.0, 3.0, 3
"""The first pause in seconds, how much longer each next one is, and how many there are."""


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before each new attempt: longer each time, and not the same for all who wait."""
    for time in range(TIMES):
        yield FIRST * FACTOR**time * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


def passes(error: BaseException) -> bool:
    """Tell whether an error may be gone a moment later."""
    return bool(getattr(error, "passing", False))
