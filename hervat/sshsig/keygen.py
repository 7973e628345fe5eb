"""Run ssh-keygen; its messages are only classified, never passed on. The errors of signatures and signers with it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hervat.errors import HervatError, UsageError


class KeygenError(HervatError):
    """ssh-keygen is not there, is too old or did not answer: nothing is known of the signature."""


class SignersUnreadable(UsageError):
    """The file of allowed signers can't be read: nothing is known of the signature."""


class SignatureRefused(UsageError):
    """The signature does not hold; the text says why and what to do."""


NAMESPACE = "hervat"
_PROGRAM = "ssh-keygen"
_TOO_OLD = ("unknown option", "illegal option", "invalid option", "unsupported operation")
_SECONDS = 30


@dataclass(frozen=True)
class KeygenReply:
    """What ssh-keygen answered: whether it did what was asked, its output and its errors."""

    ok: bool
    out: str
    said: str


def ask(*arguments: str, data: bytes = b"") -> KeygenReply:
    """Run `ssh-keygen -Y` with these arguments and `data` on its standard input. Raises KeygenError."""
    done = _run(arguments, seconds=_SECONDS, input=data, stderr=subprocess.PIPE)
    said = (done.stderr or b"").decode(errors="replace")
    if any(text in said.lower() for text in _TOO_OLD):
        raise KeygenError("ssh-keygen is too old to work with signatures; install OpenSSH 8.2 or newer")
    return KeygenReply(done.returncode == 0, done.stdout.decode(errors="replace"), said)


def ask_a_person(*arguments: str, seconds: float) -> bool:
    """Run `ssh-keygen -Y` so that it can ask for a passphrase or a touch on the terminal. Raises KeygenError."""
    stdin = None if os.isatty(0) else subprocess.DEVNULL
    return _run(arguments, seconds=seconds, stdin=stdin).returncode == 0


def usable() -> None:
    """Raise KeygenError when ssh-keygen is not there, or too old to find who signed."""
    ask("find-principals")


def spelled(path: Path) -> str:
    """Return a path that can't be taken for an option."""
    return str(path.absolute())


def _run(arguments: tuple[str, ...], seconds: float, **more: object) -> subprocess.CompletedProcess[bytes]:
    command, environment = [_PROGRAM, "-Y", *arguments], os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]  # noqa: S603
            command, stdout=subprocess.PIPE, env=environment, timeout=seconds, check=False, **more
        )
    except FileNotFoundError:
        raise KeygenError("there is no ssh-keygen here; install OpenSSH's client (Debian: openssh-client)") from None
    except subprocess.TimeoutExpired:
        raise KeygenError(f"ssh-keygen gave no answer within {seconds:g} seconds") from None
    except OSError as error:
        raise KeygenError(f"ssh-keygen can't be run ({type(error).__name__})") from None
