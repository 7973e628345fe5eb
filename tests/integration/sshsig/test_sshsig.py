"""Signatures by SSH keys against the real ssh-keygen: what holds, what does not, and why it is told."""

import os
import pty
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from hervat import sshsig
from hervat.errors import UsageError
from hervat.sshsig import keygen
from hervat.sshsig.signatures import tidied
from tests.support.ssh_keys import line, make_key, run, signed

HASH, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4


@pytest.fixture
def anna(tmp_path):
    return make_key(tmp_path, "anna")


@pytest.fixture
def signers(tmp_path, anna):
    path = tmp_path / "approvers"
    path.write_text("# who may approve\n\n" + line("anna@voorbeeldstad.nl", anna, 'namespaces="hervat"'))
    return path


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_who_signed_is_known_by_the_key(tmp_path, kind):
    key = make_key(tmp_path, "key", kind)
    signers = tmp_path / "approvers"
    signers.write_text(line("bram", make_key(tmp_path, "other")) + line('"Anna de Vries"', key))
    signer = sshsig.verify(HASH, sshsig.sign(HASH, key), signers)
    assert signer.name == "Anna de Vries"
    assert signer.fingerprint in run("-l", "-f", f"{key}.pub")


def test_a_line_end_from_echo_is_accepted_and_no_other_change(signers, anna):
    assert sshsig.verify(HASH, signed(HASH + "\n", anna), signers).name == "anna@voorbeeldstad.nl"
    for text in (OTHER, HASH + "\n\n", " " + HASH, HASH.upper(), HASH[:12], ""):
        with pytest.raises(sshsig.SignatureRefused, match="not over this hash"):
            sshsig.verify(HASH, signed(text, anna), signers)


@pytest.mark.parametrize(
    "paste",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", " "),
        lambda text: "\n\n   " + text.replace("\n", "\n    ") + "   ",
        lambda text: text.replace("\n", ""),
        lambda text: "see below:\n" + text + "regards, Anna",
    ],
)
def test_what_pasting_does_to_a_signature_is_undone(signers, anna, paste):
    made = signed(HASH, anna)
    assert tidied(paste(made)) == made
    assert sshsig.verify(HASH, paste(made), signers).name == "anna@voorbeeldstad.nl"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ('valid-before="20200101"', "has expired"),
        ('valid-after="20990101"', "does not count yet"),
        ('namespaces="git,file"', "may not sign here"),
    ],
)
def test_a_key_that_may_not_sign_now(tmp_path, anna, options, why):
    signers = tmp_path / "approvers"
    signers.write_text(line("anna", anna, options))
    with pytest.raises(sshsig.SignatureRefused, match=why):
        sshsig.verify(HASH, signed(HASH, anna), signers)


def test_the_form_of_a_line_in_the_how_to(tmp_path, anna):
    signers = tmp_path / "approvers"
    signers.write_text(line("anna", anna, 'namespaces="hervat",valid-before="20990101"'))
    assert sshsig.verify(HASH, signed(HASH, anna), signers).name == "anna" and sshsig.flaws(signers, 1) == ([], [])


def test_a_key_that_is_unknown_or_made_for_something_else(tmp_path, signers, anna):
    with pytest.raises(sshsig.SignatureRefused, match="is not in approvers"):
        sshsig.verify(HASH, signed(HASH, make_key(tmp_path, "stranger")), signers)
    signers.write_text(line("anna", anna))
    with pytest.raises(sshsig.SignatureRefused, match="made for another purpose; sign with `-n hervat`"):
        sshsig.verify(HASH, signed(HASH, anna, "git"), signers)


@pytest.mark.parametrize("names", ["anna,annetje", "*", "anna@*", "!bram,*"])
def test_a_key_with_more_than_one_name_approves_nothing(tmp_path, anna, names):
    signers = tmp_path / "approvers"
    signers.write_text(line(names, anna))
    with pytest.raises(sshsig.SignatureRefused, match="several names or a pattern|does not stand"):
        sshsig.verify(HASH, signed(HASH, anna), signers)
    assert any("approves nothing" in text for text in sshsig.flaws(signers, 0)[1]) and sshsig.names(signers) == []


def test_a_key_on_two_lines_is_one_person(tmp_path, anna):
    signers = tmp_path / "approvers"
    signers.write_text(line("anna", anna) + line("bram", anna))
    assert sshsig.verify(HASH, signed(HASH, anna), signers).name == "anna"
    assert any("one key is listed under several names" in text for text in sshsig.flaws(signers, 2)[1])


def test_no_changed_byte_of_a_signature_holds(signers, anna):
    begin, *body, end = signed(HASH, anna).split("\n")[:-1]
    blob = bytearray(b64decode("".join(body)))
    for at in range(0, len(blob), 7):
        changed = bytes([*blob[:at], blob[at] ^ 1, *blob[at + 1 :]])
        with pytest.raises(sshsig.SignatureRefused):
            sshsig.verify(HASH, f"{begin}\n{b64encode(changed).decode()}\n{end}\n", signers)


