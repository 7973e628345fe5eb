"""Each way of an alert against a real server or program: what comes over, and every way in which it can fail."""

import email
import socket
import sys
import time
from datetime import date
from email import policy

import pytest

from hervat.alerts import Finished, check, of_test, send, sending
from hervat.alerts.wording import of_run
from hervat.settings import Alert
from tests.support.crippled_smtp import CrippledServer
from tests.support.exim import SECRET, Exim
from tests.support.web import Web

FROM = "hervat@gemeente.test"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)


@pytest.fixture(scope="module")
def exim():
    with Exim() as server:
        yield server


def sent(**given):
    """Send the test message; return (what was said, errors)."""
    said: list[str] = []
    return said, send(Alert.model_validate({"timeout_seconds": 0.5, **given}), of_test(), said.append)


def failed(**given):
    """Send the test message, which fails one way; return that error."""
    said, errors = sent(**given)
    assert said == [] and len(errors) == 1
    return errors[0]


def by(exim, to, **more):
    server = {"host": exim.host, "port": exim.port, "sender": FROM, "to": f"{to}@party.test", "ca_file": exim.ca}
    return {"mail": {**server, **more}}


def program(folder, text):
    path = folder / "tell"
    path.write_text(
        f"#!{sys.executable}\nimport os, pathlib, sys, time\nhere = pathlib.Path(__file__).parent\n{text}\n"
    )
    path.chmod(0o755)
    return {"command": [str(path), "an argument; rm -rf $HOME"]}


# mail


def test_a_mail_over_starttls_with_a_login(exim, monkeypatch):
    monkeypatch.setenv("PASSWORD", "geheim")
    assert sent(**by(exim, "members", user="gemeente", password_env="PASSWORD")) == (["alert sent by mail: test"], [])
    (raw,) = exim.mails("members")
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert (mail["From"], mail["To"], mail["Subject"]) == (FROM, "members@party.test", "hervat: proefbericht")
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"].endswith("@gemeente.test>")
    assert mail.get_content().replace("\r\n", "\n").strip() == of_test().text.strip()


def test_a_name_of_a_gemeente_comes_over_as_it_is_written(exim):
    message = of_run([Finished("1900", "Súdwest-Fryslân", date(2022, 3, 25), 1, waiting=2)])
    assert send(Alert.model_validate(by(exim, "names")), message, lambda _text: None) == []
    (raw,) = exim.mails("names")
    assert raw.isascii()
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "hervat: bij gemeente Súdwest-Fryslân (1900) wacht werk op een mens"
    assert "Gemeente Súdwest-Fryslân (1900), nacht van 25 maart 2022:" in mail.get_content()


@pytest.mark.parametrize(
    ("to", "said"),
    [("nobody", "there is no such address; correct `to`"), ("full", "that mailbox is full"), ("busy", "451 4.7.1")],
)
def test_a_mail_that_is_refused(exim, to, said):
    error = failed(**by(exim, to))
    assert error.startswith("alert by mail: localhost: ") and said in error and SECRET not in error


@pytest.mark.parametrize(("fault", "tries"), [("says 421", None), ("4xx after DATA", None), ("dies after DATA", 2)])
def test_a_mail_server_that_fails_is_tried_once_more_where_that_may_help(fault, tries):
    with CrippledServer(fault) as server:
        mail = {"host": server.host, "port": server.port, "sender": FROM, "to": "x@party.test", "security": "none"}
        assert failed(mail=mail).startswith("alert by mail: ")
        assert tries is None or len(server.mails) == tries


def test_a_mail_server_that_hangs_does_not_hold_up():
    with CrippledServer("silent") as server:
        mail = {"host": server.host, "port": server.port, "sender": FROM, "to": "x@party.test", "security": "none"}
        began = time.monotonic()
        assert "no answer within the time-out" in failed(mail={**mail, "timeout_seconds": 0.2})
        assert time.monotonic() - began < 5


# url


def test_a_post_over_https_with_a_token(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "t0ken ")
    with Web(204, folder=tmp_path) as web:
        given = {"url": f"{web.url}/hook?room=1", "token_env": "TOKEN", "ca_file": str(web.ca)}
        assert sent(**given) == (["alert sent by url: test"], [])
        assert sent(**given, header="X-Key")[1] == []
    (path, headers, body), (_, other, _) = web.posts
    assert path == "/hook?room=1" and headers["Content-Type"].startswith("application/json")
    assert headers["Authorization"] == "Bearer t0ken"
    assert other["X-Key"] == "t0ken" and "Authorization" not in other
    assert (body["kind"], body["subject"]) == ("test", "hervat: proefbericht") and "Er is niets mis." in body["text"]


def test_a_redirect_is_not_followed(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "t0ken")
    for status in (301, 302, 303, 307, 308):
        with Web() as elsewhere, Web(status, elsewhere=f"{elsewhere.url}/x") as web:
            assert f"sends on to another address ({status})" in failed(url=web.url, token_env="TOKEN")
        assert len(web.posts) == 1 and elsewhere.posts == []


@pytest.mark.parametrize(
    ("answers", "tries", "said"),
    [([401], 1, "token_env"), ([403], 1, "token_env"), ([404], 1, "correct url"), ([418], 1, "ask its keeper"),
     ([500], 2, "(500)"), ([429], 2, "too many")],
)  # fmt: skip
def test_a_post_that_is_refused_says_why_and_repeats_neither_answer_nor_path(answers, tries, said):
    with Web(*answers) as web:
        error = failed(url=f"{web.url}/s3cr3t")
    assert said in error and len(web.posts) == tries
    assert error.startswith(f"alert by url: 127.0.0.1:{web.port}: ") and "s3cr3t" not in error and "geheim" not in error


