"""The parts of the demo's world alive: nothing of it in a real installation, news once, ports, answers once."""

import socket
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from hervat.cli.setup.serving import company
from hervat.demo.embedded import EmbeddedServer, is_free, lasting_port
from hervat.demo.news import news
from hervat.demo.post_office import PostOffice
from hervat.demo.stage import Stage
from hervat.errors import HervatError, UsageError
from hervat.new_installation import write_installation
from hervat.settings import read_settings

TODAY = date(2026, 11, 29)


@pytest.fixture
def stage(tmp_path):
    """A demo that was built and of which nothing was played; its servers have stopped."""
    stage = Stage(tmp_path / "demo")
    stage.empty()
    with (
        EmbeddedServer(stage.sftp_root, stage.keys, lasting_port()) as ssh,
        PostOffice(stage.keys, stage.mailboxes, lasting_port()) as post,
    ):
        stage.build(ssh, post)
    return stage


def test_a_real_installation_has_no_company_and_imports_nothing_of_the_demo(tmp_path):
    write_installation(tmp_path / "real", {})
    script = f"""
import sys
from pathlib import Path
import hervat.cli.setup.serving
from hervat.cli.setup.serving import company
from hervat.settings import read_settings
with company(read_settings(Path({str(tmp_path / "real")!r})), print):
    print(sorted(name for name in sys.modules if name.startswith(("hervat.demo", "aiosmtpd"))))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_comes_alive_on_its_own_ports_with_its_own_keys_and_ends(stage):
    settings, said = read_settings(stage.directory), []
    kept = ("host_ed25519", "known_hosts", "mail-server.pem", "mail-server-key.pem")
    before = {name: (stage.keys / name).read_bytes() for name in kept}
    sftp = settings.municipalities[0].sources[0].sftp.port
    with company(settings, said.append):
        assert not is_free(sftp)
    assert is_free(sftp) and {name: (stage.keys / name).read_bytes() for name in kept} == before
    assert f"port {sftp}" in said[0] and "2 new downloads" in said[1]
    offered = {path.name for path in (stage.sftp_root / "pib").iterdir()}
    with company(settings, said.append):
        assert {path.name for path in (stage.sftp_root / "pib").iterdir()} == offered
    assert len(offered) == 2 and sum("new downloads" in text for text in said) == 1


def test_a_port_that_is_taken_is_an_error_with_the_mend(stage):
    settings = read_settings(stage.directory)
    with (
        socket.create_server(("127.0.0.1", settings.municipalities[0].sources[0].sftp.port)),
        pytest.raises(UsageError, match=r"the demo's SFTP server is taken .*; stop that, or: `hervat demo"),
        company(settings, print),
    ):
        pass


def test_a_mail_server_without_its_port_says_so_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        post = PostOffice(tmp_path / "keys", {}, taken.getsockname()[1])
        with pytest.raises(HervatError, match="its port may be in use"), post:
            pass


def test_what_the_parties_get_is_answered_once_with_the_day_it_is(stage):
    number = "0000-20261129-0001"
    (stage.buurthuis / f"{number}-hold.json").write_text(f'{{"number": "{number}"}}')
    assert stage_answers(stage) == [1, 0]
    answer = (stage.buurthuis / "confirmations" / f"{number}.json").read_text()
    assert '"refused"' in answer and f'"{TODAY}"' in answer


def stage_answers(stage):
    with PostOffice(stage.keys, stage.mailboxes) as post:
        stage.way_back(post)
        return [stage.confirmations(TODAY) for _ in range(2)]


def test_the_news_has_something_for_each_form():
    whole, cut = news(datetime(2026, 11, 29, 8, 0, tzinfo=UTC))
    assert (whole.name, cut.name) == ("PIB_Wi2021_0000_20261129_080000.csv", "PIB_Wi2021_0000_20261129_080500.csv")
    rows = [line.split(";") for line in whole.content.decode("utf-8-sig").splitlines()[1:]]
    assert sum(row[0] == "SS190" for row in rows) == 6 and sum(row[10] == "0363" for row in rows) == 1
    assert {row[2] for row in rows} == {"26-11-2026"} and not cut.content.endswith(b"\n")
