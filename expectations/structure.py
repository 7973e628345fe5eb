"""The structure of a file as results like those of its rows: what was checked, what refused it."""

import pandas as pd

from hervat.downloads import CHECKS, DownloadFile, StructureRefused
from hervat.expectations.engine import outcomes
from hervat.expectations.suites import structure_rules
from hervat.expectations.verdict import Result


def validated(file: DownloadFile | StructureRefused) -> list[Result]:
    """Return a result for each check of a good file; of a refused one only for the check that refused it."""
    passed = dict.fromkeys(CHECKS, True)
    if isinstance(file, StructureRefused):
        passed = {file.reason: False}
    frame = pd.DataFrame([passed], index=pd.Index([0], name="row"))
    return [outcome.result for outcome in outcomes("structure", lambda: structure_rules(list(passed)), frame)]
