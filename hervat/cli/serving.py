"""`hervat serve`: Prefect's server and UI, the work pool, all deployments and a worker, as one command."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hervat.errors import HervatError
from hervat.prefect_server import PrefectServer
from hervat.settings import read_settings

POOL = "hervat"


def serve_until_stopped(config: Path, port: int, say: Callable[[str], None]) -> int:
    """Serve until Ctrl-C or SIGTERM. Raises HervatError when a part does not come up."""
    settings = read_settings(config)
    home = settings.directory / "var" / "prefect"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with PrefectServer(home, port) as server:
        say(f"the server and UI are at {server.ui_url}")
        environment = server.environment | {"HERVAT_CONFIG": str(settings.directory), "HERVAT_HOME": str(house())}
        deploy(environment)
        say("the deployments are ready; a worker waits for runs. Ctrl-C stops everything")
        worker = subprocess.Popen(  # noqa: S603
            [*prefect(), "worker", "start", "--pool", POOL, "--type", "process"], env=environment, cwd=house()
        )
        try:
            while worker.poll() is None:
                server.check()
                time.sleep(1)
            raise HervatError("the worker has stopped by itself")
        except KeyboardInterrupt:
            say("stopping")
            return 0
        finally:
            stop(worker)


def stop(worker: "subprocess.Popen[bytes]") -> None:
    """Stop the worker: it may take its time, but not for ever."""
    worker.terminate()
    try:
        worker.wait(15)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def prefect() -> list[str]:
    """Return the command that starts Prefect's own command line."""
    return [sys.executable, "-m", "prefect"]


def house() -> Path:
    """Return the folder in which prefect.yaml and the flows stand."""
    return Path(__file__).parents[2]


def deploy(environment: dict[str, str]) -> None:
    """Make the work pool and put every deployment of prefect.yaml on the server."""
    made = ["work-pool", "create", POOL, "--type", "process", "--overwrite"]
    for arguments in (made, ["--no-prompt", "deploy", "--all"]):
        done = subprocess.run(  # noqa: S603
            [*prefect(), *arguments], env=environment, cwd=house(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise HervatError(f"prefect {arguments[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}")
