"""Nights side by side: processes that import everything once and take one municipality after the other."""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from hervat.errors import redacted
from hervat.today import today
from tasks.installation import Installation
from tasks.nights import Asked, Ended, Say, conduct
from tasks.run import FAILED, NightOutcome

_PRELOADED = ["tasks.processes", "expectations.rows", "expectations.downloads", "hervat.report", "hervat.notices"]
"""Imported once, in a process that does nothing else; workers are forks of it. Great Expectations takes seconds."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


class _Worker:
    """A process of this run, and the municipality that it is at work for."""

    def __init__(self, asked: Asked, lines: bool) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        self.pipe, theirs = context.Pipe()
        self.code = ""
        self.process: BaseProcess = context.Process(target=_work, args=(asked, theirs, lines), daemon=True)
        self.process.start()
        theirs.close()

    def give(self, code: str) -> None:
        """Let it run the night of a municipality."""
        self.code = code
        self.pipe.send(code)

    def end(self) -> None:
        """End it; a night at work in it is one that was killed, and the next run continues it."""
        self.pipe.close()
        self.process.terminate()
        self.process.join()


def side_by_side(asked: Asked, codes: Sequence[str], jobs: int, say: Say, lines: bool = True) -> Iterator[Ended]:
    """Run the nights in `jobs` processes; yield how each ended, as it ends. lines: each line of a night is said.

    A process that is killed costs the night that it was at work for; another takes its place.
    """
    left = deque(codes)
    workers = [_Worker(asked, lines) for _ in range(min(jobs, len(left)))]
    try:
        for worker in workers:
            worker.give(left.popleft())
        while busy := [worker for worker in workers if worker.code]:
            for pipe in wait([worker.pipe for worker in busy]):
                worker = next(one for one in busy if one.pipe is pipe)
                told = _heard(worker)
                if isinstance(told, str):
                    say(f"{worker.code}: {told}")
                    continue
                yield told
                if not worker.process.is_alive():
                    workers[workers.index(worker)] = worker = _Worker(asked, lines) if left else worker
                worker.code = ""
                if left:
                    worker.give(left.popleft())
    finally:
        for worker in workers:
            worker.end()


def _heard(worker: _Worker) -> str | Ended:
    """Return the next line or end of a worker's night; if the process is gone, the end of a killed night."""
    try:
        told: str | Ended = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join()
        why = f"{worker.code}: its process ended (exit status {worker.process.exitcode}); the next run continues it"
        return Ended(worker.code, today(), NightOutcome({}, FAILED, [why]))
    return told


def _work(asked: Asked, pipe: "Connection[Any, Any]", lines: bool) -> None:
    """Run nights for as long as the other end asks for them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which then ends its processes
    threading.Thread(target=_end_with_parent, daemon=True).start()
    installation: Installation | None = None

    def say(text: str) -> None:
        if lines:
            pipe.send(text)

    while True:
        try:
            code: str = pipe.recv()
        except EOFError:
            return
        try:
            installation = installation or Installation(asked.directory)
            (municipality,) = installation.municipalities(code)
            ended = conduct(installation, municipality, asked, say).light()
        except Exception as error:  # noqa: BLE001 - the other municipalities have their nights
            ended = Ended(code, asked.day or today(), NightOutcome({}, FAILED, [f"{code}: {redacted(error)}"]))
        pipe.send(ended)


def _end_with_parent() -> None:
    """End this process when the run is killed: what it did is as after any kill, and another run may begin."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
