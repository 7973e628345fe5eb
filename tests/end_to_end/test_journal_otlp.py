"""`hervat journal export --otlp`: the lines of the logboek as spans in a collector. All made up."""

import json
import socket
import subprocess
import sys
import tracemalloc

import pytest

from hervat.accountability import CollectorError, LogboekCollector
from hervat.accountability.logboek import _handed
from tests.support.collector import collecting
from tests.support.town import FAMILY, Town, made_up_bsn, row

FIRST, SECOND = made_up_bsn(91), made_up_bsn(92)
EXPORTED = "journal exported"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town") / "gemeente")
    town.offer("20220112", *(row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (FIRST, SECOND)))
    town.night("2022-01-12", status=None)
    return town


@pytest.fixture
def collector(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "3")
    with collecting() as collector:
        yield collector


def export(town, *more, status=0):
    return town.json("journal", "export", *more, status=status)


def journalled(town):
    return town.json("journal", "list", "--action", EXPORTED, status=0)["lines"]


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_each_line_of_the_file_is_a_span_with_the_same_ids_name_status_times_and_attributes(town, collector):
    out = town.directory / "both.jsonl"
    told = export(town, "--out", str(out), "--otlp", collector.url)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert collector.as_lines() == lines
    assert {"run ended", "step ended", "loaded"} <= {line["name"] for line in lines}
    assert any("dpl.core.data_subject_id" in line["attributes"] for line in lines)
    (counts,) = told["municipalities"]
    assert told["sent"] == len(lines) == counts["lines"] + counts["persons"] and counts["persons"] >= 2
    assert told["otlp"] == collector.url.removeprefix("http://") and told["file"] == str(out)
    raw = b"".join(span.SerializeToString() for _, span in collector.spans)
    assert FIRST.encode() not in raw and SECOND.encode() not in raw
    assert {path for path, *_ in collector.requests} == {"/v1/traces"}


def test_it_is_sent_without_a_file_with_the_token_and_journalled_as_that_to_a_file_is(town, collector, monkeypatch):
    monkeypatch.setenv("COLLECTOR_TOKEN", "s3cret")
    before = len(journalled(town))
    result = town.hervat("journal", "export", "--otlp", f"{collector.url}/own/path", "--token-env", "COLLECTOR_TOKEN")
    assert result.exit_code == 0, result.output
    host = collector.url.removeprefix("http://")
    assert f"sent to {host}: {len(collector.spans)} lines; the counts agree with the journal" in result.stdout
    ((path, headers, _),) = collector.requests
    assert (path, headers["authorization"]) == ("/own/path", "Bearer s3cret")
    assert "s3cret" not in result.output
    *_, line = journalled(town)
    assert len(journalled(town)) == before + 1 and line["result"].endswith(f"form logboek 1.0.0, by OTLP to {host}")
    assert EXPORTED not in {span.name for _, span in collector.spans}
    assert town.json("verify", status=0)["wrong"] == []


def test_a_503_is_tried_again_and_nothing_goes_twice_or_to_the_terminal(town, collector):
    collector.answers = [503]
    result = town.hervat("journal", "export", "--otlp", collector.url)
    assert result.exit_code == 0 and len(collector.requests) == 2
    ids = [span.span_id for _, span in collector.spans]
    assert len(ids) == len(set(ids)) > 0
    assert "secret-of-collector" not in result.output and "503" not in result.output


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (401, "it was refused (401): it wants a token: give --token-env"),
        (404, "it was refused (404): there is no such address"),
        (400, "it was refused (400): ask its keeper why"),
        (302, "it sends on to another address (302), which is not followed"),
    ],
)
def test_a_refusal_is_an_error_that_says_what_to_do_and_how_many_were_sent(town, collector, answer, told):
    collector.answers = [answer]
    before, out = len(journalled(town)), town.directory / f"refused-{answer}.jsonl"
    (error,) = export(town, "--otlp", collector.url, "--out", str(out), status=3)["errors"]
    assert told in error and "; 0 lines were sent" in error and "secret" not in error
    assert not out.exists() and len(journalled(town)) == before and len(collector.requests) == 1


def test_a_part_that_is_refused_and_a_page_that_is_no_collector_are_no_success(town, collector):
    collector.reject = 3
    (error,) = export(town, "--otlp", collector.url, status=3)["errors"]
    taken = len(collector.spans) - 3
    assert f"it refused 3 lines of a batch; ask its keeper why; {taken} lines were sent" in error
    assert journalled(town)[-1]["result"].startswith(f"failed: {taken} lines were sent before it, form logboek")
    collector.kind, collector.body = "text/html", b"<p>log in</p>"
    (error,) = export(town, "--otlp", collector.url, status=3)["errors"]
    assert "it answers (200), but not as a collector of OTLP does" in error


