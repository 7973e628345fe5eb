"""Fetch: secure what the sources offer. A dead source is an error of its own and stops nothing else."""

from hervat.intake import fetch
from hervat.tasks.step import Step

STEP = Step("fetch", fetch, timeout=7200)
