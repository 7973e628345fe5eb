"""Terms for every kind of data: what is due, and its destruction by two."""

from hervat.upkeep.retention.output import clear_output
from hervat.upkeep.retention.retire import KindDue, Retirement, due_now, retire, tell_overdue

__all__ = ["KindDue", "Retirement", "clear_output", "due_now", "retire", "tell_overdue"]
