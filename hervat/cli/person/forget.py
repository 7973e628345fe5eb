"""`hervat person forget`: end a person (AVG 17), by two, when nothing about them is open."""

from typing import TYPE_CHECKING, Any

from hervat.cli.person.show import person_app
from hervat.cli.shared import (
    HERE,
    WAITS,
    WRONG,
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
    listing,
    print_json,
    print_plain,
    signing,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.upkeep import Forgetfulness

_FORGET = "Example:  hervat person forget --person 41 --by 'P. Officer' --reason 'verzoek 12'"
_STATUS = {"refused": 2, "waits": 1, "forgotten": 0}


@command(person_app, "forget", epilog=_FORGET)
def person_forget(
    person: PersonNumber = None,
    by: SignedBy = "",
    reason: Reason = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Forget a person: end all that hervat holds about them. Two persons must: the first agrees, the second does it.

    It is refused while anything is open, with all the reasons (exit status 2), and waits for the second with 1. Whole
    originals and notices that name the person are destroyed with them. A mark stays in the vault, so that a restored
    backup forgets again; the journal keeps its lines about the number.
    """
    from hervat.tasks.installation import Installation
    from hervat.upkeep import forget_person

    sign = signing(key, signature)
    installation = Installation(config, municipality)
    typed = asked_number("BSN or V-nummer") if person is None else None
    nights = installation.nights(municipality, origin="person", log=aside)
    outcomes = [(night, forget_person(night, person, typed, by, reason, sign)) for night in nights]
    known = [(night, outcome) for night, outcome in outcomes if outcome is not None]
    if not known:
        raise UsageError("hervat holds nothing about this person, where it can search by number; nothing was done")
    if as_json:
        print_json({"persons": [_json(night, outcome) for night, outcome in known]})
    for night, outcome in known if not as_json else []:
        _tell(night, outcome)
    return max(_STATUS[outcome.state] for _, outcome in known)


def _json(night: "Night", outcome: "Forgetfulness") -> dict[str, Any]:
    return {
        "municipality": {"code": night.code, "name": night.municipality.name},
        "person": outcome.subject.number,
        "state": outcome.state,
        "open": outcome.open,
        "agreed_by": outcome.agreed_by,
        "destroys": [
            {"id": one.thing.id, "kind": one.thing.kind, "name": one.name} for one in outcome.destroys
        ],
        "ended": outcome.ended,
        "removed": outcome.removed,
        "by_hand": outcome.by_hand,
        "statements": [str(path) for path in outcome.statements],
    }  # fmt: skip


def _tell(night: "Night", outcome: "Forgetfulness") -> None:
    named = f"{night.code} {outcome.subject.named}"
    if outcome.state == "refused":
        print_plain(f"{named}: refused, for something is open")
        listing("Open", outcome.open, WRONG)
        return
    if outcome.state == "waits":
        print_plain(f"{named}: {outcome.agreed_by} agreed; another person must agree too, and then it is done at once")
        listing(
            "Destroyed with it, whole",
            [f"{one.thing.kind} {one.thing.id} {one.name}" for one in outcome.destroys],
            WAITS,
        )
        return
    rows, tables = sum(outcome.ended.values()), len(outcome.ended)
    print_plain(f"{named}: forgotten; {rows} row(s) in {tables} table(s) were deleted, emptied or sealed again")
    for path in [*outcome.removed, *map(str, outcome.statements)]:
        print_plain(f"{'removed' if path in outcome.removed else 'written'}: {path}")
    listing("Left, for a person", outcome.by_hand, WAITS)
