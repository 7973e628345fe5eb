"""`hervat retention`: what is past its term, and its destruction by two persons."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    Code,
    Config,
    Json,
    Key,
    Made,
    SignedBy,
    command,
    print_json,
    print_plain,
    signing,
    table,
    tell_error,
)

if TYPE_CHECKING:
    from hervat.upkeep import Retirement

retention_app = typer.Typer(no_args_is_help=True, help="What is past its term, and its destruction by two persons.")
app.add_typer(retention_app, name="retention")

Kinds = Annotated[
    list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind; may be repeated; left out: all.")
]


@command(retention_app, "due", epilog="Example:  hervat retention due")
def retention_due(kind: Kinds = None, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List what is due of each kind: how much, its term, and since when. Nothing changes.

    Exit status: 1: something is due; 3: a local system can't be read, and whoever may be there is left out.
    """
    from hervat.tasks.installation import Installation
    from hervat.upkeep import due_now

    installation = Installation(config, municipality)
    nights = installation.nights(municipality, origin="retention")
    return _tell([(night.code, due_now(night, only=kind or ())) for night in nights], as_json)


@command(
    retention_app,
    "destroy",
    epilog="Example:  hervat retention destroy --kind personalia --by 'A. Jansen' --reason 'selectielijst 8.1'",
)
def retention_destroy(
    by: SignedBy = "",
    reason: Annotated[
        str,
        typer.Option("--reason", "--why", help="Why; without it and a name only an interrupted call is finished."),
    ] = "",
    kind: Kinds = None,
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Destroy what is due. Two persons must agree: the second destroys what the first agreed to.

    A verklaring van vernietiging is written. Old reports, worklists and CBS folders need no second person. Exit status
    1: something waits for a (second) person; 3: a local system can't be read, and whoever may be there is left out.
    """
    from hervat.tasks.installation import Installation
    from hervat.upkeep import retire

    installation, sign = Installation(config, municipality), signing(key, signature)
    nights = installation.nights(municipality, origin="retention")
    return _tell([(night.code, retire(night, by, reason, kind or (), sign)) for night in nights], as_json)


def _tell(outcomes: "list[tuple[str, Retirement]]", as_json: bool) -> int:
    errors = [f"{code}: {error}" for code, done in outcomes for error in done.errors]
    if as_json:
        print_json({"municipalities": [_plain(code, done) for code, done in outcomes], "errors": errors})
    for code, done in outcomes if not as_json else []:
        rows = [
            [line.kind, line.count, line.term or "none", line.oldest, line.since, ", ".join(line.agreed)]
            for line in done.due
        ]
        table(f"Past their term in {code}", ["kind", "count", "term", "oldest", "since", "agreed by"], rows)
        for what, count in (*done.destroyed.items(), *((f"{name} files", count) for name, count in done.files.items())):
            print_plain(f"{code}: destroyed {count} {what}")
        for statement in done.statements:
            print_plain(str(statement))
    for error in errors if not as_json else []:
        tell_error(error)
    return 3 if errors else 1 if any(line.count for _, done in outcomes for line in done.due) else 0


def _plain(code: str, done: "Retirement") -> dict[str, Any]:
    return {
        "municipality": code,
        "due": [{**vars(line), "agreed": list(line.agreed)} for line in done.due],
        "destroyed": done.destroyed,
        "files": done.files,
        "statements": done.statements,
    }
