"""Opening a connection: host key checked before anything is said, then the key, then SFTP; a time-out on each."""

import logging
import socket
import time

from paramiko import AuthenticationException, PKey, SFTPClient, SSHException, Transport

from hervat.settings import SftpServer
from hervat.sftp.errors import SftpError
from hervat.sftp.known_hosts import check_host_key

# paramiko writes what a server says into its log; nobody should read that in ours
_LOG = "paramiko.hervat"
logging.getLogger(_LOG).setLevel(logging.CRITICAL + 1)
_RSA = ("rsa-sha2-512", "rsa-sha2-256")


def connected(server: SftpServer) -> socket.socket:
    """Return a TCP connection to the server. Raises SftpError for a name or port that does not answer."""
    try:
        return socket.create_connection((server.host, server.port), timeout=server.timeout_seconds)
    except socket.gaierror:
        raise SftpError(f"{server.host}: this name can't be found; check sftp.host and the network", True) from None
    except ConnectionRefusedError:
        raise SftpError(f"{server.host}: the connection to port {server.port} was refused", True) from None
    except TimeoutError:
        raise SftpError(f"{server.host}: no answer on port {server.port} within the time-out", True) from None
    except OSError as error:
        raise SftpError(f"{server.host}: can't be reached ({type(error).__name__})", True) from None


def transport_over(connection: socket.socket, server: SftpServer, pinned: list[PKey]) -> Transport:
    """Return a transport (not yet started) with our time-outs, asking for the kinds of host key that are pinned."""
    transport = Transport(connection)
    transport.daemon = True
    transport.set_log_channel(_LOG)
    for limit in ("banner_timeout", "handshake_timeout", "auth_timeout", "channel_timeout"):
        setattr(transport, limit, server.timeout_seconds)
    options = transport.get_security_options()
    names = {key.get_name() for key in pinned}
    wanted = [kind for kind in options.key_types if kind in names or (kind in _RSA and "ssh-rsa" in names)]
    options.key_types = wanted + [kind for kind in options.key_types if kind not in wanted]
    return transport


def log_in(transport: Transport, server: SftpServer, pinned: list[PKey], key: PKey) -> SFTPClient:
    """Check the host key, authenticate by key and return the SFTP session. Raises SftpError."""
    check_host_key(server, _host_key(transport, server), pinned)
    _authenticate(transport, server, key)
    transport.set_keepalive(max(1, int(server.timeout_seconds / 2)))
    try:
        channel = transport.open_session(timeout=server.timeout_seconds)
        channel.settimeout(server.timeout_seconds)
        channel.invoke_subsystem("sftp")
    except SSHException:
        if not transport.is_active():
            raise
        raise SftpError(f"{server.host}: the server offers no SFTP to user {server.user}") from None
    return SFTPClient(channel)


def _host_key(transport: Transport, server: SftpServer) -> PKey:
    """Return the key the server shows, once it has proven that it holds it."""
    try:
        transport.start_client(timeout=server.timeout_seconds)
        return transport.get_remote_server_key()
    except (SSHException, EOFError, OSError):
        raise SftpError(
            f"{server.host}: port {server.port} accepts connections but no SSH session came about within the time-out",
            passing=True,
        ) from None


def _authenticate(transport: Transport, server: SftpServer, key: PKey) -> None:
    started = time.monotonic()
    try:
        more = transport.auth_publickey(server.user, key)
    except AuthenticationException as error:
        # paramiko says the same of a time-out and of a lost connection
        if time.monotonic() - started >= server.timeout_seconds:
            raise TimeoutError from None
        if "EOF" in str(error):
            raise EOFError from None
        raise SftpError(_refused(server, key)) from None
    if more:
        raise SftpError(f"{server.host}: wants more than a key of user {server.user}; hervat logs in by key only")


def _refused(server: SftpServer, key: PKey) -> str:
    return (
        f"{server.host}: user {server.user} is refused with the key {server.key} ({key.fingerprint}); "
        "give its public half to the server's keeper"
    )
