"""Great Expectations, quiet and closed: a context per validation, no analytics, no values in results."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, RLock

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when it is imported

import great_expectations as gx
import pandas as pd
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation
from tqdm import tqdm  # type: ignore[import-untyped]

from hervat.errors import HervatError
from hervat.expectations.verdict import Result, Severity

_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "return_unexpected_index_query": False,
    "include_unexpected_rows": False,
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
}
_QUIET = logging.getLogger("great_expectations")
_QUIET.setLevel(logging.CRITICAL + 1)
_QUIET.propagate = False
tqdm.set_lock(
    RLock()
)  # of its progress bars, none of which is shown: its own is one of the system's, left behind by a kill
_ONE = Lock()  # Great Expectations keeps the current project in a global


class ValidationFailed(HervatError):
    """Great Expectations failed itself, so nothing is known of the rows."""


@dataclass(frozen=True)
class Rule:
    """One rule of a suite: its reason and severity, and the expectation that checks it."""

    reason: str
    severity: Severity
    expectation: Expectation


@dataclass(frozen=True)
class SuiteOutcome:
    """The outcome of one rule: the result that may be kept, and the rows that failed."""

    result: Result
    rows: list[int]


def _context() -> EphemeralDataContext:
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def outcomes(suite: str, rules: Callable[[], Sequence[Rule]], frame: pd.DataFrame) -> list[SuiteOutcome]:
    """Return the outcome of each rule on `frame`, whose index is called row. Raises ValidationFailed."""
    with _ONE:
        try:
            return [_outcome(suite, rule, result) for rule, result in _validated(suite, rules(), frame)]
        except HervatError:
            raise
        except Exception as error:  # noqa: BLE001 - its text may hold values
            kind = type(error).__name__
            raise ValidationFailed(f"the suite {suite} could not be run ({kind}); nothing was validated") from None


def weighed(outcome: SuiteOutcome, weights: Sequence[int]) -> SuiteOutcome:
    """Return an outcome on a frame whose rows, counted from 0, represent so many rows each; 0: it is not there."""
    rows = [at for at in outcome.rows if weights[at]]
    counts = {"element_count": sum(weights), "unexpected_count": sum(weights[at] for at in rows), "success": not rows}
    return SuiteOutcome({**outcome.result, **counts}, rows)  # type: ignore[typeddict-item]


def _validated(
    suite: str, rules: Sequence[Rule], frame: pd.DataFrame
) -> list[tuple[Rule, ExpectationValidationResult]]:
    for rule in rules:
        rule.expectation.meta = {"reason": rule.reason}
    source = _context().data_sources.add_pandas(suite)
    batch = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    expectations = gx.ExpectationSuite(suite, expectations=[rule.expectation for rule in rules])
    said = batch.get_batch({"dataframe": frame}).validate(expectations, result_format=_FORMAT)
    by_reason = {_meta(result)["reason"]: result for result in said.results}
    return [(rule, by_reason[rule.reason]) for rule in rules]


def _meta(said: ExpectationValidationResult) -> dict[str, str]:
    return (said.expectation_config.meta if said.expectation_config else None) or {}


def _outcome(suite: str, rule: Rule, said: ExpectationValidationResult) -> SuiteOutcome:
    """Take the counts and row numbers out of a result, and nothing else. Raises ValidationFailed."""
    kind = type(rule.expectation).__name__
    if _raised(said.exception_info) or "element_count" not in said.result:
        raise ValidationFailed(f"{suite}: {kind} for {rule.reason} could not be evaluated; nothing was validated")
    count = int(said.result["unexpected_count"])
    rows = [int(row) for part in said.result.get("unexpected_index_list") or [] for row in part["row"]]
    if len(rows) != count or said.success != (count == 0):
        raise ValidationFailed(f"{suite}: {kind} for {rule.reason} counts {count} rows and names {len(rows)}")
    result: Result = {
        "suite": suite,
        "expectation": kind,
        "reason": rule.reason,
        "severity": rule.severity,
        "element_count": int(said.result["element_count"]),
        "unexpected_count": count,
        "success": bool(said.success),
    }
    return SuiteOutcome(result, rows)


def _raised(info: dict[str, object] | None) -> bool:
    """True if an exception occurred; Great Expectations nests one entry a metric if there were several."""
    if not info:
        return False
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(_raised(part) for part in info.values() if isinstance(part, dict))
