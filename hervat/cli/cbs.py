"""`hervat cbs`: prepare a delivery, accept a reason of the gate, confirm the upload."""

import re
from typing import Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, AsOf, By, Code, Config, Json, Reason, day, guarded, print_json, stdout
from hervat.errors import UsageError

cbs_app = typer.Typer(no_args_is_help=True, help="The quarterly delivery to CBS (Statistiek Wet Inburgering).")
app.add_typer(cbs_app, name="cbs")

Quarter = Annotated[str, typer.Option("--quarter", metavar="YYYYQn", help="The quarter, such as 2022Q1.")]


def _nights(config: Any, municipality: str | None, as_of: str | None, quarter: str) -> list[Any]:
    from tasks.compose import Installation

    if not re.fullmatch(r"\d{4}Q[1-4]", quarter):
        raise UsageError(f"{quarter} is no quarter; write it as 2022Q1")
    installation = Installation(config)
    found = [
        installation.night(one, day(as_of), origin="cbs")
        for one in installation.municipalities(municipality)
        if one.cbs
    ]
    if not found:
        raise UsageError("no municipality here has a cbs part in hervat.yaml; there is nothing to deliver")
    return found


@cbs_app.command("prepare", epilog="Example:  hervat cbs prepare --quarter 2022Q1")
@guarded
def prepare(
    quarter: Quarter, config: Config = HERE, municipality: Code = None, as_of: AsOf = None, as_json: Json = False
) -> int:
    """Write the delivery of a quarter, only when the gate is open at this moment. Exit status 1: it is blocked."""
    prepared = [(night, _prepared(night, quarter)) for night in _nights(config, municipality, as_of, quarter)]
    if as_json:
        print_json({"quarter": quarter, "municipalities": [told(night, one) for night, one in prepared]})
    for night, one in prepared if not as_json else []:
        if one.written:
            stdout().print(f"{night.code}: {one.records} records in {one.directory}", markup=False)
            continue
        stdout().print(f"{night.code}: nothing was written, the gate is shut", markup=False)
        for reason in one.gate["reasons"]:
            where = f" in {reason['system']}" if reason.get("system") else ""
            state = "accepted" if reason.get("accepted") else "stands"
            stdout().print(f"  {reason['code']}{where}: {reason['count']} ({state})", markup=False)
        for error in one.errors:
            stdout().print(f"  error: {error}", markup=False)
    if any(one.errors for _, one in prepared):
        return 3
    return 0 if all(one.written for _, one in prepared) else 1


def _prepared(night: Any, quarter: str) -> Any:
    """Prepare one municipality's delivery; what can't be delivered there does not hold up the others."""
    from hervat.delivery import Prepared
    from hervat.delivery import prepare as write
    from hervat.errors import HervatError

    try:
        return write(night, quarter)
    except UsageError:
        raise
    except HervatError as error:
        return Prepared(False, (), night.settings.output, 0, (str(error),), {"open": False, "reasons": []})


def told(night: Any, one: Any) -> dict[str, Any]:
    """Return what a preparation came to, for JSON."""
    return {
        "code": night.code,
        "written": one.written,
        "records": one.records,
        "directory": str(one.directory) if one.written else None,
        "gate": one.gate,
        "errors": one.errors,
    }


@cbs_app.command(
    "accept", epilog="Example:  hervat cbs accept --quarter 2022Q1 --code orphans --by 'A. Jansen' --reason 'asked DUO'"
)
@guarded
def accept(
    quarter: Quarter,
    code: Annotated[str, typer.Option("--code", help="The reason's code, such as orphans.")],
    by: By,
    reason: Reason,
    config: Config = HERE,
    municipality: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Accept a reason of the gate that may be accepted; two different persons must."""
    from hervat.delivery import accept as record
    from hervat.register.settle import last_settled

    nights = _nights(config, municipality, as_of, quarter)
    if len(nights) > 1:
        raise UsageError("several municipalities deliver here; say which with --municipality")
    with nights[0].register.session() as session:
        also = None if as_of else last_settled(session, nights[0].code)
    record(nights[0], quarter, code, by, reason, also)
    print_json({"quarter": quarter, "code": code, "by": by}) if as_json else stdout().print(
        f"{by} accepted {code} for {quarter}", markup=False
    )
    return 0


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
    """Record that a person has uploaded the delivery, with the portal's receipt."""
    from hervat.delivery import confirm as record

    nights = _nights(config, municipality, None, quarter)
    if len(nights) > 1:
        raise UsageError("several municipalities deliver here; say which with --municipality")
    record(nights[0], quarter, receipt, by)
    print_json({"quarter": quarter, "receipt": receipt}) if as_json else stdout().print(
        f"confirmed {quarter}", markup=False
    )
    return 0
