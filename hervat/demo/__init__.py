"""The fictitious gemeente: made-up data, an embedded SFTP server and local systems.

Importing this room costs nothing: a real installation gets no more of the demo than this file.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from hervat.demo.embedded import EmbeddedServer, lasting_port
from hervat.demo.post_office import PostOffice
from hervat.demo.stage import Server, Stage
from hervat.settings import Settings

__all__ = [
    "EmbeddedServer",
    "PostOffice",
    "Server",
    "Stage",
    "lasting_port",
]

MARKER = ".hervat-demo"


def company(settings: Settings, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Return the demo's world, alive while it is entered, where `hervat demo` made the configuration; else nothing."""
    if not (settings.directory / MARKER).exists():
        return nullcontext()
    from hervat.demo.alive import alive

    return alive(settings, say)
