"""`hervat cbs`: prepare a delivery, accept what stops it, confirm the upload, list what was delivered."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

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
    Reason,
    aside,
    day,
    gathered,
    guarded,
    print_json,
    stdout,
    table,
    tell,
)
from hervat.errors import UsageError

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


def _nights(config: Any, municipality: str | None, as_of: str | None, quarter: str) -> list[Any]:
    """Return a night of each gemeente that delivers; of one that delivers together with others theirs too."""
    from tasks.deliver import delivery_nights
    from tasks.installation import Installation

    return delivery_nights(Installation(config), municipality, day(as_of), quarter)


@cbs_app.command("prepare", epilog="Example:  hervat cbs prepare --quarter 2022Q1")
@guarded
def prepare(
    quarter: Quarter,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    correction_of: Of = None,
    reason: Why = None,
    as_json: Json = False,
) -> int:
    """Write the delivery of a quarter, only when the gate is open at this moment. Exit status 1: it is blocked."""
    from tasks.deliver import deliver, read_correction

    nights = _nights(config, municipality, as_of, quarter)
    correction = read_correction(nights, correction_of, reason)
    delivered = list(deliver(nights, quarter, correction))
    prepared = [(one.night, one.prepared) for one in delivered]
    if as_json:
        print_json({"quarter": quarter, "municipalities": [told(night, one) for night, one in prepared]})
    for night, one in prepared if not as_json else []:
        _tell(night.code, quarter, one)
    for why in filter(None, (one.report for one in delivered)):
        aside(why)
    if any(one.errors for _, one in prepared):
        return 3
    return 0 if all(one.written for _, one in prepared) else 1


def _tell(code: str, quarter: str, one: Any) -> None:
    if one.written:
        state = "" if one.state == "peildatum" else ", as they stand now: the query does not ask for :peildatum"
        tell(f"{code}: {one.records} records in {one.directory}{state}")
        if one.early:
            tell("the quarter had not ended; do not deliver this file", lead="  VOORLOPIG: ", style=WAITS)
        if one.layout.provisional:
            tell(f"  PROVISIONAL layout {one.layout.name}: nothing claims that CBS accepts it")
        if one.changes:
            tell(f"  changed since the earlier delivery: {_changes(one.changes)}")
        return
    _tell_shut(code, one)
    for stop in one.stops:
        _tell_stop(quarter, stop)
    for error in one.errors:
        tell(error.replace("\n", "\n    "), lead="  error: ", style=WRONG)


def _tell_shut(code: str, one: Any) -> None:
    from hervat.delivery import MENDS

    tell(f"{code}: nothing was written, {_why_not(one)}")
    for reason in one.gate["reasons"]:
        where = f" in {reason['system']}" if reason.get("system") else ""
        state = "accepted" if reason.get("accepted") else "stands"
        tell(f"  {reason['code']}{where}: {reason['count']} ({state})")
        if state == "stands":
            tell(f"    {MENDS[reason['code']]}")


def _why_not(one: Any) -> str:
    """Say what kept a delivery from being written; a value that can't be written is not the gate's doing."""
    if any(not reason.get("accepted") for reason in one.gate["reasons"]):
        return "the gate is shut"
    return "something failed" if one.errors else "it was stopped"


def _tell_stop(quarter: str, stop: Any) -> None:
    for line in stop.lines:
        tell(f"  {stop.code}: {line}{' (accepted)' if stop.accepted else ''}")
    if stop.code in ("bounds", "rules") and not stop.accepted:
        how = f"hervat cbs accept --quarter {quarter} --code {stop.code} --by NAME --reason TEXT"
        tell(f"    mend it in the system, or accept it:\n    {how}")


def _changes(changes: dict[str, Any]) -> str:
    if "unknown" in changes:
        return str(changes["unknown"])
    return f"{changes['added']} persons added, {changes['removed']} removed, {changes['changed']} changed"


def told(night: Any, one: Any) -> dict[str, Any]:
    """Return what a preparation came to, for JSON."""
    return {
        "code": night.code,
        "written": one.written,
        "records": one.records,
        "directory": str(one.directory) if one.written else None,
        "gate": one.gate,
        "errors": one.errors,
        "stops": [stop.as_json() for stop in one.stops],
        "state": one.state,
        "early": one.early,
        "layout": one.layout and one.layout.model_dump(include={"name", "version", "provisional"}),
        **({} if one.changes is None else {"changes": one.changes}),
    }


@cbs_app.command(
    "accept", epilog="Example:  hervat cbs accept --quarter 2022Q1 --code orphans --by 'A. Jansen' --reason 'asked DUO'"
)
@guarded
def accept(
    quarter: Quarter,
    code: Annotated[str, typer.Option("--code", help="The reason's code, such as orphans; or bounds, rules.")],
    by: By,
    reason: Reason,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Accept a reason of the gate (two different persons must), or bounds or rules that the records break (one)."""
    from tasks.decide import accept_for_delivery

    night = replace(_one_night(config, municipality, as_of, quarter), say=aside)
    lines = list(accept_for_delivery(night, quarter, code, by, reason, also_last=as_of is None))
    if as_json:
        print_json({"quarter": quarter, "code": code, "by": by, **({"lines": lines} if lines else {})})
        return 0
    stdout().print(f"{by} accepted {code} for {quarter}", markup=False)
    for line in lines:
        tell(f"  {line}")
    return 0


