"""Nights side by side: processes that import everything once and take one municipality after the other."""

import gc
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir
from queue import Queue
from types import TracebackType
from typing import Any, Self

from hervat.acting import doing
from hervat.closing import closing_all
from hervat.errors import redacted
from hervat.sftp import logins_kept
from hervat.tasks.installation import Installation
from hervat.tasks.nights import AskedNight, Ended, Log, conduct
from hervat.tasks.run import FAILED, NightOutcome
from hervat.today import today

_PRELOADED = [
    "hervat.tasks.processes",
    "hervat.expectations.rows",
    "hervat.expectations.downloads",
    "hervat.report",
    "hervat.notices",
]
"""Imported once, in a process that does nothing else; workers are forks of it. Great Expectations takes seconds."""

_LONGEST = 60  # characters of a temporary folder
_BETWEEN = 300_000  # objects between two collections of garbage: a night has little of it


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


class Processes:
    """Context manager: so many processes, each at work for one municipality at a time; for threads of this process.

    A process that is killed costs the night that it was at work for; another takes its place.
    """

    def __init__(self, asked: AskedNight, jobs: int) -> None:
        self._asked, self._idle, self._ended = asked, Queue["_Worker"](), False
        _start_fork_server(jobs)
        self._workers = [_Worker(asked) for _ in range(jobs)]

    def __enter__(self) -> Self:
        for worker in self._workers:
            self._idle.put(worker)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        for worker in self._workers:
            worker.end(at_once=kind is not None)

    def conduct(self, code: str, log: Log) -> Ended:
        """Run a municipality's night in the first process that is free; return how it ended."""
        worker = self._idle.get()
        if self._ended:
            self._idle.put(worker)
            return Ended(code, today(), NightOutcome({}, FAILED, [f"{code}: the run was stopped before its night"]))
        try:
            return worker.conduct(code, log)
        finally:
            if not worker.process.is_alive() and not self._ended:
                self._workers.remove(worker)
                worker = _Worker(self._asked)
                self._workers.append(worker)
            self._idle.put(worker)


def _start_fork_server(jobs: int) -> None:
    """Start the process that imports, deaf to Ctrl-C: that is for this one, which then ends the others.

    The cores are for the processes: where each has one, Polars' threads would only wait for each other.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", str(max(1, cores() // jobs)))
    _with_short_sockets()
    get_context("forkserver").set_forkserver_preload(_PRELOADED)
    resource_tracker.ensure_running()  # what it starts is deaf of itself, and then it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _with_short_sockets() -> None:
    """Let the sockets of the fork server lie where their paths fit: 108 characters are the most, and it adds 40."""
    if len(tempfile.gettempdir()) > _LONGEST and os.access("/tmp", os.W_OK):  # noqa: S108 - a private folder is made in it
        before, tempfile.tempdir = tempfile.tempdir, "/tmp"  # noqa: S108
        get_temp_dir()  # it is made once a process
        tempfile.tempdir = before


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait for what is done here: a process that was told half of its work dies with a word of Python.

    Python interrupts the main thread alone.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    came = list[int]()
    signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    for number in came[:1]:
        signal.raise_signal(number)


class _Worker:
    """A process of this run."""

    def __init__(self, asked: AskedNight) -> None:
        context = get_context("forkserver")
        self._pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(asked, theirs), daemon=True)
        with _interrupts_wait():
            self.process.start()
        theirs.close()

    def conduct(self, code: str, log: Log) -> Ended:
        """Let it run a night; return how it ended, also when the process did."""
        try:
            self._pipe.send(code)
            while isinstance(told := self._pipe.recv(), str):
                log(told)
        except (EOFError, OSError):
            self.process.join()
            why = f"{code}: its process ended (exit status {self.process.exitcode}); the next run continues it"
            return Ended(code, today(), NightOutcome({}, FAILED, [why]))
        ended: Ended = told
        return ended

    def end(self, at_once: bool) -> None:
        """End it. at_once: also in the middle of a night, which is then one that was killed."""
        self._pipe.close()
        if at_once:
            self.process.terminate()
        self.process.join()


def _work(asked: AskedNight, pipe: "Connection[Any, Any]") -> None:
    """Run nights for as long as the other end asks for them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which then ends its processes
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()  # what was imported stays, and is shared with the other processes
    gc.set_threshold(_BETWEEN)
    with closing_all(), logins_kept():  # gemeenten of one supplier often have one log-in
        _nights(asked, pipe)


def _nights(asked: AskedNight, pipe: "Connection[Any, Any]") -> None:
    installation: Installation | None = None
    while True:
        try:
            code: str = pipe.recv()
        except EOFError:
            return
        try:
            installation = installation or Installation(asked.directory, partly=True)
            (municipality,) = installation.municipalities(code)
            with doing(asked.command):
                ended = conduct(installation, municipality, asked, pipe.send).portable()
        except Exception as error:  # noqa: BLE001 - the other municipalities have their nights
            ended = Ended(code, asked.day or today(), NightOutcome({}, FAILED, [f"{code}: {redacted(error)}"]))
        pipe.send(ended)


def _end_with_parent() -> None:
    """End this process when the run is killed: what it did is as after any kill, and another run may begin."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
