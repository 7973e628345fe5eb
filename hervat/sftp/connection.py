"""Opening a connection: host key checked before anything is said, then the log-in, then SFTP; a time-out on each."""

import logging
import socket

from paramiko import Channel, SFTPClient, SSHException, Transport
from paramiko.ssh_exception import IncompatiblePeer

from hervat.settings import SftpServer, SshLogin
from hervat.sftp.algorithms import OurTransport, refused_kind, restrict
from hervat.sftp.errors import SftpError
from hervat.sftp.host_key import check_host_key
from hervat.sftp.known_hosts import Pinned
from hervat.sftp.stream import Stream

# paramiko writes what a server says into its log; nobody should read that in ours
_LOG = "paramiko.hervat"
logging.getLogger(_LOG).setLevel(logging.CRITICAL + 1)
logging.getLogger("paramiko.sftp").setLevel(logging.CRITICAL + 1)


def connected(server: SshLogin, seconds: float) -> socket.socket:
    """Return a TCP connection to the server. Raises SftpError for a name or port that does not answer."""
    try:
        connection = socket.create_connection((server.host, server.port), timeout=seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    except socket.gaierror:
        raise SftpError(f"{server.host}: this name can't be found; check sftp.host and the network", True) from None
    except ConnectionRefusedError:
        raise SftpError(f"{server.host}: the connection to port {server.port} was refused", True) from None
    except TimeoutError:
        raise SftpError(f"{server.host}: no answer on port {server.port} within the time-out", True) from None
    except OSError as error:
        raise SftpError(f"{server.host}: can't be reached ({type(error).__name__})", True) from None


def through(jump: Transport, server: SshLogin, seconds: float) -> Channel:
    """Return a connection to the server that the jump host makes for us. Raises SftpError."""
    try:
        channel = jump.open_channel("direct-tcpip", (server.host, server.port), ("127.0.0.1", 0), timeout=seconds)
    except (SSHException, EOFError, OSError):
        alive = jump.is_active()
        what = "the jump host makes no connection to it" if alive else "the connection to the jump host was lost"
        raise SftpError(f"{server.host}: {what} (port {server.port})", passing=True) from None
    channel.settimeout(seconds)
    return channel


def transport_over(connection: socket.socket | Channel, pinned: Pinned, seconds: float) -> OurTransport:
    """Return a transport (not yet started) with our time-outs and algorithms."""
    transport = OurTransport(connection)
    transport.daemon = True
    transport.set_log_channel(_LOG)
    for limit in ("banner_timeout", "handshake_timeout", "auth_timeout", "channel_timeout"):
        setattr(transport, limit, seconds)
    restrict(transport, pinned)
    return transport


def start(transport: Transport, server: SshLogin, pinned: Pinned, seconds: float) -> None:
    """Bring an SSH session about, with a server that has proven that it holds a key it may show. Raises SftpError."""
    try:
        transport.start_client(timeout=seconds)
        shown = transport.get_remote_server_key()
    except IncompatiblePeer as error:
        raise SftpError(_too_weak(server, refused_kind(str(error)))) from None
    except (SSHException, EOFError, OSError):
        raise SftpError(
            f"{server.host}: port {server.port} accepts connections but no SSH session came about within the time-out",
            passing=True,
        ) from None
    check_host_key(server, shown, pinned)


def _too_weak(server: SshLogin, kind: str | None) -> str:
    if kind is None:
        return f"{server.host}: port {server.port} speaks a version of SSH that hervat does not"
    return (
        f"{server.host}: offers no {kind} algorithm that is safe (no SHA-1, MD5, CBC or DSA is spoken); "
        "ask the server's keeper to switch on modern ones"
    )


def sftp_over(transport: Transport, server: SftpServer) -> SFTPClient:
    """Return the SFTP session of a transport that is logged in. Raises SftpError."""
    transport.set_keepalive(max(1, int(server.timeout_seconds / 2)))
    try:
        channel = transport.open_session(timeout=server.timeout_seconds)
        channel.settimeout(server.timeout_seconds)
        channel.invoke_subsystem("sftp")
    except SSHException:
        if not transport.is_active():
            raise
        raise SftpError(f"{server.host}: the server offers no SFTP to user {server.user}") from None
    return SFTPClient(Stream(channel))  # type: ignore[arg-type]
