"""The custom expectation that every BSN in a column passes the elfproef."""

import numpy as np
import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)

_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])


def passes(column: pd.Series) -> pd.Series:
    """Return for each text whether it is nine digits, not all zero, whose weighted sum is divisible by 11."""
    texts = column.astype(str)
    good = texts.str.fullmatch("[0-9]{9}").astype(bool).to_numpy(copy=True)
    digits = np.array(texts[good].to_list(), dtype="S9").view(np.uint8).reshape(-1, 9).astype(np.int64) - ord("0")
    good[good] = (digits @ _WEIGHTS % 11 == 0) & digits.any(axis=1)
    return pd.Series(good, index=column.index)


class ColumnValuesPassElfproef(ColumnMapMetricProvider):
    """The metric behind the expectation: true where a BSN passes. Empty cells are left out."""

    condition_metric_name = "column_values.pass_elfproef"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_: object) -> pd.Series:
        return passes(column)


class ExpectColumnValuesToPassElfproef(ColumnMapExpectation):
    """Expect every BSN in the column to pass the elfproef."""

    map_metric = "column_values.pass_elfproef"
