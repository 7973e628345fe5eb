"""The watchdog: it ends what does not move, and nothing else."""

import threading
import time
from types import SimpleNamespace

from hervat.sftp import watchdog as module
from hervat.sftp.watchdog import Watchdog


def test_it_closes_an_operation_that_takes_too_long():
    closed = threading.Event()
    with Watchdog(closed.set, 0.2) as watchdog, watchdog.operation():
        assert closed.wait(60)


def test_it_leaves_alone_what_moves_and_what_is_idle(monkeypatch):
    now, closed = [0.0], threading.Event()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    with Watchdog(closed.set, 0.04) as watchdog:  # it looks every 10 ms
        with watchdog.operation():
            for _ in range(10):
                now[0] += 0.03
                time.sleep(0.03)
                watchdog.beat()
        now[0] += 3600
        time.sleep(0.1)
        assert not closed.is_set()
        with watchdog.operation():
            now[0] += 0.05
            assert closed.wait(60)
