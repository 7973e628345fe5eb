"""`hervat plan` and `approve`."""

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    AsOf,
    Code,
    Config,
    Json,
    Key,
    SignedBy,
    aside,
    command,
    day,
    print_json,
    signing,
    stdout,
)
from hervat.errors import UsageError
from hervat.today import refuse_to_come, today


@command(app, epilog="Example:  hervat plan 3f2a9c41d0 --persons")
def plan(
    hash_: Annotated[
        str | None, typer.Argument(metavar="HASH", help="One plan: its hash, or its first 8 or more characters.")
    ] = None,
    config: Config = HERE,
    municipality: Code = None,
    sql: Annotated[bool, typer.Option("--sql", help="Show the statements that will run.")] = False,
    persons: Annotated[
        bool,
        typer.Option("--persons", help="Show the persons in the plan HASH, by number; only on a terminal, journalled."),
    ] = False,
    rehearse: Annotated[
        bool,
        typer.Option(
            "--rehearse", help="Do all that the plans would do, then roll it back. Exit status 3: a plan would fail."
        ),
    ] = False,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Show the pending plans in full. Exit status 1: one of them waits for approval."""
    on = day(as_of) or today()
    refuse_to_come(on)
    if persons:
        return _persons(config, municipality, hash_, day(as_of), as_json)
    if rehearse:
        return _rehearse(config, municipality, hash_, day(as_of), as_json)
    plans = _pending(config, municipality, hash_, on)
    if as_json:
        print_json({"plans": plans})
    else:
        _print_plans(plans, sql)
    return 1 if any(pending["status"] == "waiting" for pending in plans) else 0


def _pending(config: Path, municipality: str | None, given: str | None, on: date) -> list[dict[str, Any]]:
    """Return the pending plans, or the one of a hash."""
    from hervat.cli.cleaning.plan_page import only
    from hervat.status import whole_plans
    from hervat.tasks.installation import Installation

    installation, plans = Installation(config, municipality), list[dict[str, Any]]()
    for configured in installation.municipalities(municipality):
        with installation.register.session() as session:
            plans += whole_plans(session, configured, on)
    return plans if given is None else [only(plans, given)]


def _print_plans(plans: list[dict[str, Any]], sql: bool) -> None:
    from hervat.cli.cleaning.plan_page import show

    if not plans:
        stdout().print("Plans: none")
    for pending in plans:
        show(pending, sql)


def _rehearse(config: Path, municipality: str | None, given: str | None, as_of: date | None, as_json: bool) -> int:
    """Rehearse the pending plans, or one of them. Return 0 if all would succeed, else 3."""
    from hervat.cleaning import NoSuchPlan
    from hervat.cleaning import rehearse as rehearse_plans
    from hervat.cli.cleaning.plan_page import show_rehearsals
    from hervat.tasks.installation import Installation

    installation, rehearsals, errors = Installation(config, municipality), [], []
    for night in installation.nights(municipality, as_of, origin="rehearse", log=aside):
        try:
            rehearsals += rehearse_plans(night, given and given.strip().lower())
        except NoSuchPlan as error:
            errors.append(error)
    if given and not rehearsals:
        raise errors[0]
    if as_json:
        print_json({"rehearsals": [asdict(one) | {"goes": one.goes} for one in rehearsals]})
    else:
        show_rehearsals(rehearsals)
    return 0 if all(one.goes for one in rehearsals) else 3


def _persons(config: Path, municipality: str | None, given: str | None, as_of: date | None, as_json: bool) -> int:
    """Show the persons in a plan; only on a terminal, for what is piped or redirected is soon a file (rule 7)."""
    from hervat.cleaning import NoSuchPlan
    from hervat.cli.cleaning.plan_page import show_persons
    from hervat.status import plan_persons
    from hervat.tasks.installation import Installation

    if given is None:
        raise UsageError("name the plan: `hervat plan HASH --persons`; `hervat plan` shows the hashes")
    if as_json or not sys.stdout.isatty():
        raise UsageError("--persons works only on a terminal; leave out --json, pipes and redirection")
    installation, errors = Installation(config, municipality), []
    for night in installation.nights(municipality, as_of, origin="plan", log=aside):
        try:
            system, lines = plan_persons(night, given.strip().lower())
        except NoSuchPlan as error:
            errors.append(error)
            continue
        show_persons(system, lines)
        return 0
    raise errors[0]


@command(app, epilog="Example:  hervat approve 3f2a9c41d0 --key ~/.ssh/id_ed25519")
def approve(
    hash_: Annotated[str, typer.Argument(metavar="HASH", help="The plan's hash, or its first 8 or more characters.")],
    by: SignedBy = "",
    key: Key = None,
    signature: Annotated[
        Path | None,
        typer.Option("--signature", help="A signature made by ssh-keygen -Y sign -n hervat; - reads standard input."),
    ] = None,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Approve a plan; the next run executes it. Where hervat.yaml has `approvers`: --key or --signature, else --by."""
    from hervat import sshsig
    from hervat.cleaning import NoSuchPlan
    from hervat.tasks.decide import approve_plan
    from hervat.tasks.installation import Installation

    installation, sign = Installation(config, municipality), signing(key, signature)
    over_plan = (lambda text: sign(text, sshsig.NAMESPACE)) if sign else None
    errors = []
    for night in installation.nights(municipality, day(as_of), origin="approve", log=aside):
        try:
            approved = approve_plan(night, hash_.strip().lower(), by, over_plan)
        except NoSuchPlan as error:
            errors.append(error)
            continue
        if as_json:
            print_json(asdict(approved))
        else:
            more = "the next run executes it" if approved.status == "ready" else "a second person must approve it too"
            said = f"approved {approved.hash[:12]} for {approved.system} by {approved.by}: {more}"
            stdout().print(said, markup=False)
        return 0
    raise errors[0]
