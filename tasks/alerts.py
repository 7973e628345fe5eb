"""The alert about nights that ended; if another run was at work, that one sends its own."""

from collections.abc import Callable, Sequence

from hervat.alerts import after_run, finished
from hervat.night import Night
from hervat.settings import Settings
from tasks.run import NightOutcome


def tell_after(
    settings: Settings, nights: Sequence[Night], outcomes: Sequence[NightOutcome], say: Callable[[str], None]
) -> list[str]:
    """Send the alert about nights that failed or wait, if `alert` is configured; return what went wrong with it."""
    finished_nights = [
        finished(
            night.municipality, night.as_of, outcome.exit_status, outcome.errors, outcome.attention,
            shadow=night.shadow, begun=bool(outcome.account),
        )
        for night, outcome in zip(nights, outcomes, strict=True)
        if not outcome.busy
    ]  # fmt: skip
    return after_run(settings.alert, finished_nights, say)
