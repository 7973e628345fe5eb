"""Load: good rows become signals. It needs the verdict of validation, for no unjudged row is loaded."""

from hervat.intake.load import load
from tasks.step import Step

STEP = Step("load", load, needs=("validate",))
