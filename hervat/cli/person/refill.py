"""`hervat refill`: erased persons who are reinstated and must be filled in again."""

from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    AsOf,
    By,
    Code,
    Config,
    Json,
    Line,
    OnePerson,
    aside,
    command,
    print_json,
    seen_now,
    stdout,
    table,
    tell_errors,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hervat.delivery import GateFacts
    from hervat.night import Night

refill_app = typer.Typer(no_args_is_help=True, help="Erased persons who are reinstated and must be filled in again.")
app.add_typer(refill_app, name="refill")


@command(refill_app, "list", epilog="Example:  hervat refill list")
def refill_list(config: Config = HERE, municipality: Code = None, as_of: AsOf = None, as_json: Json = False) -> int:
    """List the persons to fill in again. With system and day of erasure. Exit status 1: there are some."""
    from hervat.status import refills

    def found(session: "Session", night: "Night", facts: "GateFacts") -> list[Line]:
        return [
            {"system": refill.system, "person": refill.person, "erased_on": refill.erased_on}
            for refill in refills(session, night, facts)
        ]

    shown, errors = seen_now(config, municipality, as_of, found)
    if as_json:
        print_json({"refill": shown, "errors": errors})
    else:
        columns = ["municipality", "system", "person", "erased on"]
        table("To fill in again", columns, [list(line.values()) for line in shown])
    return 3 if tell_errors(errors) else 1 if shown else 0


@command(refill_app, "done", epilog="Example:  hervat refill done --system leerlingvolg --person 41 --by 'A. Jansen'")
def refill_done(
    system: Annotated[str, typer.Option("--system", help="A supplier's system, in which hervat can't look itself.")],
    person: OnePerson,
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that a person was filled in again. At a supplier's; in a database hervat sees it itself."""
    from hervat.tasks.decide import refilled
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    having = [
        configured
        for configured in installation.municipalities(municipality)
        if any(found.name == system for found in configured.systems)
    ]
    if len(having) != 1:
        raise UsageError(f"{len(having)} municipalities have a system {system}; name one with --municipality")
    night = installation.night(having[0], origin="refill", log=aside)
    refilled(night, system, person, by)
    answer = {"system": system, "person": person, "by": by}
    print_json(answer) if as_json else stdout().print(f"recorded for person {person}", markup=False)
    return 0