def _one_night(config: Any, municipality: str | None, as_of: str | None, quarter: str) -> Any:
    found = [
        one for one in _nights(config, municipality, as_of, quarter) if municipality is None or one.code == municipality
    ]
    if len(found) > 1:
        raise UsageError("several municipalities deliver here; say which with --municipality")
    return found[0]


@cbs_app.command("confirm", epilog="Example:  hervat cbs confirm --quarter 2022Q1 --receipt 12345 --by 'A. Jansen'")
@guarded
def confirm(
    quarter: Quarter,
    receipt: Annotated[str, typer.Option("--receipt", help="The portal's receipt.")],
    by: By,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Record that a person has uploaded the delivery, with the portal's receipt (of all that went in one file)."""
    from tasks.decide import confirm_delivery

    nights = [replace(one, say=aside) for one in _nights(config, municipality, None, quarter)]
    confirm_delivery(nights, quarter, receipt, by)
    codes = [one.code for one in nights]
    print_json({"quarter": quarter, "receipt": receipt, "municipalities": codes}) if as_json else stdout().print(
        f"confirmed {quarter}", markup=False
    )
    return 0


@cbs_app.command("list", epilog="Example:  hervat cbs list --json")
@guarded
def list_(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Show the deliveries that were written, with their receipts; in JSON with what the gate looked at for each."""
    from hervat.delivery import deliveries

    found = gathered(config, municipality, deliveries)
    if as_json:
        print_json({"deliveries": found})
        return 0
    columns = ["quarter", "municipality", "written_on", "deadline", "records", "receipt", "sha256", "corrects"]
    table("Deliveries to CBS", columns, [[one[name] for name in columns] for one in found], fold=())
    return 0


@cbs_app.command("xsd", epilog="Example:  hervat cbs xsd --to swi.xsd")
@guarded
def xsd(
    to: Annotated[Path, typer.Option("--to", help="The file to write.")],
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Check the record layout and write the XSD that follows from it (no official one)."""
    from hervat.delivery import read_layout, schema_text
    from hervat.settings import read_settings

    settings = read_settings(config)
    one = next((m for m in settings.municipalities if m.cbs and municipality in (None, m.code)), None)
    if one is None or one.cbs is None:
        raise UsageError("no such municipality has a cbs part in hervat.yaml")
    layout = read_layout(one.cbs.layout, settings.directory)
    try:
        to.write_bytes(schema_text(layout))
    except OSError as error:
        raise UsageError(f"{to} can't be written ({type(error).__name__})") from None
    shown = {"layout": layout.name, "version": layout.version, "provisional": layout.provisional, "file": str(to)}
    note = " PROVISIONAL: nothing claims that CBS accepts it" if layout.provisional else ""
    print_json(shown) if as_json else stdout().print(f"{layout.name} {layout.version}: {to}{note}", markup=False)
    return 0
