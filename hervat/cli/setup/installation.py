"""`hervat init`, `doctor`, `demo` and `serve`."""

from pathlib import Path
from typing import Annotated

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, WAITS, WRONG, Code, Config, Json, command, listing, log_to, print_json, stdout, tell


@command(app, epilog="Example:  hervat init /srv/hervat")
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The directory for the configuration.")],
    as_json: Json = False,
) -> int:
    """Write a new configuration and keys. The configuration is commented; existing ones are never overwritten.

    hervat.schema.json beside it lets an editor complete and check the keys."""
    from hervat.new_installation import write_installation
    from hervat.settings import configuration_schema

    written = write_installation(directory, configuration_schema())
    if as_json:
        print_json({"written": [str(path) for path in written]})
    else:
        for path in written:
            stdout().print(f"wrote {path}", markup=False)
        stdout().print("Next: fill in hervat.yaml, then `hervat doctor`. Keep a copy of the keys file in a safe place.")
    return 0


@command(app, epilog="Example:  hervat doctor --config /srv/hervat")
def doctor(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Try every connection, key, right, query and footprint. Report what would fail tonight and what is unwise.

    It creates, migrates and changes nothing.

    Exit status: 0 all is well, 1 something is unwise, 3 something would fail.
    """
    from dataclasses import asdict

    from hervat.doctor import examine
    from hervat.settings import read_settings

    findings = examine(read_settings(config, municipality), log_to(as_json))
    if as_json:
        print_json(asdict(findings))
    else:
        listing("Would fail tonight", findings.failing, WRONG)
        listing("Unwise", findings.unwise, WAITS)
        for text in findings.notes:
            tell(text, lead="To know: ")
    return 3 if findings.failing else 1 if findings.unwise else 0


@command(app, epilog="Example:  hervat demo --directory demo")
def demo(
    directory: Annotated[Path, typer.Option("--directory", help="The demo's own folder; it is emptied first.")] = Path(
        "demo"
    ),
    as_json: Json = False,
) -> int:
    """Play the restart of 2022 in a made-up gemeente. It runs the Prefect flows, on embedded parts."""
    from hervat.cli.demo.play import play

    played = play(directory, log_to(as_json))
    if as_json:
        print_json(played.as_json())
    else:
        played.show()
    return 0


@command(app, epilog="Example:  hervat serve --config /srv/hervat --port 4200")
def serve(
    config: Config = HERE,
    port: Annotated[int, typer.Option("--port", help="The port of Prefect's server and UI on loopback.")] = 4200,
    as_json: Json = False,
) -> int:
    """Start Prefect with all deployments and a worker. Server and UI are on loopback; Ctrl-C stops everything."""
    from hervat.cli.setup.serving import serve_until_stopped

    return serve_until_stopped(config, port, log_to(as_json))


@command(
    app, epilog="Example:  PREFECT_API_URL=https://prefect.gemeente.example/api hervat deploy --config /srv/hervat"
)
def deploy(config: Config = HERE, as_json: Json = False) -> int:
    """Put all deployments on a Prefect server. Work pool and automations too; PREFECT_API_URL names the server.

    `hervat serve` does this itself. What a person paused or rescheduled on that server stays as it is.
    """
    from hervat.flows.deployments import deploy_all

    made = deploy_all(config, log_to(as_json))
    print_json({"deployments": made}) if as_json else stdout().print(f"{made} deployments are ready")
    return 0
