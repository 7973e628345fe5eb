"""Companion processes of `hervat serve`: the living world of `hervat demo`, none for a real installation."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from hervat.new_installation import DEMO_MARKER
from hervat.settings import Settings


def company(settings: Settings, log: Callable[[str], None]) -> AbstractContextManager[None]:
    """Return a context manager that keeps the demo's world alive if `hervat demo` made this configuration.

    A real installation imports nothing of the demo.
    """
    if not (settings.directory / DEMO_MARKER).exists():
        return nullcontext()
    from hervat.demo import alive

    return alive(settings, log)
