"""What is at work on this machine: the account, the host and the command, and in a night the run and the step."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from socket import gethostname
from typing import NewType

Account = NewType("Account", str)
"""The name of an account of the machine; not typed by a person."""


def account() -> Account:
    """Return the name of the account, or its number if it has no name, as in a container.

    It comes from the system, for anybody can set the variables LOGNAME and USER.
    """
    try:
        return Account(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return Account(f"uid {os.geteuid()}")


_COMMAND: ContextVar[str] = ContextVar("command", default="")


def command() -> str:
    """Return the words of the command or flow at work here, such as `cbs accept` or `flow nightly`; "" if unknown."""
    return _COMMAND.get()


@contextmanager
def doing(words: str) -> Iterator[None]:
    """Let these be the words of the command at work, without its values: they go into the journal."""
    token = _COMMAND.set(words)
    try:
        yield
    finally:
        _COMMAND.reset(token)


@dataclass(frozen=True)
class Acting:
    """What does something here and now, as the journal keeps it beside the name (BIO2 8.15).

    account: of the machine, not typed. command: its words, without values. run: the row of the night in table `run`,
    None outside a night. step: of that night, "" outside.
    """

    account: Account = field(default_factory=account)
    host: str = field(default_factory=gethostname)
    command: str = field(default_factory=command)
    run: int | None = None
    step: str = ""
