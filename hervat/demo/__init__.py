"""The fictitious gemeente: made-up data, embedded servers and local systems."""

from hervat.demo.alive import alive
from hervat.demo.embedded import EmbeddedServer, lasting_port
from hervat.demo.post_office import PostOffice
from hervat.demo.stage import Server, Stage

__all__ = [
    "EmbeddedServer",
    "PostOffice",
    "Server",
    "Stage",
    "alive",
    "lasting_port",
]
