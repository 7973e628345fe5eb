"""`hervat notices`: the app and the option that its commands share."""

from typing import Annotated

import typer

from hervat.cli.app import app

notices_app = typer.Typer(no_args_is_help=True, help="Notices to third parties and suppliers.")
app.add_typer(notices_app, name="notices")

Number = Annotated[str, typer.Argument(help="The notice's number, such as 0000-20220301-0001.")]
