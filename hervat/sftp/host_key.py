"""Whether the key that a server shows, and has proven to hold, is one that it may show."""

from paramiko import PKey

from hervat.settings import SshLogin
from hervat.sftp.errors import SftpError
from hervat.sftp.host_certificate import flaw
from hervat.sftp.known_hosts import Pinned


def check_host_key(server: SshLogin, shown: PKey, pinned: Pinned) -> None:
    """Raise SftpError unless the key is pinned, or certified by a pinned authority, and is not revoked."""
    if shown in pinned.revoked:
        raise SftpError(f"{server.host}: shows the host key {shown.fingerprint}, which is marked @revoked")
    if shown in pinned.keys:
        return
    if not pinned.authorities:
        raise SftpError(_changed(server, shown, pinned.keys))
    wrong = flaw(shown, server.host, pinned)
    if wrong:
        raise SftpError(
            f"{server.host}: shows the host key {shown.fingerprint}, {wrong}; nothing was exchanged. "
            f"Ask the server's keeper before anything is changed in {server.known_hosts}"
        )


def _changed(server: SshLogin, shown: PKey, keys: list[PKey]) -> str:
    same_kind = [key for key in keys if key.get_name() == shown.get_name()] or keys
    known = ", ".join(key.fingerprint for key in same_kind)
    return (
        f"{server.host}: the host key has changed: known_hosts holds {known}, the server shows {shown.fingerprint}; "
        f"nothing was exchanged. Ask the server's keeper before anything is changed in {server.known_hosts}"
    )
