"""Modules that are imported on first use: Great Expectations loads them for rules and drawings that are not ours.

scipy.stats and altair are over 40 % of the seconds that it takes to import Great Expectations.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands for a module in sys.modules, until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # who only looks around in sys.modules, as `inspect` does
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def import_late(*names: str) -> None:
    """Put a stand-in for each module that is not imported yet; its first use imports the module itself."""
    for name in names:
        sys.modules.setdefault(name, _Late(name))
