"""The fleet: the night of every municipality as a run of its own on the work pool, hung under this one."""

import asyncio
from typing import Any
from uuid import UUID

from prefect import Flow, State, flow, get_client, get_run_logger
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import arun_deployment
from prefect.runtime import flow_run as this_run
from prefect.states import Cancelling

from flows.final_state import final_state, refused_state
from flows.installed import installation
from flows.run_names import run_name_of_today
from hervat.errors import HervatError, redacted
from tasks.run import DONE, FAILED, WAITS

NIGHT = "nightly/nightly"
_POLL_SECONDS = 5
_GOOD = ("Completed", "Waits")


async def cancel_nights(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - a hook's face
    """Cancel the nights that hang under a fleet which was cancelled or crashed, those that wait for a place too."""
    async with get_client() as client:
        for run in await _nights_under(client, flow_run.id):
            if run.state is None or not run.state.is_final():
                await client.set_flow_run_state(run.id, Cancelling(message="the fleet was cancelled"))


@flow(
    name="fleet",
    flow_run_name=run_name_of_today("fleet"),
    persist_result=False,
    on_cancellation=[cancel_nights],
    on_crashed=[cancel_nights],
)
async def fleet(shadow: bool = False) -> Any:
    """Run the night of every municipality, each as a run of its own, and wait for all. Failed when one of them failed.

    Args:
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the reports say what would be.
    """
    try:
        return await _all_nights(shadow)
    except Exception as error:  # noqa: BLE001 - a foreign text may hold a value
        get_run_logger().error(redacted(error))
        return refused_state(redacted(error))


async def _all_nights(shadow: bool) -> Any:
    async with get_client() as client:
        await _refuse_second(client)
        codes = [municipality.code for municipality in installation().settings.municipalities]
        runs = {code: await _start(code, shadow) for code in codes}
        ends = await _ends(client, runs)
    failed = [f"the night of {code} is {name}" for code, name in ends.items() if name not in _GOOD]
    waits = [code for code, name in ends.items() if name == "Waits"]
    get_run_logger().info(f"{len(codes) - len(failed)} of {len(codes)} municipalities are done, {len(waits)} wait")
    told = [f"something waits for a person in {code}" for code in waits]
    return final_state(FAILED if failed else WAITS if waits else DONE, failed, told)


async def _refuse_second(client: PrefectClient) -> None:
    """Raise HervatError while an earlier fleet runs: two could take all places, and wait for nights without one."""
    running = {"name": {"any_": ["Running", "Cancelling"]}}
    found = await client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate({"state": running}))
    me = UUID(str(this_run.id))
    mine = next((one for one in found if one.id == me), None)
    if mine is None:
        return
    others = [one for one in found if one.flow_id == mine.flow_id and one.id != me]
    if any((other.start_time, str(other.id)) < (mine.start_time, str(me)) for other in others if other.start_time):
        raise HervatError("another fleet is at work; wait until it has ended, or cancel it")


async def _start(code: str, shadow: bool) -> UUID:
    run = await arun_deployment(NIGHT, parameters={"municipality": code, "shadow": shadow}, timeout=0)
    return UUID(str(run.id))


async def _ends(client: PrefectClient, runs: dict[str, UUID]) -> dict[str, str]:
    """Wait for all runs, in one question a time; return under which name each ended."""
    while True:
        states = {run.id: run.state for run in await _read(client, list(runs.values()))}
        if all(state is not None and state.is_final() for state in states.values()):
            return {code: _name(states.get(run)) for code, run in runs.items()}
        await asyncio.sleep(_POLL_SECONDS)


def _name(state: State[Any] | None) -> str:
    return (state.name if state else None) or "gone"


async def _read(client: PrefectClient, runs: list[UUID]) -> list[FlowRun]:
    found: list[FlowRun] = []
    for start in range(0, len(runs), 200):
        wanted = FlowRunFilter.model_validate({"id": {"any_": runs[start : start + 200]}})
        found += await client.read_flow_runs(flow_run_filter=wanted)
    return found


async def _nights_under(client: PrefectClient, parent: UUID) -> list[FlowRun]:
    wanted = FlowRunFilter.model_validate({"parent_flow_run_id": {"any_": [parent]}})
    return await client.read_flow_runs(flow_run_filter=wanted)
