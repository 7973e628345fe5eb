"""What every Python process that the tests start does first; `tests/conftest.py` puts this folder on their path.

Garbage is collected seldom: imports make objects by the hundred thousand that all stay. It changes when memory is given
back, and nothing that a test could see. And a Prefect server begins on a copy of an empty database, see
`prefect_empty.py`.
"""

import gc
import os
import sys

gc.set_threshold(100_000, 50, 100)

if os.environ.get("HERVAT_TESTS_PREFECT") and sys.orig_argv[2:5] == ["prefect", "server", "start"]:
    from prefect_empty import begin_on_a_copy

    begin_on_a_copy()
