"""The night: its steps, once, in order. Steps of a few lines are here; the others are in files of their own."""

from hervat.cleaning import clean
from hervat.night import Counts, Night
from hervat.notices import capture, notify, request_erasures
from hervat.settling import settle
from hervat.strangers import look_for_unseen
from hervat.tasks import fetch, load, report, validate
from hervat.tasks.step import Step


def _capture(night: Night) -> Counts:
    """Read who received data, and who is in the systems unseen, before anything is erased or sent."""
    return capture(night) | look_for_unseen(night)


def _clean(night: Night) -> Counts:
    """Plan, execute approved plans, read back; and request erasure from the suppliers who alone can erase."""
    return clean(night) | request_erasures(night)


NIGHT: list[Step] = [
    fetch.STEP,
    validate.STEP,
    load.STEP,
    Step("settle", settle, ahead=True),  # needs no fetch: a release by date does not wait for a server
    Step("capture", _capture, ahead=True),
    Step("notify", notify, needs=("settle", "capture"), acts=True, ahead=True),  # does not wait for cleaning
    Step("clean", _clean, needs=("settle", "capture"), retries=0, timeout=14400, acts=True, ahead=True),
    report.STEP,
]
