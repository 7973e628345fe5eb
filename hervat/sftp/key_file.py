"""The private key with which we log in: one file, without a passphrase (a nightly run has nobody to ask)."""

import stat
from pathlib import Path

from paramiko import PKey

from hervat.sftp.errors import SftpError


def private_key(path: Path) -> PKey:
    """Return the key in `path` (ed25519, ECDSA or RSA, OpenSSH or PEM). Raises SftpError naming what is wrong."""
    try:
        return PKey.from_path(path)
    except FileNotFoundError:
        raise SftpError(f"there is no key file {path}; make one with `ssh-keygen -t ed25519 -N '' -f {path}`") from None
    except PermissionError:
        raise SftpError(f"the key file {path} can't be read: permission denied") from None
    except Exception as error:  # noqa: BLE001 - cryptography and paramiko raise many kinds; none is ours to show
        raise SftpError(_unusable(path, error)) from None


def readable_by_others(path: Path) -> bool:
    """Say whether a key file can be read by others than its owner: unwise, which `hervat doctor` says."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _unusable(path: Path, error: Exception) -> str:
    # cryptography says "password" (OpenSSH: ValueError or TypeError, PEM: TypeError); the text itself is not shown
    if "passw" in str(error).lower() or "encrypted" in str(error).lower():
        return (
            f"the key file {path} has a passphrase; a nightly run needs one without (`ssh-keygen -p -N '' -f {path}`)"
        )
    return f"the key file {path} holds no private key that can be used (ed25519, ECDSA or RSA)"
