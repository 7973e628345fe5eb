"""Which sources share a server, and that lanes keep a connection and never more than four."""

import threading
import time

import pytest

from hervat.intake import connections
from hervat.settings import SftpPickup, Source
from hervat.sftp import SftpError

HOP = {"user": "u", "key": "/k", "known_hosts": "/h"}


def source(name, host, jump=None, **changes):
    hop = {"jump": {**HOP, "host": jump}} if jump else {}
    return Source(name=name, sftp=SftpPickup(**{**HOP, "host": host, **hop, **changes}))


def folder(name):
    return Source(name=name, folder={"directory": "/srv"})


def test_sources_that_share_a_server_or_a_jump_host_share_lanes():
    one = [source("a", "x"), source("b", "y"), source("c", "z", jump="y"), folder("d"), source("e", "x", port=2222)]
    groups = {frozenset(one.name for one in group) for group in connections.by_server(one)}
    assert groups == {frozenset("a"), frozenset("bc"), frozenset("d"), frozenset("e")}
    joined = connections.by_server([*one, source("f", "x", jump="y")])
    assert {frozenset(one.name for one in group) for group in joined} == {
        frozenset("abcf"),
        frozenset("d"),
        frozenset("e"),
    }


def test_the_same_log_ins_follow_each_other():
    many = [source(str(at), "x", user=f"u{at % 3}") for at in range(9)]
    (group,) = connections.by_server(many)
    users = [one.sftp.user for one in group]
    assert users == sorted(users)


def test_at_most_four_to_a_server_at_once_and_servers_beside_each_other():
    busy, most, lock = {"x": 0, "y": 0}, {"x": 0, "y": 0}, threading.Lock()
    four = {host: threading.Barrier(4) for host in "xy"}  # passed by four at a time, and never by fewer

    def visit(one, _connect):
        host = one.sftp.host
        with lock:
            busy[host] += 1
            most[host] = max(most[host], busy[host])
        four[host].wait(60)
        time.sleep(0.01)
        with lock:
            busy[host] -= 1
        return one.name

    given = [source(f"{host}{at}", host) for host in "xy" for at in range(20)]
    assert sorted(connections.side_by_side(given, visit)) == sorted(one.name for one in given)
    assert most == {"x": 4, "y": 4}


def test_what_one_connection_does_at_once_costs_no_second(monkeypatch):
    monkeypatch.setattr(connections, "_UNLESS_DONE", 60.0)
    given, begun = [source(str(at), "x") for at in range(9)], time.monotonic()
    lanes = set(connections.side_by_side(given, lambda one, connect: connect.__self__))
    assert len(lanes) == 1 and time.monotonic() - begun < 30


def test_what_a_visit_raises_ends_it_all():
    def visit(one, _connect):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(connections.side_by_side([folder(str(at)) for at in range(30)], visit))


@pytest.fixture
def opened(monkeypatch):
    made = []

    class Client:
        alive = True

        def __init__(self, server):
            self.server = server
            made.append(self)

        def __enter__(self):
            if self.server.user == "stranger":
                raise SftpError("refused")
            return self

        def __exit__(self, *_):
            self.alive = False

    monkeypatch.setattr(connections, "SftpClient", Client)
    return made


def test_a_connection_is_kept_for_the_same_log_in_alone(opened):
    with connections.Lane() as lane:
        for directory in ("/a", "/b"):
            with lane.connect(source("a", "x", directory=directory).sftp):
                pass
        assert len(opened) == 1
        with lane.connect(source("a", "x", user="other").sftp):
            assert not opened[0].alive
        with pytest.raises(ZeroDivisionError), lane.connect(source("a", "x", user="other").sftp):
            raise ZeroDivisionError
        assert not opened[1].alive, "nobody knows what is still under way on it"
        with lane.connect(source("a", "x", user="other").sftp) as client:
            client.alive = False
        with lane.connect(source("a", "x", user="other").sftp):
            pass
    assert len(opened) == 4
    assert not any(one.alive for one in opened)


def test_a_log_in_that_was_refused_is_not_tried_again(opened):
    with connections.Lane() as lane:
        for _ in range(3):
            with pytest.raises(SftpError, match="refused"), lane.connect(source("a", "x", user="stranger").sftp):
                pass
        with lane.connect(source("a", "x").sftp) as other:
            assert other.alive
    assert [one.server.user for one in opened] == ["stranger", "u"]
