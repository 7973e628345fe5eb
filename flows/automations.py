"""The automations that watch the runs: created if missing, never changed, so that a person's changes stay.

Each calls a webhook (the block `hervat-alert`) in Dutch; the last one ends runs that send no heartbeat any more.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from hervat.settings import Settings

BLOCK = "hervat-alert"
DEADLINE_EVENT = "hervat.cbs.due"
_NOWHERE = "https://fill-in-your-webhook.invalid/"
_RUN = "prefect.flow-run."
_ENDS = frozenset(
    _RUN + name for name in ("Completed", "Waits", "Failed", "Crashed", "Cancelled", "TimedOut", "Cached")
)
_BODY = "De run {{ flow_run.name }} staat op {{ flow_run.state.name }}. {{ flow_run.state.message }}"
_SEE = "Kijk in de Prefect-UI, of typ `hervat doctor` en `hervat status`."


def make_automations(
    client: SyncPrefectClient, settings: Settings, silence: timedelta = timedelta(hours=26), lost: int = 120
) -> int:
    """Create the missing automations; return how many. They are on if `alert: {url: ...}` is configured.

    silence: after how long without a good night one is missed. lost: seconds without a heartbeat after which a run
    counts as lost.
    """
    url = getattr(getattr(settings, "alert", None), "url", None)
    there = {automation.name for automation in client.read_automations(limit=200)}
    block = _block(client, url)
    wanted = [*_alerts(block, silence, enabled=url is not None), _lost(lost)]
    missing = [automation for automation in wanted if automation.name not in there]
    for automation in missing:
        client.create_automation(automation)
    return len(missing)


def _block(client: SyncPrefectClient, url: str | None) -> Any:
    """Return the id of the webhook's block; it is made the first time, and a person may change it."""
    from prefect.exceptions import ObjectNotFound

    try:
        return client.read_block_document_by_name(BLOCK, "custom-webhook").id
    except ObjectNotFound:
        text = {"text": "{{subject}}\n{{body}}"}
        made = CustomWebhookNotificationBlock(name=BLOCK, url=str(url or _NOWHERE), json_data=text)
        return made.save(BLOCK)


def _alerts(block: Any, silence: timedelta, *, enabled: bool) -> Iterator[AutomationCore]:
    def alert(name: str, trigger: EventTrigger, subject: str, body: str) -> AutomationCore:
        action = SendNotification(block_document_id=block, subject=subject, body=body)
        return AutomationCore(name=f"hervat: {name}", enabled=enabled, trigger=trigger, actions=[action])

    for name, subject in (
        ("failed", "hervat: er ging iets mis"),
        ("crashed", "hervat: een run is afgebroken"),
        ("late", "hervat: een run begint niet op tijd"),
        ("waits", "hervat: er wacht iets op een mens"),
    ):
        yield alert(name, _reactive(name.capitalize()), subject, f"{_BODY} {_SEE}")
    hours = int(silence.total_seconds() // 3600)
    yield alert(
        "no night", _no_night(silence), f"hervat: al {hours} uur geen goede nacht",
        f"Er is in {hours} uur geen nacht goed geëindigd. {_SEE}",
    )  # fmt: skip
    yield alert(
        "CBS deadline", EventTrigger(expect={DEADLINE_EVENT}, posture=Posture.Reactive, threshold=1),
        "hervat: de levering aan het CBS is bijna te laat", "{{ event.payload.text }}",
    )  # fmt: skip


def _reactive(state: str) -> EventTrigger:
    return EventTrigger(
        expect={_RUN + state}, match={"prefect.resource.id": f"{_RUN}*"}, match_related=_tagged("hervat"),
        for_each={"prefect.resource.id"}, posture=Posture.Reactive, threshold=1,
    )  # fmt: skip


def _no_night(silence: timedelta) -> EventTrigger:
    return EventTrigger(
        expect={f"{_RUN}Completed", f"{_RUN}Waits"}, match={"prefect.resource.id": f"{_RUN}*"},
        match_related=_tagged("night"), posture=Posture.Proactive, threshold=1, within=silence,
    )  # fmt: skip


def _lost(seconds: int) -> AutomationCore:
    """A run whose process died with its worker can't report it: its heartbeats stop."""
    beat = f"{_RUN}heartbeat"
    trigger = EventTrigger(
        after={beat}, expect={beat, *_ENDS}, match={"prefect.resource.id": f"{_RUN}*"},
        for_each={"prefect.resource.id"}, posture=Posture.Proactive, threshold=1, within=timedelta(seconds=seconds),
    )  # fmt: skip
    crashed = ChangeFlowRunState(
        state=StateType.CRASHED, name="Crashed", message="nothing was heard of its process any more", force=True
    )
    return AutomationCore(name="hervat: lost runs", enabled=True, trigger=trigger, actions=[crashed])


def _tagged(tag: str) -> dict[str, str | list[str]]:
    return {"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{tag}"}
