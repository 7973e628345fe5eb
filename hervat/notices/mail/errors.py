"""What can go wrong with a mail, in words that are safe to print: a server's own text is never passed on."""

import re

from hervat.errors import HervatError

_DETAILED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_MEANS = {
    "5.1.1": "there is no such address; mend `to`",
    "5.1.2": "there is no such domain; mend `to`",
    "5.2.1": "that mailbox takes no mail; ask its owner for another address",
    "5.2.2": "that mailbox is full; call its owner",
    "5.2.3": "the mail is too large for that mailbox; call its owner",
    "5.3.4": "the mail is too large for the server; ask its keeper for a higher limit",
    "5.7.1": "the server's rules forbid it; ask its keeper to let `sender` send to this address",
    "5.7.8": "user or password is wrong; mend `user` or the variable of `password_env`",
}


class MailError(HervatError):
    """A mail server failed or refused. passing: it may well work a moment later.

    final: it refused this mail for good, so that a person must act; `code` is what it said, such as '550 5.1.1'.
    """

    def __init__(self, text: str, passing: bool = False, final: bool = False, code: str = "") -> None:
        self.passing, self.final, self.code = passing, final, code
        super().__init__(text)


def code_of(status: int, said: bytes | str) -> str:
    """Return a reply's code, with the detailed one (RFC 3463) where it has one; nothing else of its text."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    detailed = _DETAILED.search(text)
    return f"{status} {detailed[0]}" if detailed else str(status)


def meaning(code: str) -> str:
    """Return what a reply's code means and the mend."""
    if code.startswith("4"):
        return "not now; it is tried again in the next run"
    return _MEANS.get(code.partition(" ")[2], "for good; ask the server's keeper or the address's owner why")
