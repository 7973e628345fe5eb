"""`hervat plan`, `approve` and `footprint`."""

from typing import Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, AsOf, By, Code, Config, Json, day, guarded, print_json, stdout, table
from hervat.errors import UsageError

footprint_app = typer.Typer(
    no_args_is_help=True, help="What of a system's rows is about a registration under the Wi2021."
)
app.add_typer(footprint_app, name="footprint")


@app.command(epilog="Example:  hervat plan --sql")
@guarded
def plan(
    config: Config = HERE,
    municipality: Code = None,
    sql: Annotated[bool, typer.Option("--sql", help="Show the statements that will run.")] = False,
    as_json: Json = False,
) -> int:
    """Show the plans that wait: for approval, or approved for the next run. Exit status 1: one waits for approval."""
    from hervat.overview.standing import plans
    from hervat.register.models import CleaningPlan
    from tasks.compose import Installation

    installation, shown = Installation(config), []
    for one in installation.municipalities(municipality):
        with installation.register.session() as session:
            for line in plans(session, one.code):
                found = session.query(CleaningPlan).filter_by(municipality=one.code, hash=line.hash).one()
                shown.append({"municipality": one.code, **line.__dict__, "content": found.content})
    if as_json:
        print_json({"plans": shown})
    else:
        columns = ["municipality", "system", "hash", "status", "approval", "persons", "rows", "keys to null", "notes"]
        rows = [
            [p["municipality"], p["system"], p["hash"][:12], p["status"], p["why"] or "not needed", p["persons"],
             sum(p["rows"].values()), sum(p["nulled"].values()), "; ".join(p["notes"])]
            for p in shown
        ]  # fmt: skip
        table("Plans", columns, rows)
        for p in shown if sql else []:
            stdout().print("\n".join(p["content"]["statements"]), markup=False)
    return 1 if any(p["status"] == "waiting" for p in shown) else 0


@app.command(epilog="Example:  hervat approve 3f2a9c41d0 --by 'A. Jansen'")
@guarded
def approve(
    hash_: Annotated[str, typer.Argument(metavar="HASH", help="The plan's hash, or its first 8 or more characters.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Approve a plan; the next run executes it."""
    from hervat.cleaning.nightly import approve as record
    from tasks.compose import Installation

    installation = Installation(config)
    errors = []
    for one in installation.municipalities(municipality):
        try:
            approved = record(installation.night(one, day(as_of), origin="approve"), hash_.lower(), by)
        except UsageError as error:
            errors.append(error)
            continue
        told = {"hash": approved.hash, "system": approved.system, "status": approved.status, "by": by}
        if as_json:
            print_json(told)
        else:
            more = "the next run executes it" if approved.status == "ready" else "a second person must approve it too"
            stdout().print(f"approved {approved.hash[:12]} for {approved.system}: {more}", markup=False)
        return 0
    raise errors[0]


@footprint_app.command("show", epilog="Example:  hervat footprint show inburgering")
@guarded
def show(system: str, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Show which tables and keys a system's footprint comes to, and what stands in its way."""
    from hervat.cleaning import check, open_system, unwise
    from hervat.cleaning.describe import describe
    from hervat.settings import read_settings

    settings = read_settings(config)
    for one in settings.municipalities:
        for found in one.databases:
            if found.name != system or municipality not in (None, one.code):
                continue
            with open_system(found) as local:
                told: dict[str, Any] = {"system": system, "tables": describe(local), "errors": check(local)}
                told["unwise"] = unwise(local)
            if as_json:
                print_json(told)
            else:
                table(
                    system,
                    ["table", "part", "keys"],
                    [[t["table"], t["part"], ", ".join(t["keys"])] for t in told["tables"]],
                )
                for text in [*told["errors"], *told["unwise"]]:
                    stdout().print(text, markup=False)
            return 3 if told["errors"] else 0
    raise UsageError(f"there is no database system {system!r} in hervat.yaml")
