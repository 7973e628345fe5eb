"""The ways in: keys with a passphrase, passwords, certified hosts, jump hosts; and algorithms that are not spoken."""

import subprocess
import time
from contextlib import closing

import pytest
from pydantic import ValidationError

from hervat.demo.embedded import new_key, public_line
from hervat.register import Register, ServerPlaces
from hervat.settings import SftpPickup
from hervat.sftp import SftpClient, SftpError, logins_kept, places
from tests.support.crippled import Crippled
from tests.support.ssh_keys import make_key, run
from tests.support.sshd import Sshd


def pickup(server, **changes):
    given = {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "key": server.user_key,
        "known_hosts": server.known_hosts,
        "timeout_seconds": 5,
    }
    return SftpPickup(**{**given, **changes})


def refused(settings):
    with pytest.raises(SftpError) as raised, SftpClient(settings):
        pass
    return raised.value


@pytest.fixture
def locked(started, tmp_path):
    """A key that the server knows, with a passphrase; in each form."""

    def make(kind, form):
        served = started("openssh")
        key = tmp_path / f"{kind}-{form}"
        run(
            "-q",
            "-t",
            kind,
            *(["-b", "2048"] if kind == "rsa" else []),
            "-m",
            form,
            "-N",
            "geheim woord",
            "-f",
            str(key),
        )
        authorized = served.server.user_key.with_name("authorized_keys")
        authorized.write_text(authorized.read_text() + key.with_name(key.name + ".pub").read_text())
        return key

    return make


@pytest.mark.parametrize(
    ("kind", "form"), [("ed25519", "RFC4716"), ("rsa", "RFC4716"), ("rsa", "PEM"), ("ecdsa", "PEM")]
)
def test_a_passphrase_from_the_environment(started, locked, monkeypatch, kind, form):
    served = started("openssh")
    settings = served.pickup(key=locked(kind, form), passphrase_env="SFTP_PASSPHRASE")
    monkeypatch.setenv("SFTP_PASSPHRASE", "geheim woord")
    with SftpClient(settings) as client:
        assert client.listing(served.remote, "niets-*") == []  # others leave files there
    monkeypatch.setenv("SFTP_PASSPHRASE", "een ander woord")
    error = refused(settings)
    assert "does not open with the passphrase" in str(error)
    assert "een ander" not in str(error)
    assert not error.passing
    monkeypatch.delenv("SFTP_PASSPHRASE")
    assert "passphrase_env names is not set" in str(refused(settings))


@pytest.mark.parametrize("wants", [("password",), ("publickey", "password"), ("publickey",)])
def test_a_password_from_the_environment(tmp_path, monkeypatch, wants):
    monkeypatch.setenv("SFTP_PASSWORD", "geheim-woord")
    with Crippled(tmp_path, wants) as server:
        key = {} if "publickey" in wants else {"key": None}
        with SftpClient(pickup(server, password_env="SFTP_PASSWORD", **key)) as client:
            assert client.listing("/") == []
        assert server.attempts == list(wants), "nothing is tried that is not needed"


def test_a_server_that_takes_no_keys_gets_the_password_that_is_configured(tmp_path, monkeypatch):
    monkeypatch.setenv("SFTP_PASSWORD", "geheim-woord")
    with Crippled(tmp_path, ("password",)) as server:
        with SftpClient(pickup(server, password_env="SFTP_PASSWORD")) as client:
            assert client.listing("/") == []
        assert "is refused with the key" in str(refused(pickup(server)))


def test_a_wrong_password_is_tried_once_and_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("SFTP_PASSWORD", "verkeerd-woord")
    with Crippled(tmp_path, ("password",)) as server:
        error = refused(pickup(server, key=None, password_env="SFTP_PASSWORD"))
        assert server.attempts == ["password"]
    assert "refused with the password" in str(error)
    assert "verkeerd" not in str(error)
    assert not error.passing


def test_a_server_that_wants_more_than_we_have(tmp_path):
    with Crippled(tmp_path, ("publickey", "password")) as server:
        error = refused(pickup(server))
    assert "wants more of user gemeente than a key" in str(error)


def test_secrets_are_never_written_in_the_configuration(tmp_path):
    base = {"host": "h", "user": "u", "known_hosts": tmp_path}
    for wrong, said in (
        ({}, "give a key, or a password_env"),
        ({"password": "geheim"}, "Extra inputs"),
        ({"key": tmp_path, "passphrase": "geheim"}, "Extra inputs"),
        ({"password_env": "geheim woord"}, "match pattern"),
        ({"password_env": "P", "passphrase_env": "Q"}, "give the key too"),
    ):
        with pytest.raises(ValidationError, match=said) as raised:
            SftpPickup(**base, **wrong)
        assert "geheim" not in str(raised.value)


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """An sshd whose host key is signed by an authority, and a function that signs it otherwise and starts it anew."""
    place = tmp_path_factory.mktemp("authority")
    authority = make_key(place, "authority")

    def started(*options, principals="127.0.0.1", kind="-h", by=authority):
        def config(server):
            chosen = [*([kind] if kind else []), *(["-n", principals] if principals else []), *options]
            run("-q", "-s", str(by), "-I", "a host", *chosen, str(_public(server.host_key)))
            return f"HostCertificate {server.host_key}-cert.pub\n"

        (place / "served").mkdir(exist_ok=True)
        return Sshd(place / "served", options=config)

    return started, authority, place


def _public(key):
    path = key.with_name(key.name + ".pub")
    path.write_text(public_line(key) + "\n")
    return path


def _trusting(server, authority, place, hosts="127.0.0.?", more=""):
    known = place / "known_hosts"
    known.write_text(f"@cert-authority {hosts} {public_line(authority)}\n{more}")
    return pickup(server, known_hosts=known)


