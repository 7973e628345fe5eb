"""`hervat strangers`: persons in a local system without a valid signal, and what two persons decide about them."""

from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    AsOf,
    Code,
    Config,
    Json,
    Key,
    Line,
    Made,
    OnePerson,
    Reason,
    SignedBy,
    aside,
    command,
    print_json,
    seen_now,
    signing,
    stdout,
    table,
    tell_errors,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hervat.delivery import GateFacts
    from hervat.night import Night

strangers_app = typer.Typer(no_args_is_help=True, help="Persons in a local system without a valid signal.")
app.add_typer(strangers_app, name="strangers")
_DECIDE = "Example:  hervat strangers decide --person 41 --not-ours --by 'A. Jansen' --reason 'moved, asked the BRP'"
_LIST = """Example:  hervat strangers list

unseen: the restart is still to come. orphan: it has come, and DUO has not reported the person again. left: the person
is gone from the systems, while third parties were told to hold."""


@command(strangers_app, "list", epilog=_LIST)
def strangers_list(config: Config = HERE, municipality: Code = None, as_of: AsOf = None, as_json: Json = False) -> int:
    """List them by worklist number, with their systems and since when. Exit status 1: somebody must decide."""
    from hervat.strangers import strangers

    def found(session: "Session", night: "Night", facts: "GateFacts") -> list[Line]:
        return [vars(stranger) for stranger in strangers(session, night, facts)]

    shown, errors = seen_now(config, municipality, as_of, found)
    if as_json:
        print_json({"strangers": shown, "errors": errors})
    else:
        columns = ["municipality", "person", "kind", "systems", "since", "decided", "by"]
        rows = [[*list(line.values())[:3], ", ".join(line["systems"]), *list(line.values())[4:]] for line in shown]
        table("Without a valid signal", columns, rows)
    return 3 if tell_errors(errors) else 1 if any(line["kind"] != "unseen" or line["decided"] for line in shown) else 0


@command(strangers_app, "decide", epilog=_DECIDE)
def strangers_decide(
    person: OnePerson,
    ours: Annotated[
        bool | None, typer.Option("--ours/--not-ours", help="The person is the gemeente's, or is not.")
    ] = None,
    by: SignedBy = "",
    reason: Reason = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record whether a stranger is the gemeente's. Two persons must agree. Exit status 1: it waits for the second.

    --ours counts as reported by DUO. --not-ours makes a plan in every system, and notifies the parties with their data.
    """
    from hervat.settling import find_person
    from hervat.tasks.decide import UNKNOWN, decide_stranger
    from hervat.tasks.installation import Installation

    if ours is None:
        raise UsageError("give --ours or --not-ours")
    installation = Installation(config, municipality)
    for night in installation.nights(municipality, origin="strangers", log=aside):
        if find_person(night, person, None) is not None:
            counts = decide_stranger(night, person, ours, by, reason, signing(key, signature))
            said = "ours" if ours else "not ours"
            message = (
                f"recorded {said} for person {person}{'' if counts else '; it counts once another person says so'}"
            )
            answer = {"person": person, "ours": ours, "waits": not counts}
            print_json(answer) if as_json else stdout().print(message, markup=False)
            return 0 if counts else 1
    raise UsageError(UNKNOWN)
