"""The fleet: the nights of all municipalities in a few lists, each a run on the work pool that hangs under this one.

What a night did is asked of the register, so a list whose worker was killed costs no outcome: what it had not done is
begun again in other lists.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from prefect import Flow, State, flow, get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import arun_deployment
from prefect.runtime import flow_run as this_run
from prefect.states import Cancelling
from prefect.task_runners import ThreadPoolTaskRunner

from hervat.alerts import alerting
from hervat.errors import HervatError, redacted
from hervat.flows import MEND
from hervat.flows.artifacts import show
from hervat.flows.deployments import POOL
from hervat.flows.forms import TODAY, Day
from hervat.flows.installed import directory, installation
from hervat.flows.nightly import PATIENCE, texts_of
from hervat.flows.runs import final_state, redact_errors, refused_state, run_log, run_name, run_name_of_today
from hervat.register import Register, ended_since, last_run, seconds_of_last_nights
from hervat.tasks.alerts import tell_after
from hervat.tasks.installation import Installation
from hervat.tasks.nights import AskedNight, Ended, balanced
from hervat.tasks.processes import Processes, cores
from hervat.tasks.run import DONE, FAILED, WAITS
from hervat.today import today

Asked = dict[str, Any]
"""The parameters of a list beside its municipalities."""
LIST = "fleet-list/fleet-list"
_POLL_SECONDS = 5
_TRIES = 3
"""How often nights are begun whose list was lost; a worker that is killed again and again is a person's work."""


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
async def fleet(as_of: Day = TODAY, shadow: bool = False, lists: int = 0) -> Any:
    """Run the night of every municipality, in lists of about as much work, and wait for all. Failed when one failed.

    Args:
        as_of: The day to act for; today by default.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the reports say what would be.
        lists: In how many lists; 0 is one for each worker of the pool that is there.
    """
    try:
        return await _all_nights({"shadow": shadow} | ({"as_of": str(as_of)} if as_of else {}), lists)
    except Exception as error:  # noqa: BLE001 - a foreign text may hold a value
        get_run_logger().error(redacted(error))
        return refused_state(redacted(error))


async def _all_nights(asked: Asked, lists: int) -> Any:
    installed = installation(partly=True)
    register, codes = installed.register, [municipality.code for municipality in installed.settings.municipalities]
    with register.session() as session:
        before = last_run(session)
    async with get_client() as client:
        await _refuse_second(client)
        await _refuse_moved(client)
        left = codes
        for _ in range(_TRIES):
            lost = await _lists(client, register, left, asked, lists or await _workers(client))
            ends = _ends_since(register, before)
            left = [code for code in lost if code not in ends]
            if not left:
                break
            get_run_logger().warning(f"the nights of {len(left)} municipalities are begun again: their worker is gone")
    failed = [f"the night of {code} {_why(ends.get(code))}" for code in codes if ends.get(code) not in (DONE, WAITS)]
    failed += [f"{one.code or one.file}: {one}" for one in installed.settings.broken]
    waits = [code for code in codes if ends.get(code) == WAITS]
    done = sum(ends.get(code) in (DONE, WAITS) for code in codes)
    every = len(codes) + len(installed.settings.broken)
    get_run_logger().info(f"{done} of {every} municipalities are done, {len(waits)} wait")
    told = [f"something waits for a person in {code}" for code in waits]
    return final_state(FAILED if failed else WAITS if waits else DONE, failed, told)


def _why(exit_status: int | None) -> str:
    return "was not begun, or not ended" if exit_status is None else "failed"


def _ends_since(register: Register, before: int) -> dict[str, int]:
    with register.session() as session:
        return ended_since(session, before)


async def _lists(client: PrefectClient, register: Register, codes: Sequence[str], asked: Asked, most: int) -> list[str]:
    """Run the nights of these municipalities in lists; return the municipalities of lists that were lost on the way."""
    with register.session() as session:
        parts = balanced(codes, seconds_of_last_nights(session), most)
    runs = {await _start(part, asked): part for part in parts}
    get_run_logger().info(f"{len(codes)} municipalities in {len(parts)} lists")
    states = await _ends(client, list(runs))
    return [code for run, part in runs.items() if _lost(states.get(run)) for code in part]


def _lost(state: State[Any] | None) -> bool:
    return state is None or state.is_crashed()


async def _workers(client: PrefectClient) -> int:
    """Return the number of workers of the pool that are there: each works a list with all its cores."""
    workers = await client.read_workers_for_work_pool(POOL)
    return max(1, sum(worker.status == "ONLINE" for worker in workers))


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