def test_who_can_not_be_reached_is_an_error(town, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5")
    host = f"127.0.0.1:{closed_port()}"
    result = town.hervat("journal", "export", "--otlp", f"http://{host}")
    assert result.exit_code == 3 and "0 lines were sent" in result.output
    assert f"{host}: it can't be reached" in result.output.replace("\n", " ") and "Connection" not in result.output


def test_what_was_sent_before_a_refusal_is_counted_and_journalled(town, collector, monkeypatch):
    monkeypatch.setattr("hervat.accountability.logboek._TO_A_TARGET", 5)
    collector.answers = [200, 200, 403]
    (error,) = export(town, "--otlp", collector.url, status=3)["errors"]
    assert "; 10 lines were sent" in error and len(collector.spans) == 10
    assert journalled(town)[-1]["result"].startswith("failed: 10 lines were sent before it")
    whole = export(town, "--otlp", collector.url)["sent"]
    assert len(collector.spans) == 10 + whole and len({span.span_id for _, span in collector.spans}) == whole
    assert town.json("verify", status=0)["wrong"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give --out FILE, --otlp URL, or both"),
        (("--token-env", "T"), "--token-env belongs to --otlp"),
        (("--otlp", "http://collector.example/v1/traces"), "http is for this machine (localhost) alone"),
        (("--otlp", "https://u:p@collector.example"), "leave out what is before @"),
        (("--otlp", "collector.example"), "this is not a valid address"),
        (("--otlp", "https://collector.example", "--token-env", "NOT_SET_AT_ALL"), "holds no token; export it first"),
    ],
)
def test_a_call_that_is_wrong_sends_nothing(town, arguments, told):
    assert told.lower() in export(town, *arguments, status=2)["errors"][0].lower()


def test_without_the_extra_it_says_what_to_install_and_makes_no_file(town, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    out = town.directory / "without.jsonl"
    (error,) = export(town, "--otlp", "http://localhost:4318", "--out", str(out), status=2)["errors"]
    assert error.endswith("which is not installed: pip install 'hervat[otlp]'") and not out.exists()


def line(number):
    return {
        "trace_id": f"{number + 1:032x}", "span_id": f"{number + 1:016x}", "status": "Ok", "name": "loaded",
        "start_time": 1, "end_time": 2, "resource": {"attributes": {"service.name": "hervat"}},
        "attributes": {"dpl.core.processing_activity_id": "urn:uuid:0"},
    }  # fmt: skip


def test_many_lines_pass_some_at_a_time(collector):
    collector.took = lambda message: None
    target, peaks = LogboekCollector(collector.url), []
    assert _handed("0000", ((line(number), False) for number in range(500)), [target]) == 0
    for count in (500, 6000):
        tracemalloc.start()
        assert _handed("0000", ((line(number), True) for number in range(count)), [target]) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    target.close()
    assert target.held() == 7000 and peaks[1] < 1.5 * peaks[0]


def test_over_https_an_authority_of_their_own_is_named_in_the_environment(town, monkeypatch, tmp_path):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5")
    with collecting(tmp_path) as collector:
        (error,) = export(town, "--otlp", collector.url, status=3)["errors"]
        assert "no TLS came about" in error and not collector.spans
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "10")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-scope-orgid=gemeente")
        assert export(town, "--otlp", collector.url)["sent"] == len(collector.spans) > 0
        assert collector.requests[0][1]["x-scope-orgid"] == "gemeente"


def test_a_proxy_and_a_netrc_of_the_machine_change_nothing_of_what_goes_to_this_machine(
    collector, monkeypatch, tmp_path
):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other")
    for name, value in (
        ("NETRC", str(tmp_path / "netrc")),
        ("http_proxy", f"http://127.0.0.1:{closed_port()}"),
        ("T", "t"),
    ):
        monkeypatch.setenv(name, value)
    target = LogboekCollector(collector.url, "T")
    target.write("0000", [line(1)])
    target.close()
    assert collector.requests[0][1]["authorization"] == "Bearer t"


def test_the_exporter_is_imported_for_otlp_alone():
    loaded = "[name for name in sys.modules if name.startswith(('opentelemetry.exporter', 'opentelemetry.sdk'))]"
    code = f"import sys, hervat.accountability, hervat.cli.accountability.journal; sys.exit(len({loaded}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_503_that_stays_may_pass_and_a_refusal_does_not(collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5")
    for answers, passing in (([503] * 9, True), ([400], False)):
        collector.answers = answers
        target = LogboekCollector(collector.url)
        with pytest.raises(CollectorError) as raised:
            target.write("0000", [line(1)])
        target.close()
        assert raised.value.passing is passing and target.held() == 0
