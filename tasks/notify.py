"""Notify: send the third parties what is new. It does not wait for cleaning."""

from hervat.notices import notify
from hervat.tasks.step import Step

STEP = Step("notify", notify, needs=("settle", "capture"), acts=True, ahead=True)
