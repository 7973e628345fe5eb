"""Notices by mail over a real server (Exim, TLS), read by their recipient with openssl cms and openssl smime.

All persons are made up.
"""

import email
import json
import re
import subprocess
from datetime import date
from email import policy

import pytest

from hervat.errors import ConfigurationError
from hervat.notices import capture, check, notify, unwise
from hervat.notices import send as sending
from hervat.notices.mail import MailError, hand_over
from hervat.register.models.notices import DUE, FAILED, SENT
from hervat.settings import Mail
from tests.support.certificates import authority, issued
from tests.support.crippled_smtp import CrippledServer
from tests.support.exim import SECRET, Exim
from tests.support.notice_world import NoticeWorld, made_up_bsn

DAY, NEXT = date(2022, 3, 1), date(2022, 3, 2)
NUMBER = "0000-20220301-0001"
FROM, BSN = "inburgering@gemeente.test", made_up_bsn(1)


@pytest.fixture(scope="module")
def exim():
    with Exim() as server:
        yield server


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    """The gemeente's own certificate for mail, of an authority that the party trusts."""
    folder = tmp_path_factory.mktemp("signer")
    issued(folder, "gemeente", authority(folder, "mail-ca"), folder / "mail-ca.pem")
    return folder


def mail(server, to, **more):
    return {"host": server.host, "port": server.port, "sender": FROM, "to": f"{to}@party.test", **more}


def by(exim, to, **more):
    return mail(exim, to, ca_file=str(exim.ca), **more)


def town(place, *parties, bsn=BSN, **more):
    """A gemeente with these parties; each received the data of one wrongly registered person."""
    world = NoticeWorld(place, {"parties": list(parties), **more})
    world.corrected(bsn)
    for party in parties:
        world.disclose(bsn, party["name"], f"K-{party['name']}")
    return world


def school(channel, certificate="taalschool.pem"):
    more = {"certificate": certificate} if certificate else {}
    return {"name": "taalschool", "identifier": "bsn", "channel": {"mail": channel}, **more}


def play(world, day=DAY):
    night = world.night(day)
    capture(night)
    notify(night)
    return night


def openssl(*arguments, data):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=True).stdout


@pytest.mark.parametrize("tool", ["cms", "smime"])
def test_a_mail_is_signed_and_then_encrypted_as_openssl_reads_it(tmp_path, exim, signer, tool):
    sign = {"sign_certificate": str(signer / "gemeente.pem"), "sign_key": str(signer / "gemeente.key")}
    box = f"school-{tool}"
    world = town(tmp_path, school(by(exim, box, **sign)))
    assert check(world.municipality) == []
    night = play(world)
    assert night.errors == []
    (sent,) = exim.mails(box)
    assert BSN.encode() not in sent
    inner = openssl(
        tool,
        "-decrypt",
        "-inkey",
        world.folder / "taalschool.key",
        "-recip",
        world.folder / "taalschool.pem",
        data=sent,
    )
    clear = openssl(tool, "-verify", "-CAfile", signer / "mail-ca.pem", data=inner)
    parts = email.message_from_bytes(clear, policy=policy.default)
    assert [part.get_content_type() for part in parts.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
        "application/pdf", "application/pdf", "application/json",
    ]  # fmt: skip
    pdf, leaflet, data = parts.iter_attachments()
    names = [one.get_filename() for one in (pdf, leaflet, data)]
    assert names == [f"{NUMBER}-correction{form}" for form in (".pdf", "-bijlage.pdf", ".json")]
    assert pdf.get_content().startswith(b"%PDF-") and leaflet.get_content().startswith(b"%PDF-")
    assert json.loads(data.get_content())["persons"] == [{"bsn": BSN}]
    assert "Beantwoord" not in (text := parts.get_body(("plain",)).get_content())
    assert f"Antwoord op deze mail. Laat het nummer {NUMBER} in het onderwerp staan." in text
    changed = inner.replace(b"multipart/mixed", b"multipart/fixed", 1)
    with pytest.raises(subprocess.CalledProcessError):
        openssl(tool, "-verify", "-CAfile", signer / "mail-ca.pem", data=changed)


