"""ServerPlaces at a server are shared by all processes of an installation, on SQLite and PostgreSQL."""

import multiprocessing
from contextlib import ExitStack

import pytest

from hervat.register import Busy, Register, ServerPlaces


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/register.db"
    return request.getfixturevalue("postgres_url")


def _tries(url, pipe):
    """Try for a place in a process of its own, and tell whether there was one."""
    with ExitStack() as held:
        try:
            held.enter_context(ServerPlaces(Register(url), 2, 0).at("sftp.example:22"))
        except Busy as error:
            pipe.send(str(error))
        else:
            pipe.send("a place")


def in_another_process(url):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    other = context.Process(target=_tries, args=(url, theirs))
    other.start()
    told = ours.recv()
    other.join()
    return told


def test_the_last_place_is_the_last_for_every_process_and_a_server_apart(url):
    places = ServerPlaces(Register(url), 2, 0)
    with places.at("sftp.example:22"):
        assert in_another_process(url) == "a place"
        with places.at("sftp.example:22"):
            assert in_another_process(url) == "sftp.example:22: all 2 connections that may be open at once are in use"
            with pytest.raises(Busy), places.at("sftp.example:22"):
                pass
            with places.at("other.example:22"):
                pass
        with places.at("sftp.example:22"):
            pass
