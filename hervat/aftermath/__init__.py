"""What stays after cleaning: who is to be filled in again, who was seen again, which shared rows nobody holds."""

from hervat.aftermath.found import Aftermath, Loose, after, counts
from hervat.aftermath.refill import Refill, record_refilled, refills

__all__ = ["Aftermath", "Loose", "Refill", "after", "counts", "record_refilled", "refills"]
