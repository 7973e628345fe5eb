"""`hervat person hold | release`: nobody on hold is erased (AVG 18 and 21). Each takes two persons."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.person.show import person_app
from hervat.cli.shared import (
    HERE,
    Code,
    Config,
    Json,
    Key,
    Made,
    PersonNumber,
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


class HoldGround(StrEnum):
    """The article of the AVG: 18 restriction of processing, 21 objection."""

    restriction = "18"
    objection = "21"


_HOLD = "Example:  hervat person hold --person 41 --ground 18 --until 2022-06-30 --by 'A. Jansen' --reason 'verzoek 12'"
_RELEASE = "Example:  hervat person release --person 41 --by 'A. Jansen' --reason 'verzoek 12 is afgehandeld'"
_SECOND = "a second person must confirm it: the same command by another name"


@command(person_app, "hold", epilog=_HOLD)
def person_hold(
    ground: Annotated[HoldGround, typer.Option("--ground", help="AVG 18 (restriction) or 21 (objection).")],
    person: PersonNumber = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="The last day; left out: until released.")
    ] = None,
    by: SignedBy = "",
    reason: Reason = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Put a person on hold: no plan and no supplier erases them. Exit status 1: it waits for a second person.

    It counts at once. Where the policy is restrict, the person is restricted. Parties are notified as before (AVG 19).
    """
    from hervat.person import HoldTerms
    from hervat.tasks.decide import put_on_hold

    night, number = found_person(config, municipality, person)
    terms = HoldTerms(ground.value, day(until))
    confirmed = put_on_hold(night, number, terms, by, reason, signing(key, signature))
    said = "confirmed" if confirmed else f"it counts at once, and {_SECOND}"
    answer = {"person": number, "ground": terms.ground, "until": terms.until, "waits": not confirmed}
    print_json(answer) if as_json else stdout().print(f"person {number} is on hold ({terms}); {said}", markup=False)
    return 0 if confirmed else 1


@command(person_app, "release", epilog=_RELEASE)
def person_release(
    person: PersonNumber = None,
    ground: Annotated[
        HoldGround | None, typer.Option("--ground", help="Only the hold on this ground; left out: every hold.")
    ] = None,
    by: SignedBy = "",
    reason: Reason = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Release a person who is on hold. Two persons must. Exit status 1: the person is still on hold.

    The next night plans for them again, and lifts a restriction that nothing else asks for.
    """
    from hervat.tasks.decide import release_person

    night, number = found_person(config, municipality, person)
    sign = signing(key, signature)
    released = release_person(night, number, by, reason, ground.value if ground else None, sign)
    message = f"person {number} is {'released' if released else f'still on hold; {_SECOND}, or release every hold'}"
    print_json({"person": number, "released": released}) if as_json else stdout().print(message, markup=False)
    return 0 if released else 1


def found_person(config: Path, municipality: str | None, person: int | None) -> tuple["Night", int]:
    """Return the night of a person's gemeente, and their number. Raises UsageError if there is none, or several."""
    from hervat.person import number_of
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    typed = asked_number("BSN or V-nummer") if person is None else None
    nights = installation.nights(municipality, origin="person", log=aside)
    found = [(night, number) for night in nights if (number := number_of(night, person, typed)) is not None]
    if not found:
        raise UsageError(
            "the register has no such person, so nothing of them is erased before a download brings them in; the"
            " worklist has the numbers"
        )
    if len(found) > 1:
        codes = ", ".join(night.code for night, _ in found)
        raise UsageError(f"several gemeenten have this person: {codes}; name one with --municipality")
    return found[0]
