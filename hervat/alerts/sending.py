"""Sending an alert: by mail, posted to a URL, or piped to a program of the gemeente's own.

The program gets no shell, the text on standard input, and a time-out.
"""

import json
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from http.client import HTTPException
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener
from uuid import uuid4

from hervat.alerts.wording import Message
from hervat.errors import EndpointError, HervatError, is_transient, redacted
from hervat.notices.mail import hand_over
from hervat.settings import Alert, MailServer


class AlertError(EndpointError):
    """An alert was not sent one of its ways; the text says why, and the fix.

    It is safe to print: neither an address' path nor an answer's text is in it.
    """


_PASSED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "http_proxy", "https_proxy", "no_proxy")
"""The environment variables for the program: not hervat's own, which hold keys and passwords."""


def pipe(alert: Alert, message: Message) -> None:
    """Start the program and wait for it; its output is not kept. Raises AlertError."""
    program, *arguments = alert.command or [""]
    name = Path(program).name
    environment = {key: os.environ[key] for key in _PASSED if key in os.environ} | {"HERVAT_ALERT": message.kind}
    try:
        process = subprocess.Popen(  # noqa: S603 - the configuration names it
            [program, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise AlertError(f"{name} can't be started ({type(error).__name__}); {_fix(error)}") from None
    _finish(process, name, f"{message.subject}\n\n{message.text}".encode(), alert.timeout_seconds)


def startable(alert: Alert) -> bool:
    """True if the program exists and this account may start it."""
    return not alert.command or which(alert.command[0]) is not None


def _finish(process: "subprocess.Popen[bytes]", name: str, text: bytes, seconds: float) -> None:
    """Write the text and wait; a program that hangs is killed with its children. Raises AlertError."""
    try:
        process.communicate(text, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise AlertError(f"{name} did not end within timeout_seconds and was stopped; try it by hand") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        raise AlertError(f"{name} ended with {_ended(process.returncode)}; try it by hand")


def _ended(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"signal {-status}"


def _fix(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "give its whole path in command"
    if isinstance(error, PermissionError):
        return "hervat's account must be allowed to execute it"
    return "is it a program, or a script with a first line such as #!/bin/sh?"


def mail(alert: Alert, message: Message) -> None:
    """Hand an alert to the mail server. Raises MailError."""
    if alert.mail:
        hand_over(alert.mail, _entity(alert.mail, message))


def _entity(server: MailServer, message: Message) -> bytes:
    made = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    made["From"], made["To"], made["Subject"] = server.sender, server.to, message.subject
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Message-ID"] = f"<{uuid4()}@{server.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text, cte="quoted-printable")
    return made.as_bytes()


_MEANS = {
    401: "it wants a token: correct token_env, header or the value of the variable",
    403: "it wants a token: correct token_env, header or the value of the variable",
    404: "there is no such address: correct url",
    405: "it takes no POST there: correct url",
    410: "there is no such address any more: correct url",
    429: "it gets too many messages",
}


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def post(alert: Alert, message: Message) -> None:
    """Post an alert; chat programs show its `text`. Raises AlertError, which names only the host."""
    url = alert.url or ""
    host = urlsplit(url).netloc
    body = json.dumps({"text": f"{message.subject}\n\n{message.text}", **message.values}, ensure_ascii=False)
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "hervat", **_token(alert)}
    request = Request(url, body.encode(), headers, method="POST")  # noqa: S310 - https, or http to this machine
    try:
        build_opener(*_handlers(alert, url)).open(request, timeout=alert.timeout_seconds).close()
    except HTTPError as error:
        error.close()
        raise _refused(host, error.code) from None
    except (OSError, HTTPException) as error:
        raise AlertError(f"{host}: {_told(error)}", passing=not isinstance(_cause(error), ssl.SSLError)) from None


def _handlers(alert: Alert, url: str) -> list[BaseHandler]:
    """Return the handlers: with the proxy of the environment, but not for this machine itself."""
    if url.startswith("http:"):
        return [_NoRedirect(), ProxyHandler({})]
    try:
        context = ssl.create_default_context(cafile=str(alert.ca_file) if alert.ca_file else None)
    except OSError:
        raise AlertError(f"{alert.ca_file} (ca_file) can't be read, or holds no certificate in PEM") from None
    return [_NoRedirect(), HTTPSHandler(context=context)]


def _token(alert: Alert) -> dict[str, str]:
    if not alert.token_env:
        return {}
    token = os.environ.get(alert.token_env, "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise AlertError(f"the environment variable {alert.token_env} (token_env) holds no token")
    return {alert.header: token} if alert.header else {"Authorization": f"Bearer {token}"}


def _refused(host: str, status: int) -> AlertError:
    if 300 <= status < 400:
        return AlertError(f"{host}: it sends on to another address ({status}), which is not followed; correct url")
    meaning = _MEANS.get(status, "ask its keeper why")
    return AlertError(f"{host}: it was refused ({status}): {meaning}", passing=status >= 500 or status == 429)


def _cause(error: Exception) -> object:
    return error.reason if isinstance(error, URLError) else error


def _told(error: Exception) -> str:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is expired, for another name or of no known authority; fix it there, or set ca_file"
    if isinstance(cause, ssl.SSLError):
        return "no TLS came about; is this port for https?"
    if isinstance(cause, TimeoutError):
        return "no answer within timeout_seconds; see that it runs and can be reached from here"
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused; is the port right, and does it run?"
    return "it can't be reached, or it broke off; see host, port, proxy and network"


_WAIT_SECONDS = 2.0
_LATER = 1.0
"""Seconds after a way's own time-out, which gives the better message."""
_OPERATIONS = 5
"""A time-out of mail is per answer of the server; this many of them limit the whole."""


def ways(alert: Alert) -> dict[str, Callable[[Message], None]]:
    """Return key of the configuration -> function that sends, for the configured ways."""
    channels: dict[str, tuple[Callable[[Alert, Message], None], float]] = {}
    if alert.mail:
        channels["mail"] = (mail, alert.mail.timeout_seconds * _OPERATIONS)
    if alert.url:
        channels["url"] = (post, alert.timeout_seconds + _LATER)
    if alert.command:
        channels["command"] = (pipe, alert.timeout_seconds + _LATER)
    return {
        name: lambda message, way=way, seconds=seconds: _within(seconds, lambda: way(alert, message))  # type: ignore[misc]
        for name, (way, seconds) in channels.items()
    }


def send(alert: Alert, message: Message, log: Callable[[str], None]) -> list[str]:
    """Send a message over all configured ways; return the errors."""
    errors = []
    for name, way in ways(alert).items():
        try:
            _send(way, message)
            log(f"alert sent by {name}: {message.kind}")
        except Exception as error:  # noqa: BLE001 - a failure stays within its way
            errors.append(f"alert by {name}: {redacted(error)}")
    return errors


def _send(way: Callable[[Message], None], message: Message) -> None:
    try:
        way(message)
    except HervatError as error:
        if not is_transient(error):
            raise
        time.sleep(_WAIT_SECONDS)
        way(message)


def _within(seconds: float, call: Callable[[], None]) -> None:
    """Call in a thread that is abandoned after so many seconds. Raises AlertError, or what the call raises."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - raised again in the calling thread
            raised.append(error)

    thread = Thread(target=run, daemon=True, name="alert")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise AlertError(f"it did not come to an end within {seconds:g} seconds; see that it answers")
    if raised:
        raise raised[0]
