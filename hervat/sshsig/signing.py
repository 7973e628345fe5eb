"""Sign with a person's own key: a private key, or a public one whose private part an agent holds."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hervat.errors import UsageError
from hervat.sshsig.errors import SignatureRefused
from hervat.sshsig.keygen import NAMESPACE, ask_a_person, spelled, usable

_FOR_A_PERSON = 120  # seconds in which to type a passphrase or touch a key


def sign(text: str, key: Path, namespace: str = NAMESPACE) -> str:
    """Return the armored signature over `text` in a namespace. ssh-keygen asks for a passphrase on the terminal.

    Raises UsageError when there is no such key, SignatureRefused when ssh-keygen did not sign, KeygenError.
    """
    if not key.is_file():
        raise UsageError(f"--key: there is no file {key}; `ssh-keygen -t ed25519` makes a key")
    usable()
    with TemporaryDirectory(prefix="hervat-") as place:
        signed = Path(place, "plan")
        signed.write_text(text, encoding="ascii")
        done = ask_a_person("sign", "-q", "-n", namespace, "-f", spelled(key), spelled(signed), seconds=_FOR_A_PERSON)
        made = signed.with_name("plan.sig")
        if not done or not made.is_file():
            raise SignatureRefused(
                f"ssh-keygen did not sign with {key}: a wrong passphrase, rights that are too wide (chmod 600),"
                " no private key, or a .pub that no agent holds (ssh-add)"
            )
        return made.read_text(encoding="ascii")
