"""Prefect: a file for each subject, a few lines for each entry point. Only this room and the command line know Prefect.

No personal data comes in here: parameters, states, logs and artifacts hold ids, counts and names of things (rule 7).
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

MEND = "run `hervat deploy` with the hervat of this worker, or start `hervat serve` again"


class _OfAnotherVersion(MetaPathFinder):
    """Asked last: an entry point that is not here was deployed by another hervat, and the run's log says the mend."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        """Raise ModuleNotFoundError for a module of this room."""
        if name.startswith(f"{__name__}."):
            told = f"there is no {name}: another hervat made this deployment; {MEND}"
            raise ModuleNotFoundError(told, name=name)


sys.meta_path.append(_OfAnotherVersion())
