"""What watches the runs on a real server: it reaches a real webhook, and a person's own choices stay."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hervat.today import today
from tests.end_to_end.test_serve import WRONG, a_town, shorten, until
from tests.support.serving import Serving


@pytest.fixture(scope="module")
def told():
    """A webhook on loopback; what it was told, as texts."""
    texts: list[str] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    texts_url = f"http://127.0.0.1:{server.server_port}/"
    yield texts, texts_url
    server.shutdown()


@pytest.fixture(scope="module")
def serving(tmp_path_factory, told):
    town = a_town(tmp_path_factory.mktemp("watched") / "town")
    path = town.directory / "hervat.yaml"
    path.write_text(f"alert: {{url: {told[1]}, on: [failed]}}\n{path.read_text()}")
    with Serving(town.directory) as serving:
        serving.town = town
        yield serving


def test_they_are_on_where_the_configuration_says_whither(serving):
    found = {one["name"]: one["enabled"] for one in serving.ask("automations/filter", {})[1]}
    assert found == dict.fromkeys(
        ["hervat: failed", "hervat: crashed", "hervat: late", "hervat: waits", "hervat: no night",
         "hervat: CBS deadline", "hervat: lost runs"], True
    )  # fmt: skip


def test_a_night_that_waits_or_fails_is_told_in_dutch_without_a_person(serving, told):
    assert serving.run("nightly")["name"] == "Waits"
    assert until(lambda: any("wacht iets op een mens" in text for text in told[0]), 120), told[0]
    serving.town.engine.dispose()
    (serving.town.directory / "local.db").rename(serving.town.directory / "weg.db")
    try:
        assert serving.run("nightly")["name"] == "Failed"
    finally:
        (serving.town.directory / "weg.db").rename(serving.town.directory / "local.db")
    assert until(lambda: any("er ging iets mis" in text for text in told[0]), 120), told[0]
    assert not any(WRONG in text for text in told[0])


def test_too_long_without_a_good_night_is_told(serving, told):
    shorten(serving, "hervat: no night", 10)
    assert until(lambda: any("geen goede nacht" in text for text in told[0]), 120), told[0]
    shorten(serving, "hervat: no night", 26 * 3600)


def test_a_run_that_does_not_begin_is_told(serving, told):
    """No worker takes it: the pool is paused, as after a machine that went down."""
    assert serving.ask("work_pools/hervat", {"is_paused": True}, "PATCH")[0] == 204
    run = serving.submit("nightly")[1]["id"]
    try:
        assert until(lambda: any("begint niet op tijd" in text for text in told[0]), 150), told[0]
    finally:
        assert serving.ask("work_pools/hervat", {"is_paused": False}, "PATCH")[0] == 204
    serving.ended(run)


def test_a_deadline_of_cbs_is_told(serving, told):
    """A night of today: the last quarter that ended is due, and nothing was delivered of it."""
    assert until(lambda: any("CBS" in text for text in told[0]), 90), (today(), told[0])
