"""Terms for every kind of data: what is due, and its destruction by two."""

from hervat.upkeep.retention.by_two import KindDue, Retirement, due_now, retire, tell_overdue
from hervat.upkeep.retention.output import clear_output

__all__ = ["KindDue", "Retirement", "clear_output", "due_now", "retire", "tell_overdue"]
