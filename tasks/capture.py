"""Capture: who received data, read before anything is erased."""

from hervat.notices import capture
from tasks.step import Step

STEP = Step("capture", capture, ahead=True)
