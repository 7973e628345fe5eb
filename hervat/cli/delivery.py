"""`hervat cbs`: prepare a delivery, accept what stops it, confirm the upload, list the deliveries; outcomes as text."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    WAITS,
    WRONG,
    AsOf,
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
    day,
    gathered,
    print_json,
    signing,
    stdout,
    table,
    tell,
)
from hervat.errors import UsageError
from hervat.plural import plural

if TYPE_CHECKING:
    from hervat.delivery import Prepared, Stop
    from hervat.night import Night

cbs_app = typer.Typer(no_args_is_help=True, help="The quarterly delivery to CBS (Statistiek Wet Inburgering).")
app.add_typer(cbs_app, name="cbs")

Quarter = Annotated[str, typer.Option("--quarter", metavar="YYYYQn", help="The quarter, such as 2022Q1.")]
Of = Annotated[
    str | None,
    typer.Option(
        "--correction-of", metavar="RECEIPT", help="Receipt or SHA-256 of the delivery that this one corrects."
    ),
]
Why = Annotated[str | None, typer.Option("--reason", "--why", help="Why it is corrected; goes into the journal.")]


def _nights(config: Path, municipality: str | None, as_of: str | None, quarter: str) -> "list[Night]":
    from hervat.tasks.deliver import delivering, delivery_nights

    return delivery_nights(delivering(config, municipality), municipality, day(as_of), quarter)


@command(cbs_app, "prepare", epilog="Example:  hervat cbs prepare --quarter 2022Q1")
def prepare(
    quarter: Quarter,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    correction_of: Of = None,
    reason: Why = None,
    as_json: Json = False,
) -> int:
    """Write the delivery of a quarter if the gate is open at this moment. Exit status 1: it is blocked."""
    from hervat.tasks.deliver import deliver, read_correction

    nights = _nights(config, municipality, as_of, quarter)
    correction = read_correction(nights, correction_of, reason)
    deliveries = list(deliver(nights, quarter, correction))
    if as_json:
        print_json(
            {
                "quarter": quarter,
                "municipalities": [prepared_json(delivery.night, delivery.prepared) for delivery in deliveries],
            }
        )
    else:
        for delivery in deliveries:
            tell_prepared(delivery.night.code, quarter, delivery.prepared)
    for why in filter(None, (delivery.report for delivery in deliveries)):
        aside(why)
    if any(delivery.prepared.errors for delivery in deliveries):
        return 3
    return 0 if all(delivery.prepared.written for delivery in deliveries) else 1


@command(
    cbs_app,
    "accept",
    epilog="Example:  hervat cbs accept --quarter 2022Q1 --code orphans --by 'A. Jansen' --reason 'asked DUO'",
)
def accept(
    quarter: Quarter,
    code: Annotated[str, typer.Option("--code", help="The reason's code, such as orphans; or bounds, rules.")],
    reason: Reason,
    by: SignedBy = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Accept what stops a delivery. A reason of the gate takes two persons, broken bounds or rules one."""
    from hervat.tasks.decide import accept_for_delivery
    from hervat.tasks.deliver import only_one

    night = replace(only_one(_nights(config, municipality, as_of, quarter), municipality), log=aside)
    sign = signing(key, signature)
    lines, by = accept_for_delivery(night, quarter, code, by, reason, also_last=as_of is None, sign=sign)
    if as_json:
        print_json({"quarter": quarter, "code": code, "by": by, **({"lines": [*lines]} if lines else {})})
        return 0
    stdout().print(f"{by} accepted {code} for {quarter}", markup=False)
    for line in lines:
        tell(f"  {line}")
    return 0


