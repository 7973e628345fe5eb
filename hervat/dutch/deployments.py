"""Commands and the Prefect deployments that do the same; the one place that knows both."""

import re

DEPLOYMENTS = {
    "approve": "approve",
    "cbs accept": "cbs-accept",
    "cbs confirm": "cbs-confirm",
    "cbs prepare": "cbs-delivery",
    "doctor": "doctor",
    "incidents close": "incident-record",
    "incidents judge": "incident-record",
    "incidents open": "incident-open",
    "incidents reported": "incident-record",
    "incidents told": "incident-record",
    "notices confirm": "notice-confirm",
    "notices resend": "notice-resend",
    "optin record": "optin-record",
    "person hold": "person-hold",
    "person release": "person-release",
    "person forget": "person-forget",
    "retention destroy": "retention-destroy",
    "quarantine accept": "quarantine-decide",
    "quarantine reject": "quarantine-decide",
    "refill done": "refill-done",
    "run": "nightly",
    "strangers decide": "strangers-decide",
    "verify": "verify",
}
_COMMAND = re.compile(r"`hervat ([a-z]+)(?: ([a-z]+))?")


def commands_in(text: str) -> list[str]:
    """Return the commands between backticks in a text, as `approve` or `cbs accept`, in order and each once."""
    commands = [f"{one} {two}" if two else one for one, two in _COMMAND.findall(text)]
    return list(dict.fromkeys(commands))


def deployments_in(text: str) -> tuple[str, ...]:
    """Return the deployments for the commands in a text; a command that only shows something has none."""
    names = (DEPLOYMENTS[command] for command in commands_in(text) if command in DEPLOYMENTS)
    return tuple(dict.fromkeys(names))


def with_prefect(text: str) -> str:
    """Return the text with the deployments of its commands after it: ``Of in Prefect: `approve`.``"""
    *others, last = [f"`{name}`" for name in deployments_in(text)] or [""]
    names = f"{', '.join(others)} of {last}" if others else last
    return f"{text} Of in Prefect: {names}." if names else text
