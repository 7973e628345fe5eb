"""No stranger's error text reaches Prefect, and an error of ours is one line: Prefect keeps both for ever (rule 7)."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

from prefect import get_run_logger

from flows.ending import refused
from hervat.errors import redacted

P = ParamSpec("P")


def redacting(run: Callable[P, Any]) -> Callable[P, Any]:
    """Make a flow's function end as Failed with what may be said, whatever went wrong in it."""

    @functools.wraps(run)
    def safely(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return run(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a stranger's text may hold a value
            get_run_logger().error(redacted(error))
            return refused(redacted(error))

    return safely
