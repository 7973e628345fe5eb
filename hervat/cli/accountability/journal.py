"""`hervat journal`: read the processing log, and write it in the form of Logius' Logboek Dataverwerkingen."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Code, Config, Json, aside, command, day, print_json, print_plain
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.accountability import JournalPeriod, LogboekCollector, LogboekCounts, LogboekFile
    from hervat.register.models import JournalLine

journal_app = typer.Typer(no_args_is_help=True, help="The processing log: who did what, when, with what result.")
app.add_typer(journal_app, name="journal")

Since = Annotated[str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="From this day on, Dutch time.")]
Until = Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Up to and including this day.")]
_SHOWN = ("seq", "at", "actor", "account", "host", "command", "run", "step", "action", "object", "result", "origin")


class JournalForm(StrEnum):
    """The forms of an export."""

    logboek = "logboek"


@command(journal_app, "list", epilog="Example:  hervat journal list --since 2026-11-01 --action 'person shown'")
def journal_list(
    since: Since = None,
    until: Until = None,
    action: Annotated[str | None, typer.Option("--action", help="Only this action, such as 'cleaned'.")] = None,
    person: Annotated[
        int | None,
        typer.Option("--person", help="The number on the worklist: lines that name it, its notices and plans."),
    ] = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Print lines of the journal, oldest first. They hold no BSN, no name and no date of birth of a citizen."""
    from hervat.accountability import listed
    from hervat.tasks.installation import Installation

    period, installation = _period(since, until), Installation(config, municipality)
    lines: list[dict[str, Any]] = []
    for configured in installation.municipalities(municipality):
        with installation.register.session() as session:
            for line in listed(session, configured.code, period, action, person):
                shown = {"municipality": configured.code, **{name: getattr(line, name) for name in _SHOWN}}
                lines.append(shown) if as_json else print_plain(_told(line))
    if as_json:
        print_json({"lines": lines})
    return 0


@command(
    journal_app,
    "export",
    epilog="Example:  hervat journal export --form logboek --out logboek.jsonl --since 2026-11-01",
)
def journal_export(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A new file, for this account alone.")
    ] = None,
    otlp: Annotated[
        str | None,
        typer.Option("--otlp", metavar="URL", help="A collector that gets it as spans; needs `hervat[otlp]`."),
    ] = None,
    token_env: Annotated[
        str | None, typer.Option("--token-env", metavar="NAME", help="The variable with the token for --otlp.")
    ] = None,
    form: Annotated[JournalForm, typer.Option("--form", help="The form.")] = JournalForm.logboek,
    since: Since = None,
    until: Until = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Export the journal in the form of Logius' Logboek Dataverwerkingen 1.0.0: a line a person.

    It goes as JSON lines to a file (--out), as spans to a collector of OpenTelemetry (--otlp), or to both. Persons are
    pseudonyms, for this log alone: still personal data. What was written and sent is counted against the journal, and
    the export is journalled.
    """
    from hervat.accountability import export_logboek
    from hervat.tasks.installation import Installation

    period, installation = _period(since, until), Installation(config, municipality)
    nights = list(installation.nights(municipality, origin="command line", log=aside))
    file, collector = _targets(out, otlp, token_env)
    counts = export_logboek(nights, [target for target in (collector, file) if target], period)
    if as_json:
        went = {"otlp": collector.host, "sent": collector.held()} if collector else {"otlp": None, "sent": None}
        own = {"file": str(out) if out else None, "form": form.value, **went}
        print_json({**own, "municipalities": [asdict(one) for one in counts]})
        return 0
    for one in counts:
        print_plain(_counted(one))
    done = [f"written: {out}"] if out else []
    done += [f"sent to {collector.host}: {collector.held()} lines"] if collector else []
    print_plain(f"{'; '.join(done)}; the counts agree with the journal")
    return 0


def _targets(
    out: Path | None, otlp: str | None, token_env: str | None
) -> tuple["LogboekFile | None", "LogboekCollector | None"]:
    """Return where it goes; the file is made last, for what is wrong must leave none."""
    from hervat.accountability import LogboekCollector, LogboekFile

    if token_env and not otlp:
        raise UsageError("--token-env belongs to --otlp; give --otlp URL too")
    if not out and not otlp:
        raise UsageError("where must it go? Give --out FILE, --otlp URL, or both")
    collector = LogboekCollector(otlp, token_env) if otlp else None
    return (LogboekFile(out) if out else None), collector


def _counted(one: "LogboekCounts") -> str:
    left = f", {one.left_out} about exports left out" if one.left_out else ""
    return (
        f"{one.code}: {one.lines} of the {one.journal} lines in the journal{left}, and {one.persons} lines of persons"
    )


def _period(since: str | None, until: str | None) -> "JournalPeriod":
    from hervat.accountability import JournalPeriod

    first, last = day(since), day(until)
    if first and last and last < first:
        raise UsageError(f"--until {last} is before --since {first}; exchange them")
    return JournalPeriod(first, last)


def _told(line: "JournalLine") -> str:
    who = f"{line.actor} ({line.account}@{line.host})" if line.account else line.actor
    return f"{line.at}  {line.municipality} {line.seq}  {who}  {line.action}: {line.object}: {line.result}"
