"""A signal in the moment in which a process is started comes after it, and comes."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from hervat.prefect_server import uninterrupted


def test_a_signal_comes_when_the_block_has_ended():
    done = []
    with pytest.raises(KeyboardInterrupt):
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("all of it")
        done.append("never")
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_a_signal_nothing_is_raised_and_a_child_can_be_stopped():
    with uninterrupted():
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    child.terminate()
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGTERM


def test_in_another_thread_it_does_nothing():
    seen = []

    def start():
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
