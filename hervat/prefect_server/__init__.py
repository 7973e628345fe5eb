"""A Prefect server of our own on loopback: its process, its log-in, and its HTTP API.

This room starts the program and speaks its HTTP API; it knows nothing of Prefect's library.
"""

from hervat.prefect_server.api import Api, Health, ServerSilent, flaws, health
from hervat.prefect_server.environment import Home, free_port, one_at_a_time, prefect_environment
from hervat.prefect_server.process import PrefectServer, uninterrupted

__all__ = [
    "Api",
    "Health",
    "Home",
    "PrefectServer",
    "ServerSilent",
    "flaws",
    "free_port",
    "health",
    "one_at_a_time",
    "prefect_environment",
    "uninterrupted",
]
