"""`hervat incidents`: possible data breaches, and what AVG 33 and 34 ask for each."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    By,
    Code,
    Config,
    Json,
    Key,
    Made,
    Reason,
    SignedBy,
    aside,
    command,
    first,
    gathered,
    print_json,
    print_plain,
    signing,
    stdout,
    table,
    tell_error,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night

incidents_app = typer.Typer(no_args_is_help=True, help="Possible data breaches, such as rows of another gemeente.")
app.add_typer(incidents_app, name="incidents")

Number = Annotated[int, typer.Argument(help="The incident's number: `hervat incidents list`.")]
At = Annotated[
    str, typer.Option("--at", metavar="MOMENT", help="When, as 2026-11-30T14:05 in Dutch time; default now.")
]
Categories = Annotated[str, typer.Option("--categories", help="Which kinds of persons and data; no names.")]
Persons = Annotated[int | None, typer.Option("--persons", min=0, help="About how many persons.")]


class Risk(StrEnum):
    """The risk for the persons whose data it is about."""

    none = "none"
    risk = "risk"
    high = "high"


class Ground(StrEnum):
    """The letters of AVG 34(3)."""

    a = "a"
    b = "b"
    c = "c"


_OPEN = """Example:  hervat incidents open --what 'worklist mailed to a wrong address' \
--categories 'inburgeraars: name, BSN' --persons 40 --discovered 2026-11-27T16:10 --by 'P. Officer'"""
_JUDGE = "Example:  hervat incidents judge 1 --risk high --by 'P. Officer' --reason 'BSN and name, not encrypted'"
_REPORTED = "Example:  hervat incidents reported 1 --ap Z-1234 --at 2026-11-28T10:30 --by 'P. Officer'"
_TOLD = """Examples:  hervat incidents told 1 --at 2026-11-30T09:00 --by 'P. Officer'
hervat incidents told 1 --ground a --by 'P. Officer' --reason 'the file was encrypted'"""
_CLOSE = "Example:  hervat incidents close 1 --no-risk --by 'P. Officer' --reason 'not loaded; DUO was told'"


@command(incidents_app, "list", epilog="Example:  hervat incidents list")
def incidents_list(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the open incidents: number, kind, download, row count, risk and the hours left of the 72.

    Negative hours: the term is over. No hours: reported to the AP, or judged to be without risk.
    """
    from hervat.status import incidents

    open_incidents = gathered(config, municipality, incidents)
    if as_json:
        print_json({"incidents": _plain(open_incidents)})
    else:
        table(
            "Incidents",
            ["number", "kind", "download", "rows", "since", "risk", "hours left"],
            [
                [f["id"], _kind(f), f["download"], f["count"], f["since"], f["risk"], f["hours_left"]]
                for f in open_incidents
            ],
            fold=["kind"],
        )
    return 1 if open_incidents else 0


