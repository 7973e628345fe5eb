"""The alert about nights that ended; if another run was at work, that one sends its own."""

from collections.abc import Callable, Sequence

from hervat.alerts import Finished, after_run, finished
from hervat.settings import Settings
from hervat.tasks.nights import Ended


def tell_after(settings: Settings, nights: Sequence[Ended], shadow: bool, say: Callable[[str], None]) -> list[str]:
    """Send the alert about nights that failed or wait, if `alert` is configured; return what went wrong with it."""
    told = [_finished(settings, night, shadow) for night in nights if not night.outcome.busy]
    return after_run(settings.alert, told, say)


def _finished(settings: Settings, night: Ended, shadow: bool) -> Finished:
    municipality, outcome = settings.municipality(night.code), night.outcome
    if municipality is None:  # its configuration is wrong
        return Finished(
            night.code, "", night.as_of, outcome.exit_status, len(outcome.errors), shadow=shadow, begun=False
        )
    return finished(
        municipality, night.as_of, outcome.exit_status, outcome.errors, outcome.attention,
        shadow=shadow, begun=bool(outcome.account),
    )  # fmt: skip