def test_the_head_holds_a_number_and_no_personal_data(tmp_path, exim):
    world = town(tmp_path, school(by(exim, "head")), name="Súdwest\r\nBcc: iedereen@elders.test")
    play(world)
    (sent,) = exim.mails("head")
    head = email.message_from_bytes(sent, policy=policy.default)
    assert head["Subject"] == f"Bericht {NUMBER} van gemeente Súdwest Bcc: iedereen@elders.test"
    assert (head["From"], head["To"], head["Bcc"], head["Auto-Submitted"]) == (
        FROM,
        "head@party.test",
        None,
        "auto-generated",
    )
    assert re.fullmatch(rf"<{NUMBER}\.[0-9a-f]{{24}}@gemeente\.test>", head["Message-ID"])
    assert [notice.message_id for notice in world.notices()] == [head["Message-ID"]]
    assert head.get_content_type() == "application/pkcs7-mime"
    assert head.get_param("smime-type") == "enveloped-data"
    assert BSN not in sent.decode("ascii") and "K-taalschool" not in sent.decode("ascii")


def test_without_a_certificate_no_bsn_leaves_by_mail(tmp_path, exim, signer):
    sign = {"sign_certificate": str(signer / "gemeente.pem"), "sign_key": str(signer / "gemeente.key")}
    world = town(tmp_path, school(by(exim, "plain", **sign), certificate=None))
    assert "it gets no BSN" in str(unwise(world.municipality))
    play(world)
    (sent,) = exim.mails("plain")
    parts = email.message_from_bytes(
        openssl("smime", "-verify", "-CAfile", signer / "mail-ca.pem", data=sent), policy=policy.default
    )
    for part in parts.walk():
        if not part.is_multipart():
            assert BSN.encode() not in part.get_payload(decode=True)
    *_, data = parts.iter_attachments()
    assert json.loads(data.get_content())["persons"] == [{"reference": "K-taalschool"}]


@pytest.mark.parametrize(
    ("to", "status", "code", "said"),
    [
        ("nobody", FAILED, "550 5.1.1", "there is no such address; correct `to`"),
        ("full", FAILED, "552 5.2.2", "that mailbox is full"),
        ("busy", DUE, None, "tried again in the next run"),
        ("members", FAILED, "550 5.7.1", "ask its keeper"),
    ],
)  # fmt: skip
def test_later_again_and_never_again_are_told_apart_and_hold_up_nobody_else(tmp_path, exim, to, status, code, said):
    other = {"name": "welzijn", "channel": {"folder": "out/welzijn"}}
    world = town(tmp_path, school(by(exim, to)), other)
    night = play(world)
    (error,) = night.errors
    assert error.startswith("party taalschool: 1 notice(s) were not delivered: localhost: ") and said in error
    assert SECRET not in error
    assert [(n.party, n.status, n.failure, n.attempts) for n in world.notices()] == [
        ("taalschool", status, code, 1), ("welzijn", SENT, None, 1),
    ]  # fmt: skip
    night = play(world, NEXT)
    mailed = world.notices()[0]
    assert mailed.attempts == (2 if status == DUE else 1)
    if status == FAILED:
        assert night.errors == []
        assert f"party taalschool: notice {NUMBER} did not arrive ({code}) and its later ones wait" in str(
            night.attention
        )