def test_a_certified_host(certified):
    started, authority, place = certified
    with started() as server:
        line = public_line(server.host_key)
        for hosts in ("127.0.0.?", f"[127.0.0.1]:{server.port}", "example.nl,127.*", "*"):
            with SftpClient(_trusting(server, authority, place, hosts)) as client:
                assert client.listing(".") == []
        with SftpClient(_trusting(server, authority, place, "*", "[127.0.0.1]:1 " + line)):
            pass
        # an authority beside a pinned key of before: the certificate counts, as with ssh
        other = public_line(make_key(place, "other"))
        with SftpClient(_trusting(server, authority, place, "*", f"[127.0.0.1]:{server.port} {other}")):
            pass
        for hosts in ("*.example.nl", "!127.0.0.1,*"):
            assert "is not in the known_hosts" in str(refused(_trusting(server, authority, place, hosts)))
        error = refused(_trusting(server, make_key(place, "stranger"), place))
        assert "none of the @cert-authority keys in known_hosts signed" in str(error)
        assert not error.passing
        for revoked, said in ((authority, "authority that is marked @revoked"), (server.host_key, "marked @revoked")):
            more = f"@revoked [127.0.0.1]:{server.port} {public_line(revoked)}"
            assert said in str(refused(_trusting(server, authority, place, "*", more)))


@pytest.mark.parametrize(
    ("options", "how", "said"),
    [
        (["-V", "20200101:20210101"], {}, "not valid today"),
        (["-V", "+1d:+2d"], {}, "not valid today"),
        ([], {"principals": "sftp.example.nl"}, "does not name this host"),
        ([], {"principals": None}, "does not name this host"),
    ],
)
def test_a_certificate_that_proves_nothing(certified, options, how, said):
    started, authority, place = certified
    with started(*options, **how) as server:
        error = refused(_trusting(server, authority, place))
    assert said in str(error)
    assert "nothing was exchanged" in str(error)


def test_an_authority_without_a_certificate(certified, served):
    _, authority, place = certified
    error = refused(_trusting(served.server, authority, place))
    assert "with no certificate" in str(error)
    assert not error.passing


@pytest.fixture(scope="module")
def jump(tmp_path_factory):
    with Sshd(tmp_path_factory.mktemp("jump")) as server:
        yield server


def _hop(server, **changes):
    return pickup(server, **changes).model_dump(include={"host", "port", "user", "key", "known_hosts"})


def test_over_a_jump_host(served, jump):
    served.write("PIB_a.csv", b"over there" * 10_000)
    with SftpClient(served.pickup(jump=_hop(jump))) as client:
        (listed,) = client.listing(served.remote, "*")
        assert b"".join(client.read(f"{served.remote}/PIB_a.csv", listed)) == b"over there" * 10_000


def test_a_log_in_kept_over_a_jump_host_gives_its_places_to_another_log_in(served, jump, tmp_path):
    """With one place at each server: what lies idle is in nobody's way, at the jump host neither."""
    (tmp_path / "pib").mkdir()
    with (
        Sshd(tmp_path) as other,
        closing(Register(f"sqlite:///{tmp_path}/register.db")) as register,
        places(ServerPlaces(register, 1, patience=0).at),
        logins_kept(),
    ):
        there, here = pickup(other, directory=str(tmp_path), jump=_hop(jump)), served.pickup(jump=_hop(jump))
        for _ in range(2):
            for one in (here, here, there, served.pickup(), here, pickup(jump, directory=str(tmp_path))):
                with SftpClient(one) as client:
                    assert client.alive


def test_each_hop_has_its_own_host_key(served, jump, tmp_path):
    other = tmp_path / "other"
    new_key(other)
    wrong = tmp_path / "known_hosts"
    wrong.write_text(
        f"[127.0.0.1]:{jump.port} {public_line(other)}\n[127.0.0.1]:{served.server.port} {public_line(other)}\n"
    )
    assert "has changed" in str(refused(served.pickup(jump=_hop(jump, known_hosts=wrong))))
    assert "has changed" in str(refused(served.pickup(jump=_hop(jump), known_hosts=wrong)))
    assert "is refused with the key" in str(refused(served.pickup(jump=_hop(jump, key=other))))


def test_a_jump_host_that_makes_no_connection(served, jump, tmp_path):
    closed = tmp_path / "known_hosts"
    closed.write_text(served.host_line(1, served.server.host_key))
    started = time.monotonic()
    error = refused(served.pickup(jump=_hop(jump), port=1, known_hosts=closed))
    assert "the jump host makes no connection" in str(error)
    assert error.passing
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("option", "kind"),
    [
        ("Ciphers aes128-cbc,3des-cbc", "cipher"),
        ("Ciphers aes128-ctr\nMACs hmac-sha1,hmac-md5,hmac-sha1-96", "MAC"),
        ("KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1", "key exchange"),
        ("HostKeyAlgorithms ssh-rsa", "host key"),
    ],
)
def test_a_server_that_speaks_weak_algorithms_only(tmp_path, option, kind):
    def config(server):
        rsa = server.keys / "host_rsa"
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", rsa], check=True)
        return f"{option}\nHostKey {rsa}\n"

    with Sshd(tmp_path, options=config) as server:
        error = refused(pickup(server))
    assert f"offers no {kind} algorithm that is safe" in str(error)
    assert not error.passing


def test_only_modern_algorithms_are_offered():
    from hervat.sftp import algorithms

    offered = [*algorithms.CIPHERS, *algorithms.MACS, *algorithms.KEX, *algorithms.HOST_KEYS]
    assert not [name for name in offered for weak in ("sha1", "md5", "cbc", "3des", "dss", "arcfour") if weak in name]
    assert "ssh-rsa" not in offered, "that is RSA with SHA-1"
