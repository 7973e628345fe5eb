"""`hervat notices list` and `told`; the other commands of `hervat notices` stand in files of their own."""

from typing import Annotated

import typer

from hervat.cli import answers, evidence  # noqa: F401 - they register themselves
from hervat.cli.notices_app import notices_app
from hervat.cli.shared import HERE, By, Code, Config, Json, aside, gathered, guarded, print_json, stdout, table
from hervat.errors import UsageError


@notices_app.command("list", epilog="Example:  hervat notices list --json")
@guarded
def notices_list(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the notices: number, party, kind, day, persons (a count), whether sent, received and acted upon."""
    from hervat.notices import listed

    found = gathered(config, municipality, listed)
    if as_json:
        print_json({"notices": found})
    else:
        table("Notices", list(found[0]) if found else [], [list(item.values()) for item in found])
    return 0


@notices_app.command("told", epilog="Example:  hervat notices told --party welzijn --by 'A. Jansen'")
@guarded
def notices_told(
    party: Annotated[str, typer.Option("--party", help="The party that you told by hand.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that you told a party by hand about the persons whom hervat can't name to it."""
    from tasks.compose import Installation
    from tasks.decide import told_party

    installation = Installation(config)
    found = [one for one in installation.municipalities(municipality) if any(p.name == party for p in one.parties)]
    if not found:
        raise UsageError(f"there is no party {party!r} in hervat.yaml")
    night = installation.night(found[0], origin="notices", say=aside)
    persons = told_party(night, party, by)
    print_json({"party": party, "persons": persons}) if as_json else stdout().print(f"recorded for {persons} persons")
    return 0
