"""Notices over real channels: OpenSSH, the demo's server, folders; and on PostgreSQL. All persons are made up."""

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from hervat.demo.embedded import EmbeddedServer
from hervat.notices import capture, check, notify
from hervat.notices.channels import Courier, deliver
from hervat.notices.receipts import answers as confirmations
from hervat.settings import Channel
from tests.support.notice_world import NoticeWorld, made_up_bsn, opened
from tests.support.sshd import Sshd

DAY, NEXT = date(2022, 3, 1), date(2022, 3, 2)
NUMBER = "0000-20220301-0001"


@contextmanager
def openssh(root: Path):
    with Sshd(root) as server:
        yield server, root / "taalschool"


@contextmanager
def embedded(root: Path):
    with EmbeddedServer(root, root.parent / "keys") as server:
        yield server, Path("/taalschool")


SERVERS = pytest.mark.parametrize("kind", [openssh, embedded])


def sftp(server, directory):
    return {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "key": str(server.user_key),
        "known_hosts": str(server.known_hosts),
        "directory": str(directory),
        "timeout_seconds": 10,
    }


def party(server, directory):
    channel = {"sftp": sftp(server, directory)}
    return {"name": "taalschool", "identifier": "bsn", "certificate": "taalschool.pem", "channel": channel}


@SERVERS
def test_a_notice_goes_over_sftp_and_its_confirmation_comes_back(tmp_path, kind):
    root, bsn = tmp_path / "server", made_up_bsn(1)
    (root / "taalschool").mkdir(parents=True)
    with kind(root) as (server, directory):
        world = NoticeWorld(tmp_path / "gemeente", {"parties": [party(server, directory)]})
        assert check(world.municipality) == []
        world.corrected(bsn)
        world.disclose(bsn, "taalschool")
        night = world.night(DAY)
        capture(night)
        assert notify(night)["notices"] == {
            "hold": 0,
            "correction": 1,
            "withdrawal": 0,
            "ended": 0,
            "resume": 0,
            "unconfirmed": 1,
        }
        letters = [f"{NUMBER}-correction{form}" for form in ("-bijlage.pdf", ".html", ".pdf")]
        file, *beside = sorted((root / "taalschool").iterdir(), key=lambda path: path.suffix != ".p7m")
        assert sorted(path.name for path in beside) == letters
        assert file.name == f"{NUMBER}-correction.json.p7m"
        notice = json.loads(opened(file.read_bytes(), world.folder / "taalschool.key"))
        assert notice["persons"] == [{"bsn": bsn}]
        folder = root / "taalschool" / "confirmations"
        folder.mkdir()
        (folder / "one.json").write_text(json.dumps({"number": NUMBER, "status": "done", "day": "2022-03-02"}))
        (folder / "large.json").write_text(" " * 70_000)
        night = world.night(NEXT)
        assert notify(night)["notices"]["unconfirmed"] == 0
        assert "1 garbage" in night.attention[0]
        assert [notice.done_on for notice in world.notices()] == [date(2022, 3, 2)]


def test_a_server_that_is_gone_keeps_the_notice_and_holds_up_nobody(tmp_path):
    root, bsn = tmp_path / "server", made_up_bsn(1)
    (root / "taalschool").mkdir(parents=True)
    with EmbeddedServer(root, tmp_path / "keys") as server:
        parties = [
            party(server, "/taalschool"),
            {"name": "welzijn", "channel": {"folder": "out/welzijn"}},
        ]
        world = NoticeWorld(tmp_path / "gemeente", {"parties": parties})
        world.corrected(bsn)
    for name in ("taalschool", "welzijn"):
        world.disclose(bsn, name, "K1")
    night = world.night(DAY)
    capture(night)
    assert notify(night)["notices"]["correction"] == 2
    assert len(night.errors) == 1
    assert night.errors[0].startswith("party taalschool: 1 notice(s) were not delivered: 127.0.0.1: the connection")
    assert len(world.files("welzijn")) == 1
    assert [(n.party, n.status, n.attempts) for n in world.notices()] == [
        ("taalschool", "due", 1),
        ("welzijn", "sent", 1),
    ]
    assert len(check(world.municipality)) == 1


def test_a_folder_gets_the_file_whole_and_a_second_time_is_harmless(tmp_path):
    channel = Channel(folder=tmp_path / "deep" / "out")
    for _ in range(2):
        deliver(channel, "one.json", b"content")
    (tmp_path / "deep" / "out" / "one.json").write_bytes(b"cont")
    deliver(channel, "one.json", b"content")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "deep" / "out").iterdir()] == [
        ("one.json", b"content")
    ]
    assert confirmations(channel) == []


def test_files_for_a_party_share_a_connection_and_a_lost_one_is_replaced(tmp_path):
    root = tmp_path / "server"
    (root / "taalschool").mkdir(parents=True)
    with openssh(root) as (server, directory):
        with Courier(Channel.model_validate({"sftp": sftp(server, directory)})) as courier:
            for name in ("1.json", "2.json"):
                courier.deliver(name, b"content")
            assert server.log.read_text().count("Accepted publickey") == 1
            courier._client.__exit__(None, None, None)  # as a server that ends it
            courier.deliver("3.json", b"content")
            assert server.log.read_text().count("Accepted publickey") == 2
        assert sorted(path.name for path in directory.iterdir()) == ["1.json", "2.json", "3.json"]


@SERVERS
def test_where_there_is_no_folder_of_confirmations_there_are_none(tmp_path, kind):
    root = tmp_path / "server"
    (root / "taalschool").mkdir(parents=True)
    with kind(root) as (server, directory):
        assert confirmations(Channel.model_validate({"sftp": sftp(server, directory)})) == []


def test_it_all_works_on_postgresql_too(tmp_path, postgres_cluster):
    bsn, other = made_up_bsn(1), made_up_bsn(2)
    local = postgres_cluster.create()
    engine = create_engine(local, hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("create table v (bsn bigint, partij text, kenmerk int, verstrekt_op timestamptz)"))
        connection.execute(
            text("insert into v values (:b, 'taalschool', 7, '2022-01-12 10:00+01'), (:c, 'welzijn', 8, null)"),
            {"b": int(bsn), "c": int(other)},
        )
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
    query = "select bsn, partij, kenmerk, verstrekt_op from v where partij not like '%onbekend%' and bsn::text <> ''"
    more = {
        "more_systems": [{"name": "pg", "database": local, "footprint": footprint}],
        "disclosures": [{"system": "pg", "query": query}],
    }
    world = NoticeWorld(tmp_path, more, register_url=postgres_cluster.create())
    world.wrong(bsn)
    world.corrected(other)
    for day, made in ((DAY, 1), (NEXT, 0)):
        night = world.night(day)
        assert capture(night)["disclosures"]["new"] == 2 * made
        counts = notify(night)["notices"]
        assert (counts["hold"], counts["correction"], counts["unconfirmed"]) == (made, made, 2)
        assert night.errors == []
    assert world.read("welzijn")[0]["persons"] == [{"reference": "8"}]
    deleting = {"disclosures": [{"system": "pg", "query": "delete from v returning *"}]}
    night = NoticeWorld(tmp_path, {**more, **deleting}, register_url=world.register_url).night(NEXT)
    capture(night)
    assert night.handover.uncaptured == {"pg"}
    assert bsn not in str(night.errors)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from v")) == 2
    engine.dispose()
