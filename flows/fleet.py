"""The fleet: the night of every municipality as a run of its own on the work pool."""

import asyncio
from typing import Any
from uuid import UUID

from prefect import flow, get_client, get_run_logger
from prefect.deployments import run_deployment

from flows.ending import ended
from flows.nightly import directory
from hervat.settings import read_settings
from tasks.conduct import DONE, FAILED

_POLL_SECONDS = 5


@flow(name="fleet", persist_result=False)
async def fleet(
    config: str | None = None, as_of: str | None = None, shadow: bool = False, deployment: str = "nightly/nightly"
) -> Any:
    """Start a run of the nightly deployment for each municipality and wait for all. Failed when one of them failed."""
    codes = [one.code for one in read_settings(directory(config)).municipalities]
    runs = {code: await _start(deployment, config, code, as_of, shadow) for code in codes}
    states = {code: await _final(run) for code, run in runs.items()}
    failed = [code for code, state in states.items() if state != "COMPLETED"]
    get_run_logger().info(f"{len(codes) - len(failed)} of {len(codes)} municipalities are done")
    return ended(FAILED if failed else DONE, [f"the night of {code} failed" for code in failed])


async def _start(deployment: str, config: str | None, code: str, as_of: str | None, shadow: bool) -> UUID:
    parameters = {"config": config, "municipality": code, "as_of": as_of, "shadow": shadow}
    run = await run_deployment(deployment, parameters=parameters, timeout=0, as_subflow=False)  # type: ignore[misc]
    return UUID(str(run.id))


async def _final(run: UUID) -> str:
    async with get_client() as client:
        while True:
            state = (await client.read_flow_run(run)).state
            if state is not None and state.is_final():
                return state.type.value
            await asyncio.sleep(_POLL_SECONDS)
