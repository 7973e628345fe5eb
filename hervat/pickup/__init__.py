"""Picking up downloads: one face over an SFTP server and a folder, whatever a source is configured as.

What is offered has been left alone for a while; what is read is what was offered, or it is an error; what is settled
afterwards (`after_pickup`) is what was read. Nothing here keeps a copy.
"""

from hervat.pickup.directories import Offered, Place
from hervat.pickup.pickup import Connect, Pickup, open_pickup

__all__ = ["Connect", "Offered", "Pickup", "Place", "open_pickup"]
