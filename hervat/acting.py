"""What is at work on this machine: the account, the host and the command, and in a night the run and the step."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from socket import gethostname

from hervat.account import Account, account

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
