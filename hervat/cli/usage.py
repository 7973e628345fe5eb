"""Wrong usage, told as JSON too where it was asked for: what the parser finds never reaches a command."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from hervat.cli.shared import print_json

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer exports this one, not its base


class Commands(TyperGroup):
    """All commands; one JSON object stands on standard output for wrong usage as well."""

    _json = False

    def main(self, args: Any = None, *rest: Any, **more: Any) -> Any:
        """Run a command as typer does; it is remembered whether JSON was asked for."""
        self._json = "--json" in (sys.argv[1:] if args is None else args)
        return super().main(args, *rest, **more)

    def invoke(self, ctx: Any) -> Any:
        """Invoke the chosen command. What the parser refuses ends with exit status 2, as ever."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            if self._json:
                print_json({"errors": [error.format_message()]})  # type: ignore[attr-defined]
            raise
