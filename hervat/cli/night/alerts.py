"""`hervat alert`: a test alert, and the alerts of systemd for when hervat itself can't send any."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Config, Json, command, print_json, stdout, tell_error
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.alerts import Message
    from hervat.settings import Alert

alert_app = typer.Typer(no_args_is_help=True, help="Alerts: how you hear that a night failed, waits or stopped.")
app.add_typer(alert_app, name="alert")


class Stopped(StrEnum):
    """What can have stopped; also the instance names of systemd (hervat-alert@night.service)."""

    night = "night"
    serve = "serve"
    age = "age"


@command(alert_app, "test", epilog="Example:  hervat alert test --config /srv/hervat")
def alert_test(config: Config = HERE, as_json: Json = False) -> int:
    """Send a test alert over every configured way. The results are printed."""
    from hervat.alerts import of_test

    return _send(_configured(config), of_test(), as_json)


@command(alert_app, "failed", epilog="Example:  hervat alert failed night   (what hervat-alert@night.service does)")
def alert_failed(
    what: Annotated[Stopped, typer.Argument(help="What stopped, or (age) did not come in time.")],
    config: Config = HERE,
    as_json: Json = False,
) -> int:
    """Send the alert that something stopped. The night or Prefect did, or no good night came.

    For systemd's OnFailure, or after a cron job: when hervat itself could not send it.

    After a night with exit status 3 nothing is sent: `hervat run` has sent that alert itself.
    """
    from hervat.alerts import of_stopped

    alert = _configured(config)
    if what is Stopped.night and _alerted_itself():
        return _answer([], [], as_json, "`hervat run` ended by itself and sent its own alert; nothing is sent")
    if "failed" not in alert.on:
        return _answer([], [], as_json, "`on` has no `failed`; nothing is sent")
    return _send(alert, of_stopped(what), as_json)


def _configured(config: Config) -> "Alert":
    from hervat.settings import read_alert

    alert = read_alert(config)
    if alert is None:
        raise UsageError("hervat.yaml has no `alert`; add it (docs/how-to/alerts.md)")
    return alert


def _alerted_itself() -> bool:
    """True if systemd (251 and newer) reports that the unit ended by itself, after its own alert.

    An older systemd reports nothing: then two alerts are better than none.
    """
    told = os.environ.get("MONITOR_SERVICE_RESULT"), os.environ.get("MONITOR_EXIT_STATUS")
    return told == ("exit-code", "3")


def _send(alert: "Alert", message: "Message", as_json: bool) -> int:
    from hervat.alerts import send

    said: list[str] = []
    errors = send(alert, message, said.append)
    return _answer(said, errors, as_json)


def _answer(sent: list[str], errors: list[str], as_json: bool, note: str = "") -> int:
    if as_json:
        print_json({"sent": sent, "errors": errors, **({"note": note} if note else {})})
        return 3 if errors else 0
    for text in filter(None, [*sent, note]):
        stdout().print(text, markup=False)
    for text in errors:
        tell_error(text)
    return 3 if errors else 0
