"""`hervat register`: the register's database."""

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Config, Json, guarded, print_json, print_plain

register_app = typer.Typer(no_args_is_help=True, help="The register's database.")
app.add_typer(register_app, name="register")


@register_app.callback()
def _group() -> None:
    """Keep `register` a group, however few its commands are."""


@register_app.command(
    "row-security", epilog="Example:  hervat register row-security | psql -1 -v ON_ERROR_STOP=1 hervat"
)
@guarded
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
