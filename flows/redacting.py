"""No stranger's error text reaches Prefect: it keeps the message of a failed run for ever (rule 7)."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from hervat.errors import HervatError, redacted

P = ParamSpec("P")
T = TypeVar("T")


class FlowFailed(HervatError):
    """A flow failed; the text holds what may be said of it."""


def redacting(run: Callable[P, T]) -> Callable[P, T]:
    """Make a flow's function raise FlowFailed with what may be said, whatever went wrong in it."""

    @functools.wraps(run)
    def safely(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return run(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a stranger's text may hold a value
            raise FlowFailed(redacted(error)) from None

    return safely
