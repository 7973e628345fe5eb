"""Wrong usage as JSON if asked for: what the parser rejects never reaches a command."""

import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from hervat.acting import doing
from hervat.cli.shared import print_json

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer exports this one, not its base


class Commands(TyperGroup):
    """The root group; prints wrong usage as one JSON object too."""

    _json = False

    def main(self, args: Any = None, *rest: Any, **more: Any) -> Any:
        """Run a command as typer does; remember whether JSON was asked for, and for the journal which command it is."""
        given = sys.argv[1:] if args is None else list(args)
        self._json = "--json" in given
        with doing(" ".join(self._words(given))):
            return super().main(args, *rest, **more)

    def _words(self, given: list[str]) -> Iterator[str]:
        """Yield the words of the command that was given, without its options and values."""
        command: Any = self
        for word in given:
            command = getattr(command, "commands", {}).get(word)
            if command is None:
                return
            yield word

    def invoke(self, ctx: Any) -> Any:
        """Invoke the chosen command; what the parser rejects ends with exit status 2, as usual."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            if self._json:
                print_json({"errors": [error.format_message()]})  # type: ignore[attr-defined]
            raise
