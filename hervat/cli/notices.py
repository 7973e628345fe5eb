"""`hervat notices`: what was sent and what came back, and what a person does: resend, confirm, told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    By,
    Code,
    Config,
    Json,
    Wide,
    aside,
    asked_number,
    command,
    day,
    gathered,
    print_json,
    short_day,
    stdout,
    table,
    tell,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.tasks.installation import Installation

notices_app = typer.Typer(no_args_is_help=True, help="Notices to third parties and suppliers.")
app.add_typer(notices_app, name="notices")

Number = Annotated[str, typer.Argument(help="The notice's number, such as 0000-20220301-0001.")]


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


@command(notices_app, "show", epilog="Example:  hervat notices show 0000-20220301-0001")
def notices_show(number: Number, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Show one notice and its history. With the SHA-256 of its bytes, the answers, and its lines in the journal."""
    notices = _found(config, municipality, number=number)
    if not notices:
        raise UsageError("there is no notice of that number; `hervat notices list` shows them")
    print_json(notices[0]) if as_json else _print("evidence.txt.j2", notices=notices)
    return 0


@command(notices_app, "evidence", epilog="Example:  hervat notices evidence --person --by 'A. Jansen'")
def notices_evidence(
    person: Annotated[
        bool, typer.Option("--person", help="One person's dossier; asks for the BSN, or reads it from standard input.")
    ] = False,
    party: Annotated[str | None, typer.Option("--party", help="One party's notices; left out: all.")] = None,
    by: Annotated[str, typer.Option("--by", help="Your name, with --person: it goes into the journal.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Print who was told what, and what came back. For an auditor; --person gives all about one person."""
    if person:
        return _dossier(config, municipality, by, as_json)
    notices = _found(config, municipality, party=party)
    print_json({"notices": notices}) if as_json else _print("evidence.txt.j2", notices=notices)
    return 0


def _found(config: Path, municipality: str | None, **which: str | None) -> list[dict[str, Any]]:
    from hervat.notices import read_evidence
    from hervat.tasks.installation import Installation

    installation, notices = Installation(config, municipality), []
    for night in installation.nights(municipality, origin="notices"):
        notices += [{"municipality": night.code, **item} for item in read_evidence(night, **which)]
    return notices


def _dossier(config: Path, municipality: str | None, by: str, as_json: bool) -> int:
    from hervat.tasks.installation import Installation

    if not by.strip():
        raise UsageError("--by is required: a request for a person's dossier is journalled")
    dossiers = _of_bsn(Installation(config, municipality), municipality, asked_number(), by)
    if not dossiers:
        raise UsageError(
            "the register knows nobody with that BSN; the originals in the vault (rows of another gemeente, in"
            " quarantine, of refused files) were not searched: `hervat person show --search-vault` does"
        )
    if as_json:
        print_json({"dossiers": dossiers})
    for dossier in () if as_json else dossiers:
        _print("dossier.txt.j2", d=dossier)
    return 0


def _of_bsn(installation: "Installation", municipality: str | None, bsn: str, by: str) -> list[dict[str, Any]]:
    from hervat.notices import dossier
    from hervat.settling import find_person

    dossiers = []
    for night in installation.nights(municipality, origin="notices"):
        number = find_person(night, None, bsn)
        if number is not None:
            dossiers.append(dossier(night, number, by))
    return dossiers


def _print(template: str, **values: Any) -> None:
    from hervat.notices import dutch, rendered

    stdout().print(rendered(None, template, nl=dutch, **values), markup=False, emoji=False)


@command(notices_app, "list", epilog="Example:  hervat notices list --json")
def notices_list(
    wide: Wide = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """List the notices and their status. Persons are a count."""
    from hervat.notices import listed

    notices = gathered(config, municipality, listed)
    if as_json:
        print_json({"notices": notices})
    elif wide:
        table("Notices", list(notices[0]) if notices else [], [list(item.values()) for item in notices], wide=True)
    else:
        table("Notices", list(_SHORT), _short(notices), fold=["to"])
    return 0


_SHORT = ("number", "to", "kind", "persons", "sent", "answer")


def _short(notices: list[dict[str, Any]]) -> list[list[Any]]:
    """Return the columns that matter in the morning, with short days."""
    days = [one[name] for one in notices for name in ("sent_on", "received_on", "done_on")]
    return [
        [one["number"], one["party"], one["kind"], one["persons"], _sent(one, days), _answer(one, days)]
        for one in notices
    ]


def _sent(notice: dict[str, Any], days: list[date | None]) -> str:
    return short_day(notice["sent_on"], days) if notice["status"] == "sent" else str(notice["status"])


def _answer(notice: dict[str, Any], days: list[date | None]) -> str:
    """Return the recipient's last answer and its day; or that a person must read it."""
    on = notice["done_on"] or notice["received_on"]
    if notice["unsure"]:
        return "read it"
    return f"{notice['answer'] or ('done' if notice['done_on'] else 'received')} {short_day(on, days)}" if on else ""


@command(notices_app, "told", epilog="Example:  hervat notices told --party welzijn --by 'A. Jansen'")
def notices_told(
    party: Annotated[str, typer.Option("--party", help="The party that you informed by hand.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that you informed a party by hand. About persons whom hervat can't name to it."""
    from hervat.tasks.decide import told_party
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    having = [
        configured
        for configured in installation.municipalities(municipality)
        if any(p.name == party for p in configured.parties)
    ]
    if not having:
        raise UsageError(f"there is no party {party!r} in hervat.yaml")
    night = installation.night(having[0], origin="notices", log=aside)
    persons = told_party(night, party, by)
    print_json({"party": party, "persons": persons}) if as_json else stdout().print(f"recorded for {persons} persons")
    return 0
