"""`hervat notices`."""

import typer
from sqlalchemy import select

from hervat.cli.app import app
from hervat.cli.shared import HERE, Code, Config, Json, guarded, print_json, table

notices_app = typer.Typer(no_args_is_help=True, help="What third parties and suppliers were told.")
app.add_typer(notices_app, name="notices")

_COLUMNS = (
    "number",
    "audience",
    "party",
    "kind",
    "day",
    "persons",
    "status",
    "attempts",
    "sent_on",
    "received_on",
    "done_on",
)


@notices_app.command("list", epilog="Example:  hervat notices list --json")
@guarded
def notices_list(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the notices: number, party, kind, day, persons (a count), whether sent, received and acted upon."""
    from hervat.register.models import Notice
    from tasks.compose import Installation

    installation, found = Installation(config), []
    for one in installation.municipalities(municipality):
        with installation.register.session() as session:
            wanted = select(Notice).where(Notice.municipality == one.code).order_by(Notice.id)
            found += [{name: getattr(notice, name) for name in _COLUMNS} for notice in session.scalars(wanted)]
    if as_json:
        print_json({"notices": found})
    else:
        table("Notices", list(_COLUMNS), [[item[name] for name in _COLUMNS] for item in found])
    return 0
