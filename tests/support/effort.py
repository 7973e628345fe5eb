"""How many made-up examples a property gets: all of them in `make test`, a fifth in `make unit`."""

import os

_QUICK = bool(os.environ.get("HERVAT_TEST_QUICK"))


def examples(number: int) -> int:
    """Return how many of `number` examples are tried in this run."""
    return max(5, number // 5) if _QUICK else number
