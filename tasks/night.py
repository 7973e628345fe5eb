"""The night: its steps, once, in order."""

from tasks import capture, clean, fetch, load, notify, report, settle, validate
from tasks.step import Step

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
