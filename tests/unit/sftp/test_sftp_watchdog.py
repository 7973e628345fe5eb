"""The watchdog: it ends what does not move, and nothing else."""

import threading
import time

from hervat.sftp.watchdog import Watchdog


def test_it_closes_an_operation_that_takes_too_long():
    closed = threading.Event()
    with Watchdog(closed.set, 0.2) as watchdog, watchdog.operation():
        assert closed.wait(60)


def test_it_leaves_alone_what_moves_and_what_is_idle():
    closed = threading.Event()
    with Watchdog(closed.set, 1.5) as watchdog:
        with watchdog.operation():
            for _ in range(10):
                time.sleep(0.25)
                watchdog.beat()
        time.sleep(2)
    assert not closed.is_set()
