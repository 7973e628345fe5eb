"""The demo's own mail server, as hervat's channel and a careless client meet it."""

import smtplib
import ssl

import pytest

from hervat.demo.post_office import PostOffice
from hervat.notices.mail import MailError, hand_over, reach
from hervat.settings import Mail

MAIL = b"From: a@gemeente.test\r\nSubject: Bericht 0000-20220301-0001 van\r\n\r\nhallo\r\n.punt\r\n"


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    place = tmp_path_factory.mktemp("post")
    with PostOffice(place / "keys", {"school@party.test": place / "box"}) as post:
        yield post


def by(post, **more):
    given = {"host": post.host, "port": post.port, "sender": "a@gemeente.test", "to": "school@party.test"}
    return Mail.model_validate({**given, "ca_file": post.certificate, **more})


def test_a_mail_is_kept_as_it_came_under_its_number_and_again_beside_it(post):
    box = post.certificate.parent.parent / "box"
    for _ in range(2):
        hand_over(by(post), MAIL)
    kept = {path.name: path.read_bytes() for path in box.iterdir()}
    assert kept == {"0000-20220301-0001.eml": MAIL, "0000-20220301-0001-2.eml": MAIL}
    assert key_mode(post) == 0o600


def key_mode(post):
    return (post.certificate.parent / "mail-server-key.pem").stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"to": "nobody@party.test"}, "there is no such address"),
        ({"ca_file": None}, "of no known authority"),
        ({"host": "localhost"}, "for another name"),
        ({"security": "none"}, "the server refuses|was refused"),
        ({"security": "tls"}, "no TLS came about"),
    ],
)  # fmt: skip
def test_who_it_does_not_know_and_who_does_not_know_it(post, more, said):
    with pytest.raises(MailError, match=said):
        hand_over(by(post, **more), MAIL)


def test_nothing_is_taken_without_tls_and_the_strict_check_passes(post):
    with smtplib.SMTP(post.host, post.port) as client:
        assert client.mail("a@b.test")[0] == 530
    context = ssl.create_default_context(cafile=post.certificate)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with smtplib.SMTP(post.host, post.port) as client:
        client.starttls(context=context)
        client.ehlo()
        assert client.mail("a@b.test")[0] == 250
    reach(by(post))
