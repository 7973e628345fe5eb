"""`hervat footprint suggest` and `show`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, WAITS, WRONG, Code, Config, Json, command, print_json, stderr, table, tell
from hervat.errors import HervatError, UsageError

if TYPE_CHECKING:
    from hervat.erasure import LocalSystem, TableCounts
    from hervat.settings import System

footprint_app = typer.Typer(
    no_args_is_help=True, help="The rows of a system that are about a registration under the Wi2021."
)
app.add_typer(footprint_app, name="footprint")

SystemName = Annotated[str, typer.Argument(metavar="SYSTEM", help="The system's name in hervat.yaml.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="The database of a system that is not in hervat.yaml yet; ${NAME} reads the environment. No password.",
    ),
]
Counted = Annotated[
    bool, typer.Option("--counts/--no-counts", help="Count rows too; on a large database it takes time.")
]


@command(
    footprint_app, "suggest", epilog="Example:  hervat footprint suggest inburgering --database '${INBURGERING_URL}'"
)
def suggest(
    system: SystemName, database: Database = None, counts: Counted = True, config: Config = HERE,
    municipality: Code = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Propose a first footprint from the schema. YAML with comments, to paste below the system.

    Based on names and counts; no content of a row is shown. Exit status 1: something is left for a person to decide.
    """
    from hervat.erasure.suggest import as_yaml, suggest_for
    from hervat.settings import configured_url, given_url

    url = given_url(config, database) if database else configured_url(config, system, municipality)
    draft = suggest_for(system, url, counts)
    if as_json:
        print_json(draft.as_json())
    else:
        typer.echo(as_yaml(draft), nl=False)
    return 1 if draft.undecided else 0


@command(footprint_app, "show", epilog="Example:  hervat footprint show inburgering --svg inburgering.svg")
def show(
    system: SystemName,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write a picture of it too.")] = None,
    counts: Counted = True, config: Config = HERE, municipality: Code = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Show a system's footprint. Tables, keys, rows now, rows reached from Wi2021 roots, and problems.

    Exit status 3: something would fail tonight.
    """
    from hervat.erasure import open_system

    with open_system(_system(config, system, municipality)) as local:
        rows, errors = _row_counts(local) if counts else ({}, [])
        answer = _answer(local, rows, errors, counts and not errors)
        if svg:
            _draw(local, rows, svg)
    if as_json:
        print_json(answer)
    else:
        _print(answer)
    return 3 if answer["errors"] else 0


def _system(config: Path, name: str, municipality: str | None) -> "System":
    from hervat.settings import read_settings

    for configured in read_settings(config).municipalities:
        for found in configured.databases:
            if found.name == name and municipality in (None, configured.code):
                return found
    raise UsageError(f"there is no database system {name!r} in hervat.yaml")


def _row_counts(local: "LocalSystem") -> tuple[dict[str, "TableCounts"], list[str]]:
    """Return the counts; a failure to count is an error to show, not the end."""
    from hervat.erasure import count_rows

    try:
        return count_rows(local), []
    except HervatError as error:
        return {}, [str(error)]


def _answer(local: "LocalSystem", rows: dict[str, "TableCounts"], errors: list[str], looked: bool) -> dict[str, Any]:
    from hervat.erasure import check, conditions_of, describe, good_to_know, path_of, unwise

    return {
        "system": local.name,
        "path": path_of(local),
        "conditions": conditions_of(local),
        "tables": describe(local, rows),
        "errors": [*check(local), *errors],
        "unwise": unwise(local, looked),
        "values": good_to_know(local) if looked else [],
    }


def _draw(local: "LocalSystem", rows: dict[str, "TableCounts"], target: Path) -> None:
    from hervat.erasure.picture import picture_of_system, svg_file

    try:
        target.write_text(svg_file(picture_of_system(local, rows)), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{target} can't be written ({type(error).__name__}); name a file in a folder of yours"
        ) from None
    stderr().print(f"wrote {target}")


def _print(answer: dict[str, Any]) -> None:
    counted = ["rows", "reached", "stranded"] if any("rows" in one for one in answer["tables"]) else []
    lines = [
        [one["table"], one["part"], *(one.get(name) for name in counted), "; ".join(one["keys"])]
        for one in answer["tables"]
    ]
    table(answer["system"], ["table", "part", *counted, "keys"], lines)
    tell(", ".join(answer["path"]), lead="\nfrom root to person: ")
    tell("; ".join(answer["conditions"]) or "every root", lead="of the Wi2021: ")
    for text in answer["values"]:
        tell(text, lead="to know: ")
    for name, lead, style in (("errors", "would fail: ", WRONG), ("unwise", "unwise: ", WAITS)):
        for text in answer[name]:
            tell(text, lead=lead, style=style)
