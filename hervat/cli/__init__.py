"""The command line: the composition root. It may import all of the house; nothing imports it."""

import gc

_BETWEEN = 300_000  # new objects between two collections, instead of 700


def main() -> None:
    """Run the command line.

    Importing makes some 300,000 objects that stay: looking for garbage among them took a fifth of a quiet night.
    """
    gc.set_threshold(_BETWEEN)
    from hervat.cli.commands import app

    app()
