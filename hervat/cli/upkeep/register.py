"""`hervat register`: the register's database: its version, migrating it as a job of its own, and row-level security."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Config, Json, command, print_json, print_plain, stdout, tell_waiting

if TYPE_CHECKING:
    from hervat.register import Register

register_app = typer.Typer(no_args_is_help=True, help="The register's database.")
app.add_typer(register_app, name="register")


@command(
    register_app, "row-security", epilog="Example:  hervat register row-security | psql -1 -v ON_ERROR_STOP=1 hervat"
)
def row_security(config: Config = HERE, as_json: Json = False) -> int:
    """Print the SQL that gives each municipality a database role of its own, which sees its own rows alone.

    For PostgreSQL. Nothing is executed here: the owner of the register does, again after each upgrade of hervat and for
    each new municipality.
    """
    from hervat.register import row_security_sql
    from hervat.settings import read_settings

    settings = read_settings(config, partly=True)
    codes = [municipality.code for municipality in settings.municipalities]
    sql = row_security_sql([*codes, *[broken.code for broken in settings.broken if broken.code]])
    print_json({"sql": sql}) if as_json else print_plain(sql)
    return 0


@command(register_app, "status", epilog="Example:  hervat register status --config /srv/hervat")
def register_status(config: Config = HERE, as_json: Json = False) -> int:
    """Tell the version of the register, and which migrations it lacks. It creates and changes nothing.

    Exit status: 0 it is up to date, 1 it is not, 3 it can't be read or a newer hervat made it.
    """
    from hervat.plural import plural
    from hervat.register import schema_of

    register = _register(config, looks_only=True)
    schema = schema_of(register)
    register.close()
    if as_json:
        state = schema.state.name.lower()
        print_json({"state": state, "version": schema.version, "head": schema.head, "pending": list(schema.pending)})
    else:
        stdout().print(f"version {schema.version or 'none'}; this hervat needs {schema.head}", markup=False)
        if schema.pending:
            tell_waiting(f"{plural(len(schema.pending), 'migration')} to do: `hervat register migrate`")
    return 1 if schema.pending else 0


@command(register_app, "migrate", epilog="Example:  hervat register migrate --config /srv/hervat")
def register_migrate(config: Config = HERE, as_json: Json = False) -> int:
    """Bring the register up to date, in one transaction. Make a backup first, and let no run be at work.

    Two at once do no harm: the second waits, and finds nothing left to do.
    """
    from hervat.register import schema_of

    register = _register(config)
    before = schema_of(register)
    register.migrate()
    after = schema_of(register)
    register.close()
    if as_json:
        print_json({"before": before.version, "after": after.version, "done": list(before.pending)})
    elif before.pending:
        stdout().print(f"migrated from {before.version or 'none'} to {after.version}", markup=False)
    else:
        stdout().print(f"nothing to do: it is at {after.version}", markup=False)
    return 0


def _register(config: Path, *, looks_only: bool = False) -> "Register":
    from hervat.register import Register
    from hervat.settings import read_settings

    return Register(read_settings(config, partly=True).register_url, looks_only=looks_only)
