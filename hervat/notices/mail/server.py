"""Handing a mail to an SMTP server, over TLS with the server's certificate verified. No retries."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hervat.notices.mail.errors import MailError, code_of, meaning
from hervat.settings import MailServer


def hand_over(mail: MailServer, message: bytes) -> None:
    """Hand a mail to the server; on return the server has accepted it. Raises MailError.

    A server that dies after the data and before its reply may have accepted it: the same bytes then go out again.
    """
    with _session(mail) as server:
        size = [f"SIZE={len(message)}"] if server.has_extn("size") else []
        _must(mail, server.mail(mail.sender, size), "the sender")
        _must(mail, server.rcpt(mail.to), "the recipient")
        _must(mail, server.data(message), "the mail")


def reach(mail: MailServer) -> None:
    """Connect and log in as for a mail, without sending one. Raises MailError."""
    with _session(mail) as server:
        _must(mail, server.mail(mail.sender), "the sender")


@contextmanager
def _session(mail: MailServer) -> Iterator[smtplib.SMTP]:
    where = f"{mail.host}:{mail.port}"
    server: smtplib.SMTP | None = None
    try:
        server = _connected(mail)
        if mail.user:
            server.login(mail.user, _password(mail))
        yield server
    except MailError:
        raise
    except Exception as error:  # noqa: BLE001 - their texts hold the server's, which are not safe to print
        raise _translated(error, where) from None
    finally:
        if server:
            with suppress(smtplib.SMTPException, OSError):  # what it accepted stays accepted
                server.quit()
            server.close()


def _connected(mail: MailServer) -> smtplib.SMTP:
    name = mail.sender.partition("@")[2]  # our name in EHLO: not that of this machine
    context = ssl.create_default_context(cafile=str(mail.ca_file) if mail.ca_file else None)
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, name, timeout=mail.timeout_seconds, context=context
        )
    else:
        server = smtplib.SMTP(mail.host, mail.port, name, timeout=mail.timeout_seconds)
    if mail.security == "starttls":
        server.starttls(context=context)
    server.ehlo_or_helo_if_needed()
    return server


def _password(mail: MailServer) -> str:
    password = os.environ.get(mail.password_env or "")
    if not password:
        raise MailError(f"{mail.host}: the environment variable {mail.password_env} (password_env) is empty")
    return password


def _must(mail: MailServer, reply: tuple[int, bytes], subject: str) -> None:
    """Raise MailError unless the server accepts. subject: what it accepts, for the error."""
    status, text = reply
    if 200 <= status < 300:
        return
    code = code_of(status, text)
    raise MailError(f"{mail.host}: {subject} was refused ({code}): {meaning(code)}", final=_for_good(status), code=code)


def _for_good(status: int) -> bool:
    """True if a reply is a permanent refusal of this mail, and not about the login or the protocol."""
    return status >= 500 and status not in _NOT_OF_THE_MAIL


def _translated(error: Exception, where: str) -> MailError:
    if isinstance(error, smtplib.SMTPResponseException):
        code = code_of(error.smtp_code, error.smtp_error)
        final = isinstance(error, smtplib.SMTPDataError) and _for_good(error.smtp_code)
        return MailError(f"{where}: the server refuses ({code}): {meaning(code)}", final=final, code=code)
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib reports a time-out as a disconnect
    known = next(((text, passing) for kind, text, passing in _WORDS if isinstance(error, kind)), None)
    return MailError(f"{where}: {known[0]}", known[1]) if known else MailError(f"{where}: failed unexpectedly")


_NOT_OF_THE_MAIL = (500, 501, 502, 503, 504, 530, 534, 535, 538)
_WORDS: tuple[tuple[type[Exception], str, bool], ...] = (
    (
        ssl.SSLCertVerificationError,
        "its certificate is expired, for another name or of no known authority; fix it there, or set ca_file",
        False,
    ),
    (ssl.SSLError, "no TLS came about; is `security` right (starttls, usually 587, or tls, usually 465)?", False),
    (
        smtplib.SMTPNotSupportedError,
        "it offers no STARTTLS or login; nothing is sent without; correct `security`",
        False,
    ),
    (smtplib.SMTPServerDisconnected, "the connection was lost", True),
    (TimeoutError, "no answer within the time-out", True),
    (ConnectionRefusedError, "the connection was refused; is host and port right, and does the server run?", True),
    (ConnectionError, "the connection was lost", True),
    (FileNotFoundError, "ca_file can't be read", False),
    (OSError, "it can't be reached; see host, port and network", True),
)
