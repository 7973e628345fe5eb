"""Settle: the state of every person today. It needs no fetch: a release by date does not wait for a server."""

from hervat.settling import settle
from hervat.tasks.step import Step

STEP = Step("settle", settle, ahead=True)
