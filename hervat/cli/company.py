"""The company of a served installation: the living world of `hervat demo`, nobody for a real one."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from hervat.new_installation import DEMO_MARKER
from hervat.settings import Settings


def company(settings: Settings, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Return the demo's world, alive while it is entered, where `hervat demo` made the configuration; else nothing.

    A real installation imports nothing of the demo.
    """
    if not (settings.directory / DEMO_MARKER).exists():
        return nullcontext()
    from hervat.demo import alive

    return alive(settings, say)
