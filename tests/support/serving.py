"""`hervat serve` as a process, as a gemeente runs it, and its API as a browser or an attacker speaks to it."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hervat.prefect_server import free_port

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
QUICK = {
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT2S",
}
"""Prefect's own rhythms, shorter: what is tested is that they do it, not how long they take."""


def until(met: Callable[[], Any], seconds: float = 90) -> Any:
    """Ask again and again until what is asked is true or the time is over; return the last answer."""
    end = time.monotonic() + seconds
    while not (found := met()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


class Serving:
    """A served installation; leaving the context sends SIGTERM and sees that nothing is left running."""

    def __init__(self, directory: Path, *, prefix: tuple[str, ...] = (), **environment: str) -> None:
        self.directory, self.port, self.home = directory, free_port(), directory / "var" / "prefect"
        self.environment = os.environ | QUICK | environment
        self.environment.pop("HERVAT_CONFIG", None)
        self.prefix, self.log = prefix, directory / f"serve-{self.port}.log"

    def __enter__(self) -> "Serving":
        self.start()
        self.until("a worker waits for runs")
        return self

    def start(self) -> None:
        command = [*self.prefix, sys.executable, "-m", "hervat.cli", "serve", "--config", str(self.directory)]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)], env=self.environment, stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, start_new_session=True, cwd=Path(__file__).parents[2],
            )  # fmt: skip

    def until(self, said: str, seconds: float = 150) -> str:
        """Wait until serve has said something; fail with all it said when it ends before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.log.read_text()
            if said in text:
                return text
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}:\n{text}")
            time.sleep(0.2)
        raise AssertionError(f"serve did not say {said!r}:\n{self.log.read_text()}\n{self.server_log()[-3000:]}")

    def server_log(self) -> str:
        log = self.home / "server.log"
        return log.read_text() if log.exists() else ""

    def stop(self, seconds: float = 60) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            assert self.stop() == 0, self.log.read_text()
        assert self.left_running() == []

    def left_running(self) -> list[str]:
        """Return the command lines of the processes that still work with this home (they name it, or have its port)."""
        found, marks = [], (f"PREFECT_HOME={self.home}".encode(),)
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if any(mark in (place / "environ").read_bytes() for mark in marks):
                    found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    @property
    def login(self) -> str:
        return (self.home / "login").read_text().strip()

    def ask(self, path: str, body: Any = None, method: str = "POST", login: str | None = "ours") -> Any:
        """Ask the API; returns (status, answer). "Busy" (503: one writer at a time) is asked again, as Prefect does."""
        for _ in range(20):
            status, answer = self._ask_once(path, body, method, login)
            if status != 503:
                break
            time.sleep(1)
        return status, answer

    def _ask_once(self, path: str, body: Any, method: str, login: str | None) -> tuple[int, Any]:
        data = None if method == "GET" else json.dumps({} if body is None else body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        if login:
            text = self.login if login == "ours" else login
            request.add_header("Authorization", "Basic " + base64.b64encode(text.encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return answer.status, json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.ask("deployments/filter", {"limit": 100})[1]}

    def submit(self, deployment: str, **more: Any) -> tuple[int, Any]:
        """Ask for a run of a deployment as the form does: returns (status, answer)."""
        number = self.deployments()[deployment]["id"]
        body = {"state": {"type": "SCHEDULED"}} | more
        for _ in range(5):  # Prefect's own database may be busy for a moment, just after the start above all
            status, told = self.ask(f"deployments/{number}/create_flow_run", body)
            if status != 503:
                break
            time.sleep(2)
        return status, told

    def run(self, deployment: str, seconds: float = 180, **parameters: Any) -> dict[str, Any]:
        """Run a deployment and wait for its end; returns the state: type, name, message."""
        status, run = self.submit(deployment, parameters=parameters)
        assert status in (200, 201), run
        return self.ended(run["id"], seconds)

    def ended(self, run: str, seconds: float = 180) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.ask(f"flow_runs/{run}", method="GET")[1]["state"]
            if state["type"] in FINAL:
                return state | {"run": run}
            time.sleep(0.5)
        raise AssertionError(f"run {run} did not end: {state}\n{self.log.read_text()[-3000:]}")

    def lines(self, run: str, seconds: float = 60) -> list[tuple[int, str]]:
        """Return the log of a run that has ended: level and text. What is under way to the server is waited for."""
        wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC", "limit": 200}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.ask("logs/filter", wanted)[1]
            own = [one["message"] for one in found if not one["task_run_id"]]
            if any(text.startswith("Finished in state") for text in own):
                return [(one["level"], one["message"]) for one in found]
            time.sleep(0.5)
        raise AssertionError(f"the log of {run} has no end: {found}")

    def tasks(self, run: str) -> dict[str, dict[str, Any]]:
        """Return the states of a run's tasks by name."""
        found = self.ask("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})[1]
        return {one["name"]: one["state"] for one in found}

    def artifacts(self, key: str) -> list[str]:
        """Return the texts of the artifacts of this key, newest first."""
        asked = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
        return [str(one["data"]) for one in self.ask("artifacts/filter", asked)[1]]
