"""The end of what lies in the vault: what has passed its term, agreed by two persons, destroyed with a tombstone."""

from hervat.retention.destroy import Destroyed, destroy
from hervat.retention.due import Due, due

__all__ = ["Destroyed", "Due", "destroy", "due"]
