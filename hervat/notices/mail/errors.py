"""Failures of a mail, in words that are safe to print: a server's own text is never passed on."""

import re

from hervat.errors import EndpointError

_DETAILED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_MEANS = {
    "5.1.1": "there is no such address; correct `to`",
    "5.1.2": "there is no such domain; correct `to`",
    "5.2.1": "that mailbox takes no mail; ask its owner for another address",
    "5.2.2": "that mailbox is full; call its owner",
    "5.2.3": "the mail is too large for that mailbox; call its owner",
    "5.3.4": "the mail is too large for the server; ask its keeper for a higher limit",
    "5.7.1": "the server's rules forbid it; ask its keeper to let `sender` send to this address",
    "5.7.8": "user or password is wrong; correct `user` or the variable of `password_env`",
}


class MailError(EndpointError):
    """A mail server failed or refused."""


def code_of(status: int, reply: bytes | str) -> str:
    """Return a reply's code, with its enhanced status code (RFC 3463) if there is one; nothing else of its text."""
    text = reply.decode("ascii", "replace") if isinstance(reply, bytes) else reply
    detailed = _DETAILED.search(text)
    return f"{status} {detailed[0]}" if detailed else str(status)


def meaning(code: str) -> str:
    """Return the meaning of a reply's code, and the fix."""
    if code.startswith("4"):
        return "not now; it is tried again in the next run"
    return _MEANS.get(code.partition(" ")[2], "for good; ask the server's keeper or the address's owner why")
