"""`hervat notices list` and `told`; the other commands of `hervat notices` are in files of their own."""

from datetime import date
from typing import Annotated, Any

import typer

from hervat.cli.notices import notices_app
from hervat.cli.shared import (
    HERE,
    By,
    Code,
    Config,
    Json,
    Wide,
    aside,
    command,
    gathered,
    print_json,
    short_day,
    stdout,
    table,
)
from hervat.errors import UsageError


@command(notices_app, "list", epilog="Example:  hervat notices list --json")
def notices_list(
    wide: Wide = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """List the notices and their status. Persons are a count."""
    from hervat.notices import listed

    notices = gathered(config, municipality, listed)
    if as_json:
        print_json({"notices": notices})
    elif wide:
        table("Notices", list(notices[0]) if notices else [], [list(item.values()) for item in notices], wide=True)
    else:
        table("Notices", list(_SHORT), _short(notices), fold=["to"])
    return 0


_SHORT = ("number", "to", "kind", "persons", "sent", "answer")


def _short(notices: list[dict[str, Any]]) -> list[list[Any]]:
    """Return the columns that matter in the morning, with short days."""
    days = [one[name] for one in notices for name in ("sent_on", "received_on", "done_on")]
    return [
        [one["number"], one["party"], one["kind"], one["persons"], _sent(one, days), _answer(one, days)]
        for one in notices
    ]


def _sent(notice: dict[str, Any], days: list[date | None]) -> str:
    return short_day(notice["sent_on"], days) if notice["status"] == "sent" else str(notice["status"])


def _answer(notice: dict[str, Any], days: list[date | None]) -> str:
    """Return the recipient's last answer and its day; or that a person must read it."""
    on = notice["done_on"] or notice["received_on"]
    if notice["unsure"]:
        return "read it"
    return f"{notice['answer'] or ('done' if notice['done_on'] else 'received')} {short_day(on, days)}" if on else ""


@command(notices_app, "told", epilog="Example:  hervat notices told --party welzijn --by 'A. Jansen'")
def notices_told(
    party: Annotated[str, typer.Option("--party", help="The party that you informed by hand.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that you informed a party by hand. About persons whom hervat can't name to it."""
    from hervat.tasks.decide import told_party
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    having = [
        configured
        for configured in installation.municipalities(municipality)
        if any(p.name == party for p in configured.parties)
    ]
    if not having:
        raise UsageError(f"there is no party {party!r} in hervat.yaml")
    night = installation.night(having[0], origin="notices", log=aside)
    persons = told_party(night, party, by)
    print_json({"party": party, "persons": persons}) if as_json else stdout().print(f"recorded for {persons} persons")
    return 0
