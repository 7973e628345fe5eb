"""Capture: who received data, and who is in the systems unseen; read before anything is erased or sent."""

from hervat.night import Counts, Night
from hervat.notices import capture
from hervat.strangers import look_for_unseen
from hervat.tasks.step import Step


def _capture(night: Night) -> Counts:
    return capture(night) | look_for_unseen(night)


STEP = Step("capture", _capture, ahead=True)
