"""What an open source holds beside what it offers, as what is noticed of it."""

import math

from hervat.intake.noticed import ALWAYS_LINES, HIDING, Noticed
from hervat.pickup import Pickup


def passed_by(source: str, pickup: Pickup, folders: int, ever: bool) -> list[Noticed]:
    """Return what lies at a source that was listed and is not offered. folders: below it, that nobody looks into.

    ever: whether it offers something, or ever did; where it did not, downloads may lie behind links and folders.
    """
    left, ever = pickup.left, ever or bool(pickup.growing)
    counts = {
        "strange": left.strange,
        "ahead": pickup.ahead,
        "growing": pickup.growing - pickup.ahead,
        "closed": left.closed,
        "links": left.links,
        "folders": folders,
        "special": left.special,
        "unfit" if ever else "never_fitted": left.unfit.total(),
        "beside": left.beside,
    }
    extra = {"ahead": math.ceil(pickup.ahead_by / 60)}
    return [
        Noticed(source, reason, count, extra.get(reason, 0), _waits(reason, ever))
        for reason, count in counts.items()
        if count
    ]


def _waits(reason: str, ever: bool) -> bool:
    return reason not in ALWAYS_LINES and not (reason in HIDING and ever)
