"""Alerts: about nights that ended, and about incidents whose term of 72 hours runs out."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from hervat.alerts import Finished, Term, after_run, finished, of_terms, send
from hervat.errors import redacted
from hervat.intake import incident_records, note_alert
from hervat.register import Register
from hervat.settings import Settings
from hervat.tasks.nights import Ended


def tell_after(
    settings: Settings, register: Register, nights: Sequence[Ended], shadow: bool, log: Callable[[str], None]
) -> list[str]:
    """Send the alerts about nights that failed or wait, and about incidents; return what went wrong with them.

    Nothing is sent without `alert` in the configuration, or about a night of another run that is at work.
    """
    ended = [night for night in nights if not night.outcome.busy]
    told = [_finished(settings, night, shadow) for night in ended]
    begun = [night.code for night in ended if night.outcome.account]
    sent = after_run(settings.alert, told, log)
    try:
        return [*sent, *tell_terms(settings, register, begun, log)]
    except Exception as error:  # noqa: BLE001 - the nights stand; a foreign text may hold a value
        return [*sent, f"alert about incidents: {redacted(error)}"]


def tell_terms(settings: Settings, register: Register, codes: Iterable[str], log: Callable[[str], None]) -> list[str]:
    """Send one alert about incidents 24, 48 or 66 hours after their discovery; return what went wrong.

    Whatever `on` says: the law's term does not wait. Each of the three is sent once, and again only if it did not go.
    """
    if settings.alert is None:
        return []
    now, terms, hours_of = datetime.now(UTC), [], {}
    for code in codes:
        with register.session() as session:
            for record in incident_records(session, code, only_open=True):
                hours, left = record.alert_due(now), record.hours_left(now)
                if hours is not None and left is not None:
                    terms.append(Term(code, record.id, left))
                    hours_of[record.id] = hours
    errors = send(settings.alert, of_terms(terms), log) if terms else []
    if not errors:
        for term in terms:
            with register.session() as session:
                note_alert(session, term.code, term.number, hours_of[term.number])
    return errors


def _finished(settings: Settings, night: Ended, shadow: bool) -> Finished:
    municipality, outcome = settings.municipality(night.code), night.outcome
    if municipality is None:  # its configuration is wrong
        return Finished(
            night.code, "", night.as_of, outcome.exit_status, len(outcome.errors), shadow=shadow, begun=False
        )
    return finished(
        municipality, night.as_of, outcome.exit_status, outcome.errors, outcome.attention,
        shadow=shadow, begun=bool(outcome.account), journal=str(outcome.anchor or ""),
    )  # fmt: skip
