"""`hervat notices resend` and `confirm`: a notice that did not arrive, or an answer that a person received."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.notices import Number, notices_app
from hervat.cli.shared import HERE, By, Code, Config, Json, aside, command, day, print_json, stdout, tell
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night


@command(notices_app, "resend", epilog="Example:  hervat notices resend 0000-20220301-0001 --by 'A. Jansen'")
def notices_resend(
    number: Number, by: By, config: Config = HERE, municipality: Code = None, as_json: Json = False
) -> int:
    """Send a notice again, now: the same bytes. For one that did not arrive, after the cause is fixed."""
    from hervat.tasks.decide import resend_notice

    night = _night_of(config, municipality or number[:4])
    sent = resend_notice(night, number, by)
    answer = {"number": number, "sent": sent, "errors": night.errors, "attention": night.attention}
    _tell(answer, as_json, f"sent {number} again" if sent else f"{number} did not go")
    return 0 if sent else 3 if night.errors else 1


@command(notices_app, "confirm", epilog="Example:  hervat notices confirm reply.eml --by 'A. Jansen'")
def notices_confirm(
    by: By,
    file: Annotated[Path | None, typer.Argument(help="A file with the answer: .json, .p7m (signed) or .eml.")] = None,
    number: Annotated[str | None, typer.Option("--number", help="Without a file: the notice it is about.")] = None,
    status: Annotated[
        str, typer.Option("--status", help="ontvangen, klaar, deels or geweigerd; in English too.")
    ] = "received",
    on: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The answer's day; default today.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why partly or refused. No personal data.")] = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record a party's answer. Give its file, or what it said by telephone (--number and --status)."""
    from hervat.tasks.decide import confirm_from_file, confirm_notice

    if (file is None) == (number is None):
        raise UsageError("give either a file, or --number with --status")
    if number:
        about, code = number, municipality or number[:4]
        new = confirm_notice(_night_of(config, code), number, status, day(on), by, reason)
    else:
        about, new = _from_file(config, municipality, lambda night: confirm_from_file(night, Path(str(file)), by))
    _tell({"number": about, "new": new}, as_json, f"recorded for {about}" if new else f"{about}: that was known")
    return 0


def _from_file(
    config: Path, municipality: str | None, act: "Callable[[Night], tuple[str, bool] | None]"
) -> tuple[str, bool]:
    from hervat.tasks.installation import Installation

    for configured in Installation(config, municipality).municipalities(municipality):
        if found := act(_night_of(config, configured.code)):
            return found
    raise UsageError("the answer is about no notice that was sent from here")


def _night_of(config: Path, code: str) -> "Night":
    from hervat.tasks.installation import Installation

    installation = Installation(config, code)
    return installation.night(installation.municipalities(code)[0], origin="notices", log=aside)


def _tell(answer: dict[str, object], as_json: bool, text: str) -> None:
    if as_json:
        print_json(answer)
        return
    stdout().print(text, markup=False)
    for line in (*answer.get("errors", ()), *answer.get("attention", ())):  # type: ignore[misc]
        tell(line)
