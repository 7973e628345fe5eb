"""What a database driver's exception means, in our words, for every database that hervat speaks to.

A driver's own text can repeat values (rule 7 of the design): what is passed on of it are names of things alone.
"""

from hervat.driver_errors.connecting import unconnected
from hervat.driver_errors.querying import hidden, hidden_by, unrunnable

__all__ = [
    "hidden",
    "hidden_by",
    "unconnected",
    "unrunnable",
]
