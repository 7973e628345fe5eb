"""The private key with which we log in: one file; its passphrase, if any, comes from the environment."""

import stat
from pathlib import Path

from paramiko import PKey

from hervat.settings import SshLogin
from hervat.sftp.errors import SftpError
from hervat.sftp.key_forms import key_in
from hervat.sftp.key_kinds import kind_of
from hervat.sftp.secrets import secret


def private_key(server: SshLogin) -> PKey | None:
    """Return the server's key (ed25519, ECDSA or RSA, OpenSSH, PEM or PKCS#8); None where it has none.

    Raises SftpError naming what is wrong.
    """
    path, passphrase = server.key, secret(server.passphrase_env, "passphrase_env", server.host)
    if path is None:
        return None
    try:
        return PKey.from_path(path, passphrase.encode() if passphrase else None)  # type: ignore[arg-type] # bytes it is
    except FileNotFoundError:
        raise SftpError(f"there is no key file {path}; make one with `ssh-keygen -t ed25519 -N '' -f {path}`") from None
    except PermissionError:
        raise SftpError(f"the key file {path} can't be read: permission denied") from None
    except IsADirectoryError:
        raise SftpError(f"the key {path} is a folder; give the file in it that holds the private key") from None
    except Exception as error:  # noqa: BLE001 - cryptography and paramiko raise many kinds; none is ours to show
        if key := _otherwise(path, passphrase):
            return key
        raise SftpError(_unusable(path, error, passphrase is not None)) from None


def _otherwise(path: Path, passphrase: str | None) -> PKey | None:
    """Return the key in a form that paramiko does not read; None where there is none of that form either."""
    try:
        return key_in(path.read_bytes(), passphrase.encode() if passphrase else None)
    except Exception:  # noqa: BLE001 - paramiko's own error is reported
        return None


def readable_by_others(path: Path) -> bool:
    """True if a key file can be read by others than its owner; `hervat doctor` warns about it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _unusable(path: Path, error: Exception, given: bool) -> str:
    if kind := kind_of(path):
        return f"the key file {path} {kind}"
    if given:
        return f"the key file {path} does not open with the passphrase that passphrase_env names, or holds no key"
    # cryptography says "password" (OpenSSH: ValueError or TypeError, PEM: TypeError); the text itself is not shown
    if "passw" in str(error).lower() or "encrypted" in str(error).lower():
        return (
            f"the key file {path} has a passphrase; name the environment variable that holds it in passphrase_env,"
            f" or take it off (`ssh-keygen -p -N '' -f {path}`)"
        )
    return f"the key file {path} holds no private key that can be used (ed25519, ECDSA or RSA)"