def test_a_later_notice_does_not_overtake_one_that_was_refused(tmp_path, exim):
    world = town(tmp_path, school(by(exim, "nobody")))
    play(world)
    second = made_up_bsn(2)
    world.corrected(second)
    world.disclose(second, "taalschool")
    play(world, NEXT)
    assert [(n.status, n.attempts) for n in world.notices()] == [(FAILED, 1), (DUE, 0)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ca_file": None}, "certificate is expired, for another name or of no known authority"),
        ({"host": "127.0.0.1"}, "certificate is expired, for another name or of no known authority"),
        ({"security": "tls"}, "no TLS came about"),
        ({"user": "gemeente", "password_env": "NO_SUCH"}, "the environment variable NO_SUCH (password_env) is empty"),
        ({"user": "gemeente", "password_env": "WRONG"}, "the server refuses (535)"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file can't be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_way_stays_due_and_is_said(exim, monkeypatch, more, said):
    monkeypatch.setenv("WRONG", "fout")
    with pytest.raises(MailError) as caught:
        hand_over(Mail.model_validate({**by(exim, "way"), **more}), b"From: a@b\r\n\r\nx\r\n")
    assert said in str(caught.value) and not caught.value.final
    assert "fout" not in str(caught.value)


def test_logging_in_and_tls_from_the_first_byte(exim, monkeypatch):
    monkeypatch.setenv("PASSWORD", "geheim")
    for more in ({}, {"security": "tls", "port": exim.tls_port}):
        given = by(exim, "members", user="gemeente", password_env="PASSWORD")
        hand_over(Mail.model_validate({**given, **more}), b"From: a@b\r\n\r\n.a line\r\n..b\r\n")
    assert [one.split(b"\r\n\r\n")[1] for one in exim.mails("members", 2)] == [b".a line\r\n..b\r\n"] * 2


def test_nothing_is_sent_to_a_server_that_offers_no_starttls():
    with CrippledServer() as server:
        with pytest.raises(MailError, match="offers no STARTTLS"):
            hand_over(Mail.model_validate({**mail(server, "x"), "host": "localhost"}), b"geheim")
        assert server.mails == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"security": "none", "host": "mail.elders.test"}, "for a relay on this machine"),
        ({"user": "x"}, "both user and password_env"),
        ({"sign_key": "x"}, "both sign_certificate and sign_key"),
        ({"to": "x@y\r\nBcc: z@z"}, "channel.mail.to"),
        ({"to": "geen adres"}, "channel.mail.to"),
        ({"security": "none", "host": "localhost", "user": "x", "password_env": "X"}, "never sent without TLS"),
        ({"pasword_env": "X"}, "did you mean password_env?"),
    ],
)  # fmt: skip
def test_a_wrong_mail_channel_is_refused(tmp_path, more, said):
    given = {"host": "mail.test", "sender": FROM, "to": "x@party.test", **more}
    with pytest.raises(ConfigurationError) as caught:
        NoticeWorld(tmp_path, {"parties": [school(given)]})
    assert said in str(caught.value)


def test_the_same_bytes_go_again_after_a_server_that_died_with_the_mail_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
    with CrippledServer("dies after DATA") as server:
        world = town(tmp_path, school(mail(server, "x", security="none")))
        night = play(world)
        assert "the connection was lost" in night.errors[0]
        assert [n.status for n in world.notices()] == [DUE]
        assert len(server.mails) == 2  # at once, and once more
        server.fault = ""
        assert play(world, NEXT).errors == []
        assert [n.status for n in world.notices()] == [SENT]
        assert play(world, NEXT).errors == []
    first, *again = server.mails
    assert again == [first, first]
    assert world.keyring.open(world.notices()[0].payload, "notice") == first


@pytest.mark.parametrize(
    ("fault", "status", "attempts"),
    [("dies in DATA", DUE, 2), ("4xx after DATA", DUE, 2), ("5xx after DATA", FAILED, 1), ("says 421", DUE, 2), ("silent", DUE, 2)],
)  # fmt: skip
def test_a_server_that_fails_keeps_the_notice(tmp_path, monkeypatch, fault, status, attempts):
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
    with CrippledServer(fault) as server:
        world = town(tmp_path, school(mail(server, "x", security="none", timeout_seconds=0.2)))
        for day in (DAY, NEXT):
            play(world, day)
    (notice,) = world.notices()
    assert (notice.status, notice.attempts, notice.sent_on) == (status, attempts, None)


@pytest.mark.parametrize("what", ["expired", "other key", "no key"])
def test_a_signer_that_can_not_sign_is_an_error_and_nothing_is_composed(tmp_path, exim, signer, what):
    from tests.support.notice_world import certificate

    path = signer / "gemeente.pem" if what != "expired" else certificate(tmp_path, "old", expired=True)
    key = {"expired": tmp_path / "old.key", "no key": path, "other key": tmp_path / "taalschool.key"}[what]
    world = town(tmp_path, school(by(exim, "never", sign_certificate=str(path), sign_key=str(key))))
    assert len(check(world.municipality)) == 1
    (error,) = play(world).errors
    assert error.startswith("party taalschool: no notice was composed: ")
    assert world.notices() == []
