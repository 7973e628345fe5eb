"""Every Python process of the tests collects garbage seldom: imports make objects by the hundred thousand that all stay.

`tests/conftest.py` puts this folder on the path of all that the tests start. It changes when memory is given back, and
nothing that a test could see.
"""

import gc

gc.set_threshold(100_000, 50, 100)
