"""`hervat cbs`: prepare a delivery, accept what stops it, confirm the upload, list the deliveries."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.cli.app import app
from hervat.cli.delivery.cbs_words import prepared_json, tell_prepared
from hervat.cli.shared import (
    HERE,
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

if TYPE_CHECKING:
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