@command(cbs_app, "confirm", epilog="Example:  hervat cbs confirm --quarter 2022Q1 --receipt 12345 --by 'A. Jansen'")
def confirm(
    quarter: Quarter,
    receipt: Annotated[str, typer.Option("--receipt", help="The portal's receipt.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record the portal's receipt for an uploaded delivery. It counts for all that went in one file."""
    from hervat.tasks.decide import confirm_delivery

    nights = [replace(night, log=aside) for night in _nights(config, municipality, None, quarter)]
    confirm_delivery(nights, quarter, receipt, by)
    if as_json:
        print_json({"quarter": quarter, "receipt": receipt, "municipalities": [night.code for night in nights]})
    else:
        stdout().print(f"confirmed {quarter}", markup=False)
    return 0


@command(cbs_app, "list", epilog="Example:  hervat cbs list --json")
def list_(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the written deliveries with their receipts. With --json also what the gate checked for each."""
    from hervat.delivery import deliveries

    written = gathered(config, municipality, deliveries)
    if as_json:
        print_json({"deliveries": written})
        return 0
    columns = ["quarter", "municipality", "written_on", "deadline", "records", "receipt", "sha256", "corrects"]
    table("Deliveries to CBS", columns, [[delivery[name] for name in columns] for delivery in written], fold=())
    return 0


@command(cbs_app, "xsd", epilog="Example:  hervat cbs xsd --to swi.xsd")
def xsd(
    to: Annotated[Path, typer.Option("--to", help="The file to write.")],
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Write the XSD of the record layout. The layout is checked; the XSD is not CBS's official one."""
    from hervat.delivery import read_layout, schema_text
    from hervat.settings import read_settings

    settings = read_settings(config, municipality)
    cbs = next((m.cbs for m in settings.municipalities if m.cbs and municipality in (None, m.code)), None)
    if cbs is None:
        raise UsageError("no municipality (or not this one) has a cbs part in hervat.yaml")
    layout = read_layout(cbs.layout, settings.directory)
    try:
        to.write_bytes(schema_text(layout))
    except OSError as error:
        raise UsageError(f"{to} can't be written ({type(error).__name__})") from None
    if as_json:
        about = {"layout": layout.name, "version": layout.version, "provisional": layout.provisional, "file": str(to)}
        print_json(about)
    else:
        note = " PROVISIONAL: CBS may not accept it" if layout.provisional else ""
        stdout().print(f"{layout.name} {layout.version}: {to}{note}", markup=False)
    return 0


def tell_prepared(code: str, quarter: str, prepared: "Prepared") -> None:
    """Print the outcome of a preparation for one gemeente."""
    if prepared.written:
        _tell_written(code, prepared)
        return
    _tell_reasons(code, prepared)
    for stop in prepared.stops:
        _tell_stop(quarter, stop)
    for error in prepared.errors:
        tell(error.replace("\n", "\n    "), lead="  error: ", style=WRONG)


def prepared_json(night: "Night", prepared: "Prepared") -> dict[str, Any]:
    """Return the outcome of a preparation, for JSON."""
    layout = prepared.layout
    return {
        "code": night.code,
        "written": prepared.written,
        "records": prepared.records,
        "directory": str(prepared.directory) if prepared.written else None,
        "gate": prepared.gate,
        "errors": prepared.errors,
        "stops": [stop.as_json() for stop in prepared.stops],
        "state": prepared.state,
        "early": prepared.early,
        "layout": layout and layout.model_dump(include={"name", "version", "provisional"}),
        **({} if prepared.changes is None else {"changes": prepared.changes}),
    }


def _tell_written(code: str, prepared: "Prepared") -> None:
    state = "" if prepared.state == "peildatum" else ", as they are now: the query does not ask for :peildatum"
    tell(f"{code}: {plural(prepared.records, 'record')} in {prepared.directory}{state}")
    if prepared.early:
        tell("the quarter had not ended; do not deliver this file", lead="  VOORLOPIG: ", style=WAITS)
    if prepared.layout and prepared.layout.provisional:
        tell(f"  PROVISIONAL layout {prepared.layout.name}: CBS may not accept it")
    if prepared.changes:
        tell(f"  changed since the earlier delivery: {_changes(prepared.changes)}")


def _tell_reasons(code: str, prepared: "Prepared") -> None:
    from hervat.delivery import FIXES

    tell(f"{code}: nothing was written, {_why_not(prepared)}")
    for reason in prepared.gate["reasons"]:
        where = f" in {reason['system']}" if reason.get("system") else ""
        accepted = reason.get("accepted")
        tell(f"  {reason['code']}{where}: {reason['count']} ({'accepted' if accepted else 'not accepted'})")
        if not accepted:
            tell(f"    {FIXES[reason['code']]}")


def _why_not(prepared: "Prepared") -> str:
    """Return what kept a delivery from being written; a value that can't be written is not the gate's doing."""
    if any(not reason.get("accepted") for reason in prepared.gate["reasons"]):
        return "the gate is shut"
    return "something failed" if prepared.errors else "it was stopped"


def _tell_stop(quarter: str, stop: "Stop") -> None:
    for line in stop.lines:
        tell(f"  {stop.code}: {line}{' (accepted)' if stop.accepted else ''}")
    if stop.code in ("bounds", "rules") and not stop.accepted:
        command = f"hervat cbs accept --quarter {quarter} --code {stop.code} --by NAME --reason TEXT"
        tell(f"    fix it in the system, or accept it:\n    {command}")


def _changes(changes: Mapping[str, Any]) -> str:
    if "unknown" in changes:
        return str(changes["unknown"])
    added = plural(changes["added"], "person added", "persons added")
    return f"{added}, {changes['removed']} removed, {changes['changed']} changed"