@command(incidents_app, "open", epilog=_OPEN)
def incidents_open(
    what: Annotated[str, typer.Option("--what", help="What happened; no names and no personal data.")],
    categories: Categories,
    by: By,
    persons: Persons = None,
    discovered: Annotated[
        str,
        typer.Option("--discovered", metavar="MOMENT", help="When it was discovered; the 72 hours begin; default now."),
    ] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Open an incident that a person found, such as a leak of your own."""
    from hervat.tasks.decide import record_leak
    from hervat.tasks.installation import Installation
    from hervat.today import utc_of

    installation = Installation(config, municipality)
    configured = installation.municipalities(municipality)
    if len(configured) != 1:
        raise UsageError(f"{len(configured)} municipalities are configured; name one with --municipality")
    night = installation.night(configured[0], origin="command line", log=aside)
    number = record_leak(night, what, categories, persons, utc_of(discovered), by)
    print_json({"incident": number, "opened": True}) if as_json else print_plain(
        f"opened incident {number} of {night.code}; `hervat incidents judge {number}` comes next"
    )
    return 0


@command(incidents_app, "judge", epilog=_JUDGE)
def incidents_judge(
    number: Number,
    risk: Annotated[Risk, typer.Option("--risk", help="For the persons; risk and high must be reported to the AP.")],
    by: By,
    reason: Reason,
    persons: Persons = None,
    categories: Categories = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record the risk of an incident for the persons. A later judgement counts; the register keeps both."""
    from hervat.intake import judge_incident

    def judge(night: "Night") -> int | None:
        return judge_incident(night, number, risk, by, reason, persons, categories)

    return _record(config, municipality, judge, f"judged incident {number}: {risk}", as_json)


@command(incidents_app, "reported", epilog=_REPORTED)
def incidents_reported(
    number: Number,
    ap: Annotated[str, typer.Option("--ap", help="The number that the AP gave the report.")],
    by: By,
    at: At = "",
    delay: Annotated[
        str, typer.Option("--delay", help="Why it came after the 72 hours; then required (AVG 33(1)).")
    ] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record the report to the Autoriteit Persoonsgegevens (AP). hervat does not report it for you."""
    from hervat.intake import report_incident

    moment = _moment(at)
    return _record(
        config,
        municipality,
        lambda night: report_incident(night, number, ap, moment, by, delay),
        f"recorded the report of incident {number} to the AP",
        as_json,
    )


@command(incidents_app, "told", epilog=_TOLD)
def incidents_told(
    number: Number,
    by: By,
    at: At = "",
    ground: Annotated[
        Ground | None,
        typer.Option(
            "--ground",
            help="Not told, on this ground of AVG 34(3): a unreadable for others, b no high risk any more, "
            "c too much effort and made public.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", "--why", help="Why the ground applies; then required.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that the persons were told, or (--ground) why not."""
    from hervat.intake import leave_untold, tell_persons

    moment = _moment(at)

    def tell(night: "Night") -> int | None:
        if ground is not None:
            return leave_untold(night, number, ground, by, reason)
        return tell_persons(night, number, moment, by, reason)

    return _record(config, municipality, tell, f"recorded for incident {number}", as_json)


@command(incidents_app, "duo-told", epilog="Example:  hervat incidents duo-told 1 --by 'P. Officer'")
def incidents_duo_told(
    number: Number,
    by: By,
    at: At = "",
    reason: Annotated[str, typer.Option("--reason", "--why", help="How, or with what answer.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that DUO was told."""
    from hervat.intake import tell_duo

    moment = _moment(at)
    return _record(
        config,
        municipality,
        lambda night: tell_duo(night, number, moment, by, reason),
        f"recorded for incident {number}",
        as_json,
    )


@command(incidents_app, "close", epilog=_CLOSE)
def incidents_close(
    number: Number,
    reason: Reason,
    by: SignedBy = "",
    key: Key = None,
    signature: Made = None,
    no_risk: Annotated[bool, typer.Option("--no-risk", help="Judge it in one: no risk for the persons.")] = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Close an incident after a person has looked at it. Refused while something is missing.

    It needs a judgement; with a risk also the report to the AP; with a high risk also that the persons were told. With
    approvers it takes the signatures of two; exit status 1: it waits for a second person.
    """
    from hervat.tasks.decide import close_incident
    from hervat.tasks.installation import Installation

    sign = signing(key, signature)
    night, done = first(
        Installation(config, municipality),
        municipality,
        lambda night: close_incident(night, number, by, reason, sign, no_risk=no_risk),
    )
    which = f"incident {number} of {night.code}"
    said = f"closed {which}" if done else f"signed for {which}: it is closed once another person signs too"
    print_json({"incident": number, "closed": bool(done)}) if as_json else stdout().print(said)
    return 0 if done else 1


@command(incidents_app, "register", epilog="Example:  hervat incidents register")
def incidents_register(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Write the register of incidents as a Dutch page: facts, effects and measures (AVG 33(5))."""
    from hervat.intake import incident_records
    from hervat.readers import let_read
    from hervat.report import write_incidents
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    registers: list[dict[str, Any]] = []
    for configured in installation.municipalities(municipality):
        with installation.register.session() as session:
            records = incident_records(session, configured.code)
        path = write_incidents(configured.code, configured.name, records, installation.settings.output)
        let_read(installation.settings, configured)
        listed = [_plain([{**vars(record), "risk": record.risk, "due_at": record.due_at}])[0] for record in records]
        registers.append({"municipality": configured.code, "page": str(path), "incidents": listed})
    if as_json:
        print_json({"registers": registers})
    else:
        for register in registers:
            print_plain(f"{register['municipality']}: {len(register['incidents'])} incidents: {register['page']}")
    return 0


@command(incidents_app, "remind", epilog="Example:  hervat incidents remind   (what hervat-incidents.timer does)")
def incidents_remind(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Send the alert about incidents 24, 48 or 66 hours after their discovery. Each once; a night does it too."""
    from hervat.tasks.alerts import tell_terms
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    codes = [configured.code for configured in installation.municipalities(municipality)]
    if installation.settings.alert is None:
        raise UsageError("hervat.yaml has no `alert`; add it (docs/how-to/alerts.md)")
    said: list[str] = []
    errors = tell_terms(installation.settings, installation.register, codes, said.append)
    if as_json:
        print_json({"sent": said, "errors": errors})
    else:
        for text in said:
            print_plain(text)
        for text in errors:
            tell_error(text)
    return 3 if errors else 0


def _moment(at: str) -> datetime:
    from hervat.today import utc_of

    return utc_of(at)


def _record(
    config: Config, municipality: str | None, record: Callable[["Night"], int | None], text: str, as_json: bool
) -> int:
    from hervat.tasks.decide import record_of_incident
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    _, number = first(installation, municipality, lambda night: record_of_incident(night, record))
    print_json({"incident": number, "recorded": True}) if as_json else print_plain(text)
    return 0


def _kind(incident: dict[str, Any]) -> str:
    return f"{incident['kind']}, waits for a second person" if incident["waits"] else str(incident["kind"])


def _plain(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines for JSON: moments in ISO 8601 with their zone."""
    return [{name: _value(value) for name, value in line.items()} for line in lines]


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list) and value and hasattr(value[0], "recorded_at"):
        return _plain([dict(vars(moment)) for moment in value])
    return value
