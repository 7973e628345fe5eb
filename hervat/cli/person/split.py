"""`hervat person split`: two persons whom one wrong row joined get a number each again. It takes two persons."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.person.hold import found_person
from hervat.cli.person.show import person_app
from hervat.cli.shared import (
    HERE,
    Code,
    Config,
    Json,
    Key,
    Made,
    Reason,
    SignedBy,
    command,
    print_json,
    signing,
    stdout,
)
from hervat.plural import plural

if TYPE_CHECKING:
    from hervat.person import SplitPerson


class WhoseDecisions(StrEnum):
    """Whose the recorded decisions are."""

    own = "own"
    other = "other"


_SPLIT = "Example:  hervat person split --person 41 --by 'A. Jansen' --reason 'DUO: V-nummer of another person'"


@command(person_app, "split", epilog=_SPLIT)
def person_split(
    person: Annotated[int, typer.Option("--person", help="The number on the worklist of the two as one.")],
    decisions: Annotated[
        WhoseDecisions | None,
        typer.Option("--decisions", help="Whose the recorded decisions are: own (keeps the number) or other."),
    ] = None,
    by: SignedBy = "",
    reason: Reason = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Split a person whom a wrong row made of two. Asks for every BSN and V-nummer of the other person, without echo.

    The other person gets a number of their own, and each what the rows of the originals say of them. Rows with numbers
    of both are quarantined, now and in later downloads. Two persons must give the same numbers. Exit status 1: it waits
    for the second, and nothing has changed.
    """
    from hervat.tasks.decide import split_person

    night, number = found_person(config, municipality, person)
    whose = decisions.value if decisions else None
    done = split_person(night, number, _asked(), by, reason, whose, signing(key, signature))
    waits = done.other is None
    print_json({**vars(done), "waits": waits}) if as_json else stdout().print(_message(done), markup=False)
    return 1 if waits else 0


def _message(done: "SplitPerson") -> str:
    if done.other is None:
        held = plural(done.quarantined, "row")
        rows = f"{plural(done.moved, 'row')} would be of the other person, and {held} quarantined"
        return f"person {done.person}: {rows}; it is done once another person gives the same numbers"
    held = plural(done.quarantined, "row is", "rows are")
    theirs = plural(done.moved, "row is", "rows are")
    message = f"the other person is person {done.other}: {theirs} theirs, and {held} quarantined"
    erased = f"; they may have been erased, look and enter them again: {', '.join(done.erased_in)}"
    return f"{message}{erased if done.erased_in else ''}; the next night settles both"


def _asked() -> list[str]:
    """Return the numbers typed on the terminal without echo, or read from standard input, until an empty line."""
    if not sys.stdin.isatty():
        return [line.strip() for line in sys.stdin if line.strip()]
    numbers: list[str] = []
    text = "a BSN or V-nummer of the other person (empty: that was all)"
    while given := str(typer.prompt(text, hide_input=True, default="", show_default=False)).strip():
        numbers.append(given)
    return numbers
