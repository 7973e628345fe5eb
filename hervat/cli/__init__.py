"""The command line: the composition root. It may import all of the house; nothing imports it."""

from hervat.cli.main import main

__all__ = ["main"]
