"""Answers in doubt: their meaning is not certain, so a person reads them and records the answer."""

from dataclasses import dataclass, field
from datetime import date

WHY = {
    "not_clear": "its words are not surely one of the four answers",
    "no_text": "nothing of it can be read: it is encrypted, empty, or in a form of its own",
    "several": "it names several notices",
    "two_answers": "it says two things",
    "bounce": "it may be a mail that came back",
    "unread": "it says that the notice was thrown away unread",
    "machine": "a program wrote it, and it is not an absence",
    "other_sender": "it comes from elsewhere than the notice went",
    "future_day": "its day is still to come",
    "day_before_notice": "its day is before that of the notice",
    "fewer_erased": "it says that fewer persons were erased than were asked",
    "reason_with_done": "it says done, with a reason that takes it back",
}
"""Code of a doubt -> its meaning."""


@dataclass(frozen=True)
class Doubt:
    """A file that may be an answer: to these notices (numbers), why it is in doubt, its day, signed or not."""

    numbers: tuple[str, ...]
    why: str
    day: date
    signed: bool = False
    sha256: str = field(default="", repr=False)
