"""An alert as a POST of JSON to a web address. Redirects are not followed, and what is answered is not read."""

import json
import os
import ssl
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from hervat.alerts.errors import AlertError
from hervat.alerts.wording import Message
from hervat.settings import Alert

_MEANS = {
    401: "it wants a token: mend token_env, header or what the variable holds",
    403: "it wants a token: mend token_env, header or what the variable holds",
    404: "there is no such address: mend url",
    405: "it takes no POST there: mend url",
    410: "there is no such address any more: mend url",
    429: "it gets too many messages",
}


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def post(alert: Alert, message: Message) -> None:
    """Post an alert; `text` in it is what chat programs show. Raises AlertError, which names the host alone."""
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
    """Return how it is sent: over the proxy of the environment, but for what is meant for this machine."""
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
        return AlertError(f"{host}: it sends on to another address ({status}), which is not followed; mend url")
    meaning = _MEANS.get(status, "ask its keeper why")
    return AlertError(f"{host}: it was refused ({status}): {meaning}", passing=status >= 500 or status == 429)


def _cause(error: Exception) -> object:
    return error.reason if isinstance(error, URLError) else error


def _told(error: Exception) -> str:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is expired, for another name or of no known authority; mend it there, or set ca_file"
    if isinstance(cause, ssl.SSLError):
        return "no TLS came about; is this port for https?"
    if isinstance(cause, TimeoutError):
        return "no answer within timeout_seconds; see that it runs and can be reached from here"
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused; is the port right, and does it run?"
    return "it can't be reached, or it broke off; see host, port, proxy and network"
