"""`hervat optin`: decisions about the law that holds for a person, and wrong kennisgevingen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    By,
    Code,
    Config,
    Json,
    Key,
    Made,
    Reason,
    SignedBy,
    aside,
    asked_number,
    command,
    day,
    print_json,
    signing,
    stdout,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.tasks.installation import Installation

optin_app = typer.Typer(
    no_args_is_help=True, help="Decisions about a person: the choice of law, or the end of a dispute."
)
app.add_typer(optin_app, name="optin")

T = TypeVar("T")
Person = Annotated[
    int | None, typer.Option("--person", help="The person's number on the worklist; left out: asks for the BSN.")
]


SECOND = "; the weeks for a choice are over, so it counts once another person records the same"
_RECORD = "Example:  hervat optin record --person 41 --law Wi2021 --date 2022-05-24 --by 'A. Jansen' --reason choice"


@command(optin_app, "record", epilog=_RECORD)
def record(
    law: Annotated[str, typer.Option("--law", help="Wi2013 or Wi2021.")],
    reason: Reason,
    by: SignedBy = "",
    key: Key = None,
    signature: Made = None,
    person: Person = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The decision's day; default today.")
    ] = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record which law holds for a person: a choice (opt-in), or the decision in a dispute.

    A choice after the round's weeks takes two persons; with approvers their signatures. All others take a name.
    """
    from hervat.tasks.decide import record_law
    from hervat.tasks.installation import Installation

    installation, sign = Installation(config, municipality), signing(key, signature)
    number, counts = _recorded(
        installation,
        municipality,
        person,
        lambda night, found: record_law(night, found, law, day(date) or night.as_of, by, reason, sign),
    )
    answer = {"person": number, "law": law, "recorded": True, "waits": not counts}
    print_json(answer) if as_json else stdout().print(f"recorded {law} for person {number}{'' if counts else SECOND}")
    return 0 if counts else 1


@command(
    optin_app,
    "kennisgeving",
    epilog="Example:  hervat optin kennisgeving --person 41 --date 2022-01-12 --by 'A. Jansen'",
)
def kennisgeving(
    date: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day of the wrong kennisgeving.")],
    by: By,
    person: Person = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record a wrong kennisgeving, as the person reported it. In the conversation of handreiking 3.3."""
    from hervat.tasks.decide import record_kennisgeving
    from hervat.tasks.installation import Installation

    on = day(date)
    assert on is not None  # noqa: S101 - the option is required
    number, _ = _recorded(
        Installation(config, municipality),
        municipality,
        person,
        lambda night, found: record_kennisgeving(night, found, on, by),
    )
    print_json({"person": number, "recorded": True}) if as_json else stdout().print(f"recorded for person {number}")
    return 0


def _recorded(
    installation: "Installation", municipality: str | None, person: int | None, act: Callable[["Night", int], T]
) -> tuple[int, T]:
    from hervat.settling import find_person

    bsn = asked_number() if person is None else None
    for night in installation.nights(municipality, origin="optin", log=aside):
        number = find_person(night, person, bsn)
        if number is not None:
            return int(number), act(night, number)
    raise UsageError("the register knows no such person; the worklist has the numbers")
