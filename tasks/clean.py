"""Clean: plan, execute approved plans, read back; and request erasure from the suppliers who alone can erase."""

from hervat.cleaning import clean
from hervat.night import Counts, Night
from hervat.notices import request_erasures
from hervat.tasks.step import Step


def _clean(night: Night) -> Counts:
    return clean(night) | request_erasures(night)


STEP = Step("clean", _clean, needs=("settle", "capture"), retries=0, timeout=14400, acts=True, ahead=True)
