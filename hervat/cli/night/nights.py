"""`hervat run` and `hervat status`."""

import gc
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from hervat.cli.app import app
from hervat.cli.night.monitoring import show_age, show_metrics
from hervat.cli.shared import (
    GOOD,
    HERE,
    WAITS,
    AsOf,
    Code,
    Config,
    Json,
    command,
    day,
    log_to,
    print_json,
    stdout,
    table,
    tell,
    tell_error,
    tell_waiting,
)

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.tasks.installation import Installation
    from hervat.tasks.nights import AskedNight, Ended

_RUN = """Examples:  hervat run   |   hervat run --shadow   |   hervat run --jobs 8   |
hervat run --as-of 2022-03-25 --step settle --json"""
_ENDS = {0: "done", 1: "something waits for a person", 3: "something failed"}
_STATUS = "Examples:  hervat status --as-of 2022-03-16 --json   |   hervat status --metrics /var/lib/node/hervat.prom"


@command(app, epilog=_RUN)
def run(
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    step: Annotated[
        list[str] | None, typer.Option("--step", help="Only this step and what it needs; may be repeated.")
    ] = None,
    shadow: Annotated[bool, typer.Option("--shadow", help="Do all but act: nothing outside hervat changes.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Municipalities side by side; default: as many as cores.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Run a night: fetch, validate, load, settle, capture, notify, clean, report.

    Each municipality has its own: what fails in one stops no other.
    """
    from hervat.alerts import alerting
    from hervat.tasks.alerts import tell_after
    from hervat.tasks.installation import Installation
    from hervat.tasks.night import NIGHT
    from hervat.tasks.nights import AskedNight, broken, raise_if_none_began
    from hervat.tasks.run import FAILED
    from hervat.tasks.step import chosen

    gc.freeze()  # what was imported stays: see `main`
    chosen(NIGHT, step or [])
    asked, log = AskedNight(config, day(as_of), tuple(step or []), shadow), log_to(as_json)
    with alerting(config, municipality, shadow, by_hand=asked.day is not None, log=log):
        installation = Installation(config, municipality, partly=True)
        nights = _conduct_all(installation, municipality, asked, jobs, log) + broken(installation.settings, asked)
        raise_if_none_began(nights)
    unsent = tell_after(installation.settings, installation.register, nights, shadow, log)
    answer: dict[str, Any] = {
        "as_of": str(nights[0].as_of),
        "municipalities": [night.outcome.account for night in nights if night.outcome.account],
        "errors": _texts_of_all({night.code: night.outcome.errors for night in nights}) + unsent,
        "attention": _texts_of_all({night.code: night.outcome.attention for night in nights}),
    }
    _print(answer, as_json)
    if not as_json and not answer["errors"] and all(_idle(account) for account in answer["municipalities"]):
        stdout().print("Nothing was new: nothing was loaded, sent or cleaned.")
    return FAILED if unsent else max(int(night.outcome.exit_status) for night in nights)


def _conduct_all(
    installation: "Installation",
    code: str | None,
    asked: "AskedNight",
    jobs: int | None,
    log: Callable[[str], None],
) -> "list[Ended]":
    """Run each municipality's night, here or in processes; return how each ended, in the order of the configuration."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    from hervat.sftp import logins_kept
    from hervat.tasks.nights import conduct
    from hervat.tasks.processes import Processes, cores

    municipalities = installation.municipalities(code)
    jobs = min(cores() if jobs is None else jobs, len(municipalities))
    if jobs <= 1:
        with logins_kept():
            return [conduct(installation, municipality, asked, log) for municipality in municipalities]
    installation.take_keys()
    with ThreadPoolExecutor(jobs) as threads, Processes(asked, jobs) as processes:
        nights = {
            threads.submit(processes.conduct, one.code, partial(_log_of, one.code, log)): one.code
            for one in municipalities
        }
        for number, night in enumerate(as_completed(nights), 1):
            log(f"{nights[night]}: {_ENDS[night.result().outcome.exit_status]} ({number} of {len(nights)})")
    return [night.result() for night in nights]


def _log_of(code: str, log: Callable[[str], None], text: str) -> None:
    log(f"{code}: {text}")


@command(app, epilog=_STATUS)
def status(
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    max_age: Annotated[
        str | None,
        typer.Option("--max-age", metavar="26h", help="Only look whether a good night ended so long ago at most."),
    ] = None,
    metrics: Annotated[
        Path | None,
        typer.Option("--metrics", metavar="FILE", help="Only write FILE, for a node exporter of Prometheus."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Show the present state of the register and every local system.

    With --max-age only the register is read: exit status 3 if the last good night is older, or there was none. A good
    night is a whole one, not in shadow, in which nothing failed.

    With --metrics a gemeente that can't be read is down in FILE, and the others are there: exit status 3.
    """
    from hervat.status import status_account
    from hervat.tasks.installation import Installation
    from hervat.tasks.report import tell_past_terms

    if max_age is not None:
        return show_age(config, municipality, as_of, max_age, as_json)
    if metrics is not None:
        return show_metrics(config, municipality, as_of, metrics, as_json)
    installation = Installation(config, municipality, partly=True)
    nights, errors = _looks(installation, municipality, day(as_of))
    accounts = [status_account(night) for night in nights]
    for night in nights:
        tell_past_terms(night)
    answer = {
        "as_of": str(nights[0].as_of),
        "municipalities": accounts,
        "errors": _texts_of_all({night.code: list(dict.fromkeys(night.errors)) for night in nights} | errors),
        "attention": _texts_of_all({night.code: list(dict.fromkeys(night.attention)) for night in nights}),
    }
    _print(answer, as_json)
    return 3 if answer["errors"] else 1 if answer["attention"] else 0


def _looks(
    installation: "Installation", code: str | None, on: date | None
) -> "tuple[list[Night], dict[str, list[str]]]":
    """Return a night to look at of each municipality, and why there is none of the others. Raises if there is none."""
    from hervat.errors import HervatError

    nights, errors, last = [], {one.code or one.file: [str(one)] for one in installation.settings.broken}, None
    for municipality in installation.municipalities(code):
        try:
            nights.append(installation.night(municipality, on, origin="status"))
        except HervatError as error:
            errors[municipality.code], last = [str(error)], error
    if last and not nights:
        raise last
    return nights, errors


_MAX_FIXES = 20
"""The number of files and reasons printed with their fixes; `hervat quarantine list` has all."""


def _texts_of_all(texts: Mapping[str, list[str]]) -> list[str]:
    """Return the texts of all municipalities; if there are several, each text names its own."""
    several = len(texts) > 1
    named = [(code, text) for code, lines in texts.items() for text in lines]
    return [f"{code}: {text}" if several and not text.startswith(code) else text for code, text in named]


def _print(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    for account in answer["municipalities"]:
        _print_account(answer["as_of"], account)
    for text in answer["attention"]:
        tell_waiting(text)
    for account in answer["municipalities"]:
        for line in account.get("quarantine", [])[:_MAX_FIXES]:
            tell(f"  download {line['download']}: {line['reason']} ({line['count']}): {line['mend']}")
    for text in answer["errors"]:
        tell_error(text)


def _idle(account: dict[str, Any]) -> bool:
    """True if a run loaded, sent and cleaned nothing."""
    from hervat.notices import KINDS

    notices = sum(account["notices"][kind] for kind in KINDS)
    cleaned = sum(line["cleaned"] for line in account["cleaning"])
    return not (account["files"]["fetched"] or account["rows"]["read"] or notices or cleaned)


def _print_account(as_of: str, account: dict[str, Any]) -> None:
    rows: list[list[Any]] = [
        [part, _figures(account.get(part, {}))] for part in ("files", "rows", "persons", "notices")
    ]
    for line in account.get("cleaning", []):
        rows.append([f"cleaning {line['system']}", _figures({k: v for k, v in line.items() if k != "system"})])
    gate = account["gate"]
    shut = ", ".join(map(_reason, gate["reasons"]))
    state = "open" if gate["open"] else f"shut: {shut or 'it could not be proven'}"
    rows.append(["gate", Text(state, style=GOOD if gate["open"] else WAITS)])
    if account.get("deadline"):
        rows.append(["CBS", f"{account['quarter']} is due on {account['deadline']}"])
    table(f"{account['code']} on {as_of}", ["", ""], rows)


def _reason(reason: dict[str, Any]) -> str:
    system = f" ({reason['system']})" if reason.get("system") else ""
    on_hold = f" of whom {reason['on_hold']} on hold" if reason.get("on_hold") else ""
    return f"{reason['code']} {reason['count']}{system}{on_hold}"


def _figures(part: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in part.items() if not isinstance(value, dict | list))
