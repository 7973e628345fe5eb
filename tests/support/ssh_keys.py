"""Keys, files of approvers and signatures, made by the real ssh-keygen in a temporary place."""

import subprocess
from pathlib import Path


def make_key(place: Path, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key and return the path of its private part."""
    key = place / name
    run("-q", "-t", kind, "-N", passphrase, "-C", "made for a test", "-f", str(key))
    return key


def line(name: str, key: Path, options: str = "") -> str:
    """Return a line of an allowed_signers file."""
    kind, blob = key.with_name(key.name + ".pub").read_text().split()[:2]
    return " ".join(part for part in (name, options, kind, blob) if part) + "\n"


def signed(text: str, key: Path, namespace: str = "hervat") -> str:
    """Return what `ssh-keygen -Y sign` makes of a text."""
    return run("-q", "-Y", "sign", "-n", namespace, "-f", str(key), data=text)


def run(*arguments: str, data: str = "") -> str:
    """Run ssh-keygen and return its output."""
    done = subprocess.run(["ssh-keygen", *arguments], input=data, capture_output=True, text=True, check=True)
    return done.stdout
