"""A blocked delivery as a markdown text: what stopped it, with counts, and what to do about it."""

from collections.abc import Iterator

from hervat.delivery import DUTCH_STOPS, Prepared, Reason, Stop
from hervat.dutch import GATE, number, quarter_text, said, with_prefect
from hervat.report.marked import commands, plain

_ACCEPT = "`hervat cbs accept --quarter {quarter} --code {code} --by NAAM --reason REDEN`"
_BY_TWO = f"Of laat twee personen dit aanvaarden: {_ACCEPT}."
_QUARANTINE = (
    "Lees een goed bestand in: `hervat run`. Of wijs af: `hervat quarantine reject NUMMER --by NAAM --reason REDEN`."
)
_CLEAN = "Keur het plan goed: `hervat approve HASH --by NAAM`. Start daarna de nacht: `hervat run`."
FIXES = {
    "corrected_in_records": f"{_CLEAN} Is alles al schoon? Pas dan de query van de levering aan.",
    "standing": f"{_CLEAN} Wie apart is gezet, herstelt u in het systeem zelf.",
    "disputed": "Beslis over deze personen: `hervat optin record --person NUMMER --law WET --by NAAM --reason REDEN`.",
    "quarantined_correction": _QUARANTINE,
    "download_unloaded": _QUARANTINE,
    "standing_elsewhere": f"Schoon dat systeem of die lijst op. {_BY_TWO}",
    "plan_waits": f"{_CLEAN} {_BY_TWO}",
    "supplier_unconfirmed": "Vraag de leverancier om te bevestigen. Leg het antwoord vast:"
    f" `hervat notices confirm --number NUMMER --status done --by NAAM`. {_BY_TWO}",
    "orphans": f"Zoek uit bij wie zij horen. Zie de werklijst. {_BY_TWO}",
    "parked_in_records": f"Wacht tot het signaal er weer is. {_BY_TWO}",
    "delivered_corrected": "Maak eerst de correctie van die levering. Het verslag noemt het kwartaal en de opdracht:"
    " `hervat cbs prepare --quarter KWARTAAL --correction-of KENMERK --reason REDEN`. Zet die op het portaal en leg de"
    f" ontvangst vast: `hervat cbs confirm --quarter KWARTAAL --receipt KENMERK --by NAAM`. {_BY_TWO}",
}
_STOP_TITLES = {
    **DUTCH_STOPS,
    "delivered": "Dit kwartaal is al geleverd, en de gegevens zijn nu anders",
    "others": "Een andere gemeente in hetzelfde bestand is nog niet zover",
}
STOP_FIXES = {
    "bounds": f"Herstel het in het systeem. Of aanvaard het: {_ACCEPT}.",
    "rules": f"Herstel het in het systeem. Of aanvaard het: {_ACCEPT}.",
    "delivered": "Maak een correctie: `hervat cbs prepare --quarter {quarter} --correction-of KENMERK --reason REDEN`.",
    "others": "Wacht tot ook die poort open is.",
}


def blocked_markdown(name: str, quarter: str, prepared: Prepared) -> str:
    """Return why the delivery of a gemeente (its name) for a quarter was not written, and the fix. Counts only."""
    parts = [
        f"# ⚠ De levering aan het CBS is niet gemaakt: {plain(name)}, {plain(quarter_text(quarter))}",
        "",
        "Dit houdt de levering tegen. Los het op en maak de levering dan opnieuw: "
        + commands(with_prefect(f"`hervat cbs prepare --quarter {quarter}`.")),
        "",
        *(_reason(reason, quarter) for reason in prepared.reasons),
        *(_stop(stop, quarter) for stop in prepared.stops),
        *_errors(prepared.errors),
    ]
    return "\n".join(parts) + "\n"


def _reason(reason: Reason, quarter: str) -> str:
    where = f" ({plain(reason.system)})" if reason.system else ""
    title = f"- **{plain(said(GATE, reason.code))}**{where}: {number(reason.count)}{on_hold(reason.on_hold)}"
    return (
        f"{title}, aanvaard door twee personen." if reason.accepted else f"{title}. {_fix(FIXES, reason.code, quarter)}"
    )


def on_hold(count: int) -> str:
    """Return how many persons are on hold, in Dutch; "" for none."""
    return f" ({number(count)} door een beperking of bezwaar)" if count else ""


def _stop(stop: Stop, quarter: str) -> str:
    lines = "; ".join(plain(line) for line in stop.dutch or stop.lines)
    title = f"- **{plain(said(_STOP_TITLES, stop.code))}**: {lines}"
    return f"{title}. Aanvaard." if stop.accepted else f"{title}. {_fix(STOP_FIXES, stop.code, quarter)}"


def _fix(mends: dict[str, str], code: str, quarter: str) -> str:
    return commands(with_prefect(mends.get(code, "Los dit op.").format(quarter=quarter, code=code)))


def _errors(errors: tuple[str, ...]) -> Iterator[str]:
    if errors:
        yield from ("", "## Fouten", "", "Niet alles kon gelezen worden. De technische tekst is in het Engels.", "")
        yield from (f"- {plain(text)}" for text in errors)