async def _refuse_moved(client: PrefectClient) -> None:
    """Raise HervatError if the deployment of the lists is another hervat's: each list would be lost."""
    deployed, ours = (await client.read_deployment_by_name(LIST)).entrypoint, f"{__name__}.{fleet_list.fn.__name__}"
    if deployed != ours:
        raise HervatError(f"another hervat made the deployment {LIST}; {MEND}")


async def _start(part: list[str], asked: Asked) -> UUID:
    run = await arun_deployment(LIST, parameters={"municipalities": part, **asked}, timeout=0)
    return UUID(str(run.id))


async def _ends(client: PrefectClient, runs: list[UUID]) -> dict[UUID, State[Any] | None]:
    """Wait for all runs, in one question a time; return the state in which each ended."""
    while True:
        states = {run.id: run.state for run in await _read(client, runs)}
        if all(state is not None and state.is_final() for state in states.values()):
            return states
        await asyncio.sleep(_POLL_SECONDS)


async def _read(client: PrefectClient, runs: list[UUID]) -> list[FlowRun]:
    found: list[FlowRun] = []
    for start in range(0, len(runs), 200):
        wanted = FlowRunFilter.model_validate({"id": {"any_": runs[start : start + 200]}})
        found += await client.read_flow_runs(flow_run_filter=wanted)
    return found


async def _nights_under(client: PrefectClient, parent: UUID) -> list[FlowRun]:
    wanted = FlowRunFilter.model_validate({"parent_flow_run_id": {"any_": [parent]}})
    return await client.read_flow_runs(flow_run_filter=wanted)


_SIDE_BY_SIDE = cores()
_SHOWING = 2
"""So many nights more have a task at once: while one's pages go to the server, the processes are at the next."""


@flow(
    name="fleet-list",
    flow_run_name=run_name("fleet-list", "as_of", lambda: str(today())),
    persist_result=False,
    task_runner=ThreadPoolTaskRunner(max_workers=_SIDE_BY_SIDE + _SHOWING),  # type: ignore[arg-type]
)
@redact_errors
def fleet_list(municipalities: list[str], as_of: Day = TODAY, shadow: bool = False) -> Any:
    """Run the nights of some municipalities, as many at once as there are cores. The fleet starts these runs.

    Args:
        municipalities: Codes of the municipalities whose nights they are.
        as_of: The day to act for; today by default.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the reports say what would be.
    """
    log, asked = run_log(), AskedNight(directory(), as_of, (), shadow, "prefect", PATIENCE)
    with alerting(asked.directory, None, shadow, by_hand=False, log=log):
        installed = installation(partly=True)
        installed.take_keys()
    with Processes(asked, min(_SIDE_BY_SIDE, len(municipalities))) as processes:
        nights = _Nights(installed, asked, processes)
        for waiting in [nights.begin(code) for code in municipalities]:
            waiting.wait()
    unsent = tell_after(installed.settings, installed.register, nights.ended, shadow, log)
    worst = max([FAILED] * len(unsent) + [night.outcome.exit_status for night in nights.ended])
    return final_state(worst, [*texts_of(nights.ended, "errors"), *unsent], texts_of(nights.ended, "attention"))


class _Nights:
    """The nights of a list, each a task run named for its municipality; how they ended, as they end."""

    def __init__(self, installed: Installation, asked: AskedNight, processes: Processes) -> None:
        self._installed, self._asked, self._processes = installed, asked, processes
        self.ended: list[Ended] = []

    def begin(self, code: str) -> Any:
        """Let a municipality's night wait for a free process; return what it ends in."""
        as_task = task(name="night", task_run_name=f"night-{code}", persist_result=False, cache_policy=NO_CACHE)
        return as_task(partial(self._one, code)).submit()

    def _one(self, code: str) -> Any:
        night = self._processes.conduct(code, run_log())
        self.ended.append(night)
        self._show(night)
        for error in night.outcome.errors:
            get_run_logger().error(error)
        return final_state(night.outcome.exit_status, night.outcome.errors, night.outcome.attention)

    def _show(self, ended: Ended) -> None:
        """Write the artifacts of a night that had a last look at everything."""
        municipality = self._installed.settings.municipality(ended.code)
        if municipality and ended.outcome.overview:
            night = self._installed.night(municipality, self._asked.day, shadow=self._asked.shadow)
            show(night, ended.outcome)
