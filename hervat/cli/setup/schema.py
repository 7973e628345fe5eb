"""`hervat schema`: the JSON Schema of a file that a gemeente writes, or of a command's `--json`."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Config, Json, command, print_json, print_plain
from hervat.errors import UsageError


@command(app, epilog="Examples:  hervat schema format > formats/format.schema.json   |   hervat schema 'cbs list'")
def schema(
    name: Annotated[
        list[str] | None, typer.Argument(help="A kind of file, or a command; left out: the names are printed.")
    ] = None,
    config: Config = HERE,  # noqa: ARG001 - every command has it
    as_json: Json = False,
) -> int:
    """Print a JSON Schema. Of hervat.yaml and other files, for an editor; of a command's --json, for a program."""
    asked = " ".join(name or ()).strip()
    if asked:
        print_json(schema_named(asked))
    elif as_json:
        print_json({"schemas": names()})
    else:
        print_plain("\n".join(names()))
    return 0


def names() -> list[str]:
    """Return the names of all schemas: the files first, then the commands."""
    from hervat.cli.outputs import OUTPUTS

    return [*file_schemas(), *OUTPUTS]


def schema_named(name: str) -> dict[str, Any]:
    """Return a schema. Raises UsageError with the names that there are."""
    from hervat.cli.outputs import OUTPUTS, output_schema

    files = file_schemas()
    if name in files:
        return files[name]()
    if name in OUTPUTS:
        return output_schema(name)
    raise UsageError(f"there is no schema {name!r}; `hervat schema` lists them")


def file_schemas() -> dict[str, Callable[[], dict[str, Any]]]:
    """Return kind of file -> the function that makes its schema."""
    from hervat.delivery import layout_schema
    from hervat.downloads import format_schema
    from hervat.rules import round_schema
    from hervat.settings import configuration_schema, footprint_schema, municipality_schema

    return {
        "configuration": configuration_schema,
        "municipality": municipality_schema,
        "footprint": footprint_schema,
        "format": format_schema,
        "round": round_schema,
        "layout": layout_schema,
    }
