"""`hervat refill`: erased persons who are reinstated, so that a person fills them in again."""

from typing import Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    AsOf,
    By,
    Code,
    Config,
    Json,
    aside,
    day,
    guarded,
    print_json,
    stdout,
    table,
    tell_error,
)
from hervat.errors import UsageError

refill_app = typer.Typer(no_args_is_help=True, help="Who was erased and is reinstated: to be filled in again.")
app.add_typer(refill_app, name="refill")


@refill_app.command("list", epilog="Example:  hervat refill list")
@guarded
def refill_list(config: Config = HERE, municipality: Code = None, as_of: AsOf = None, as_json: Json = False) -> int:
    """List them by the worklist's number, with the system and the day of the erasure. Exit status 1: there are some."""
    from hervat.aftermath import refills
    from hervat.delivery.look import look_at_systems
    from tasks.compose import Installation

    installation = Installation(config)
    shown: list[dict[str, Any]] = []
    errors: list[str] = []
    for one in installation.municipalities(municipality):
        night = installation.night(one, day(as_of), origin="refill")
        facts = look_at_systems(night)
        errors += facts.errors
        with night.register.session() as session:
            found = refills(session, night, facts)
        shown += [
            {"municipality": one.code, "system": r.system, "person": r.person, "erased_on": r.erased_on} for r in found
        ]
    if as_json:
        print_json({"refill": shown, "errors": errors})
    else:
        columns = ["municipality", "system", "person", "erased on"]
        table("To fill in again", columns, [list(line.values()) for line in shown])
    for text in errors:
        tell_error(text)
    return 3 if errors else 1 if shown else 0


@refill_app.command("done", epilog="Example:  hervat refill done --system leerlingvolg --person 41 --by 'A. Jansen'")
@guarded
def refill_done(
    system: Annotated[str, typer.Option("--system", help="A supplier's system, in which hervat can't look itself.")],
    person: Annotated[int, typer.Option("--person", help="The person's number on the worklist.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that a person was filled in again at a supplier's; from a database he leaves the list by himself."""
    from tasks.compose import Installation
    from tasks.decide import refilled

    installation = Installation(config)
    having = [
        one for one in installation.municipalities(municipality) if any(found.name == system for found in one.systems)
    ]
    if len(having) != 1:
        raise UsageError(f"{len(having)} municipalities have a system {system}; name one with --municipality")
    night = installation.night(having[0], origin="refill", say=aside)
    refilled(night, system, person, by)
    told = {"system": system, "person": person, "by": by}
    print_json(told) if as_json else stdout().print(f"recorded for person {person}", markup=False)
    return 0
