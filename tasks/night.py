"""The night: its steps, once, in order."""

from hervat.tasks import capture, clean, fetch, load, notify, report, settle, validate
from hervat.tasks.step import Step

NIGHT: list[Step] = [
    fetch.STEP,
    validate.STEP,
    load.STEP,
    settle.STEP,
    capture.STEP,
    notify.STEP,
    clean.STEP,
    report.STEP,
]