@pytest.mark.parametrize("text", ["", "anna", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH", "\x00\xff", "x" * 50_000])
def test_what_is_no_signature(signers, text):
    with pytest.raises(sshsig.SignatureRefused, match="this is not an SSH signature; give all of it"):
        sshsig.verify(HASH, text, signers)


def test_a_certificate_of_the_gemeentes_own_authority(tmp_path, anna):
    authority = make_key(tmp_path, "authority")
    run("-q", "-s", str(authority), "-I", "anna", "-n", "anna", "-V", "+1d", f"{anna}.pub")
    signers = tmp_path / "approvers"
    signers.write_text(line("*", authority, "cert-authority"))
    assert sshsig.verify(HASH, signed(HASH, Path(f"{anna}-cert.pub")), signers).name == "anna"
    with pytest.raises(sshsig.SignatureRefused):
        sshsig.verify(HASH, signed(HASH, anna), signers)
    assert sshsig.flaws(signers, 2) == ([], [])


def test_a_file_of_approvers_that_is_not_there(tmp_path, anna):
    with pytest.raises(sshsig.SignersUnreadable, match="not a readable file"):
        sshsig.verify(HASH, signed(HASH, anna), tmp_path / "nowhere")
    with pytest.raises(sshsig.SignersUnreadable, match="FileNotFoundError"):
        sshsig.flaws(tmp_path / "nowhere", 1)


def test_what_is_wrong_with_a_file_of_approvers(tmp_path, anna):
    signers = tmp_path / "approvers"
    signers.write_text(line("anna", anna) + "bram ssh-ed25519\n" + line("Anna", make_key(tmp_path, "second")))
    signers.chmod(0o666)
    failing, unwise = sshsig.flaws(signers, 2)
    assert failing == [
        "approvers: line 2 holds no key; write NAME KEYTYPE KEY",
        "approvers names 1 persons and an approval takes 2; add a name and key a person",
    ]
    assert unwise == ["approvers can be written by others, and who writes it can approve; chmod 644 it"]
    assert sshsig.flaws(signers, 1)[0] == failing[:1]


def test_no_key_or_one_that_does_not_sign(tmp_path, anna, monkeypatch):
    with pytest.raises(UsageError, match="there is no file"):
        sshsig.sign(HASH, tmp_path / "nowhere")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    anna.rename(tmp_path / "elsewhere")
    with pytest.raises(sshsig.SignatureRefused, match="a .pub that no agent holds"):
        sshsig.sign(HASH, Path(f"{anna}.pub"))
    (tmp_path / "elsewhere").chmod(0o644)
    with pytest.raises(sshsig.SignatureRefused, match="chmod 600"):
        sshsig.sign(HASH, tmp_path / "elsewhere")


def test_a_key_that_an_agent_holds(tmp_path, anna, signers, monkeypatch):
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(tmp_path / "agent")], stdout=subprocess.DEVNULL)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        until = time.monotonic() + 20
        while subprocess.run(["ssh-add", "-q", str(anna)], stderr=subprocess.DEVNULL, check=False).returncode:
            assert time.monotonic() < until
            time.sleep(0.1)
        anna.unlink()
        assert sshsig.verify(HASH, sshsig.sign(HASH, Path(f"{anna}.pub")), signers).name == "anna@voorbeeldstad.nl"
    finally:
        agent.terminate()
        agent.wait(10)


SIGN = "import sys; from pathlib import Path; from hervat import sshsig; print(sshsig.sign(sys.argv[1], Path(sys.argv[2])))"


def test_a_passphrase_is_asked_for_on_the_terminal(tmp_path, signers):
    key = make_key(tmp_path, "kept", passphrase="a made-up one")
    signers.write_text(line("anna", key))
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", SIGN, HASH, str(key)])
    shown = b""
    while b"passphrase" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"a made-up one\n")
    while b"END SSH SIGNATURE" not in shown:
        shown += os.read(terminal, 1000)
    assert os.waitpid(child, 0)[1] == 0
    assert sshsig.verify(HASH, shown.decode(), signers).name == "anna" and b"made-up" not in shown


def test_without_a_terminal_a_passphrase_is_an_error_and_does_not_wait(tmp_path):
    key = make_key(tmp_path, "kept", passphrase="a made-up one")
    done = subprocess.run(
        [sys.executable, "-c", SIGN, HASH, str(key)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False, start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 1 and "a wrong passphrase" in done.stderr


def pretend(monkeypatch, tmp_path, script):
    place = tmp_path / "bin"
    place.mkdir()
    if script:
        (place / "ssh-keygen").write_text(f"#!/bin/sh\n{script}\n")
        (place / "ssh-keygen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/bin:/usr/bin" if script else str(place))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", "there is no ssh-keygen here; install OpenSSH's client"),
        ("echo 'ssh-keygen: unknown option -- Y' >&2; exit 1", "too old .* install OpenSSH 8.2 or newer"),
        ("echo 'Unsupported operation for -Y: \"find-principals\"' >&2; exit 1", "too old"),
        ("exec sleep 60", "no answer within 1 seconds"),
    ],
)
def test_an_ssh_keygen_that_can_not_be_used(tmp_path, anna, signers, monkeypatch, script, said):
    signature = signed(HASH, anna)
    monkeypatch.setattr(keygen, "_SECONDS", 1)
    pretend(monkeypatch, tmp_path, script)
    for attempt in (sshsig.usable, lambda: sshsig.verify(HASH, signature, signers), lambda: sshsig.sign(HASH, anna)):
        with pytest.raises(sshsig.KeygenError, match=said):
            attempt()


def test_what_says_yes_to_all_and_names_nobody_is_refused(tmp_path, anna, signers, monkeypatch):
    signature = signed(HASH, anna)
    pretend(monkeypatch, tmp_path, "exit 0")
    with pytest.raises(sshsig.SignatureRefused, match="ssh-keygen refused it"):
        sshsig.verify(HASH, signature, signers)
