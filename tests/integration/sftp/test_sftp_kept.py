"""A connection laid aside within a night: who takes it, and when it ends."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hervat.sftp import SftpClient, SftpError, kept, logins_kept, places


class Places:
    """Counts the places at the server that were taken, and that are still held."""

    def __init__(self) -> None:
        self.taken = self.held = 0

    @contextmanager
    def at(self, _server: str) -> Iterator[None]:
        self.taken, self.held = self.taken + 1, self.held + 1
        try:
            yield
        finally:
            self.held -= 1


@pytest.fixture
def counted() -> Iterator[Places]:
    found = Places()
    with places(found.at):
        yield found


def listed(served, **changes):
    with SftpClient(served.pickup(**changes)) as client:
        return [file.name for file in client.listing(served.remote)]


def test_one_log_in_serves_all_directories_of_a_night(served, counted):
    served.write("PIB_a.csv", b"abc")
    with logins_kept():
        assert listed(served) == listed(served, directory="elsewhere") == ["PIB_a.csv"]
        assert (counted.taken, counted.held) == (1, 1)
    assert counted.held == 0


def test_another_log_in_has_a_connection_of_its_own(served, counted):
    with logins_kept():
        listed(served)
        listed(served, timeout_seconds=7)
        assert counted.taken == 2


def test_without_a_night_nothing_is_kept(served, counted):
    listed(served)
    assert (counted.taken, counted.held) == (1, 0)


def test_after_an_error_nobody_gets_the_connection(served, counted):
    with logins_kept():
        with SftpClient(served.pickup()) as client, pytest.raises(SftpError):
            client.listing(f"{served.remote}/nowhere")
        assert counted.held == 0
        with pytest.raises(ValueError), SftpClient(served.pickup()):
            raise ValueError
        assert counted.held == 0


def test_its_place_is_soon_free_for_others(served, counted, monkeypatch):
    monkeypatch.setattr(kept, "IDLE", 0.05)
    with logins_kept():
        listed(served)
        until = time.monotonic() + 10
        while counted.held and time.monotonic() < until:
            time.sleep(0.01)
        assert counted.held == 0
        listed(served)
        assert counted.taken == 2


def test_one_that_was_cut_meanwhile_is_replaced(served, counted):
    with logins_kept():
        with SftpClient(served.pickup()) as client:
            cut = client._session
        cut._cut()
        assert listed(served) == []
        assert counted.taken == 2


def test_one_of_which_the_server_ended_sftp_or_all_is_replaced(started, counted):
    """The process of SFTP alone ends, or all that serve the log-in: the next use hears it at once, or not yet."""
    served = started("openssh")
    with logins_kept():
        for whole, seconds in ((False, 0.3), (False, 0.0), (True, 0.3), (True, 0.0)):
            listed(served)
            before, serving = counted.taken, [*_under(served.server.pid)]
            for pid in serving if whole else serving[-1:]:
                os.kill(pid, signal.SIGKILL)
            time.sleep(seconds)
            listed(served)
            assert (counted.taken, counted.held) == (before + 1, 1), (whole, seconds)


def _under(pid):
    """Yield the processes under this one, the last first begun by the one before it."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(child)
        yield from _under(int(child))


def test_a_server_that_is_silent_gives_way_to_a_new_log_in(started, counted):
    served = started("openssh")
    with logins_kept():
        listed(served, timeout_seconds=1)
        stopped = [*_under(served.server.pid)]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            assert listed(served, timeout_seconds=1) == [] and counted.taken == 2
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGKILL)


def test_two_at_once_do_not_share_one(served, counted):
    with logins_kept():
        with SftpClient(served.pickup()) as first, SftpClient(served.pickup()) as second:
            assert first._sftp is not second._sftp
        assert counted.held == 1  # one of a log-in is enough


def test_a_night_beside_it_keeps_what_lies_idle(served, counted):
    ended = threading.Event()

    def other() -> None:
        with logins_kept():
            ended.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    with logins_kept():
        listed(served)
    assert counted.held == 1
    ended.set()
    thread.join()
    assert counted.held == 0


def test_another_log_in_takes_the_place_of_what_lies_idle_at_its_server(served, counted):
    with logins_kept():
        listed(served)
        with SftpClient(served.pickup(timeout_seconds=7)):
            assert (counted.taken, counted.held) == (2, 1)