def test_what_passes_is_tried_once_more(tmp_path):
    with Web(503, 200) as web:
        assert sent(url=web.url) == (["alert sent by url: test"], [])
    with Web("breaks off", 200) as web:
        assert sent(url=web.url)[1] == []


@pytest.mark.parametrize("how", ["hangs", "dribbles"])
def test_a_web_server_that_hangs_does_not_hold_up(how):
    with Web(how) as web:
        began = time.monotonic()
        error = failed(url=web.url)
        assert time.monotonic() - began < 20
    assert "no answer within" in error or "did not come to an end within" in error


def test_a_web_server_that_is_not_there_or_not_to_be_trusted(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "the connection was refused" in failed(url=f"http://127.0.0.1:{port}/")
    assert "it can't be reached" in failed(url="https://no-such-host.invalid/")
    with Web(200, folder=tmp_path) as web:
        assert "no known authority" in failed(url=web.url)
        wrong = web.url.replace("localhost", "127.0.0.1")
        assert "no known authority" in failed(url=wrong, ca_file=str(web.ca))
        assert "can't be read" in failed(url=web.url, ca_file=str(tmp_path / "none.pem"))
        assert web.posts == []
    with Web() as plain:
        assert "no TLS came about" in failed(url=plain.url.replace("http:", "https:"))


@pytest.mark.parametrize("token", ["", "  ", "a\nX-Evil: b", "één"])
def test_a_token_that_is_none_is_not_sent(monkeypatch, token):
    monkeypatch.setenv("TOKEN", token)
    with Web() as web:
        assert "TOKEN (token_env) holds no token" in failed(url=web.url, token_env="TOKEN")
    assert web.posts == []


def test_what_is_for_this_machine_takes_no_proxy(monkeypatch):
    with Web() as proxy, Web() as web:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        assert sent(url=web.url)[1] == []
    assert len(web.posts) == 1 and proxy.posts == []


# command


def test_a_program_gets_the_text_its_arguments_and_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("HERVAT_KEYS", "s3cr3t")
    text = "(here / 'got').write_text(repr((sys.stdin.read(), sys.argv[1:], dict(os.environ))))"
    assert sent(**program(tmp_path, text)) == (["alert sent by command: test"], [])
    read, arguments, environment = eval((tmp_path / "got").read_text())
    assert read == f"{of_test().subject}\n\n{of_test().text}" and arguments == ["an argument; rm -rf $HOME"]
    assert environment["HERVAT_ALERT"] == "test" and "PATH" in environment
    assert "s3cr3t" not in str(environment)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print('geheim'); sys.exit(1)", "tell ended with exit status 1"),
        ("os.kill(os.getpid(), 9)", "tell ended with signal 9"),
        ("time.sleep(60)", "tell did not end within timeout_seconds and was stopped"),
    ],
)
def test_a_program_that_fails_or_hangs(tmp_path, capfd, text, said):
    began = time.monotonic()
    assert said in failed(**program(tmp_path, text))
    assert time.monotonic() - began < 30 and "geheim" not in "".join(capfd.readouterr())


def test_a_program_that_hangs_is_killed_with_what_it_started(tmp_path):
    text = "if os.fork() == 0:\n    time.sleep(1.5)\n    (here / 'alive').touch()\ntime.sleep(60)"
    failed(**program(tmp_path, text))
    time.sleep(1.6)
    assert not (tmp_path / "alive").exists()


def test_a_program_that_does_not_read_is_no_failure(tmp_path):
    assert sent(**program(tmp_path, "sys.stdin.close()"))[1] == []


def test_what_is_no_program(tmp_path):
    path = tmp_path / "tell"
    assert "FileNotFoundError); give its whole path" in failed(command=[str(path)])
    path.write_text("echo no first line")
    assert "PermissionError); hervat's account" in failed(command=[str(path)])
    path.chmod(0o755)
    assert "#!/bin/sh" in failed(command=[str(path)])
    assert "can't be started (ValueError)" in failed(command=["true", "a\0b"])


# together


def test_one_way_that_is_shut_does_not_shut_the_others(tmp_path):
    with Web(500) as web:
        said, errors = sent(url=web.url, **program(tmp_path, "sys.stdin.read()"))
    assert said == ["alert sent by command: test"] and len(errors) == 1 and errors[0].startswith("alert by url: ")


def test_the_doctor_is_told_what_would_keep_an_alert_from_going(exim, monkeypatch):
    assert check(None) == ([], ["nobody is told when a night fails, waits or does not run: add `alert` to hervat.yaml"])
    assert check(Alert.model_validate({**by(exim, "members"), "command": ["cat"]})) == ([], [])
    wrong = by(exim, "members", host="127.0.0.1")
    given = {**wrong, "url": "https://a.test", "token_env": "NOT_SET", "command": ["/no/such"], "on": ["waits"]}
    failing, unwise = check(Alert.model_validate(given))
    assert [line.split(":")[0] for line in failing] == ["mail", "url", "command"]
    assert unwise == ["nobody is alerted of a failed night: add `failed` to `on`"]
