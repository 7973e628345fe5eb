"""The fictitious gemeente: made-up data, an embedded SFTP server and local systems.

Importing this room costs nothing: a real installation gets no more of the demo than this file.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from hervat.settings import Settings

MARKER = ".hervat-demo"


def company(settings: Settings, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Return the demo's world, alive while it is entered, where `hervat demo` made the configuration; else nothing."""
    if not (settings.directory / MARKER).exists():
        return nullcontext()
    from hervat.demo.alive import alive

    return alive(settings, say)
