"""What a command and all that it starts cost: `python -m benchmarks.reaped COMMAND ...` prints figures as JSON.

What outlives its parent becomes a child of this process (a subreaper), so that its CPU is counted too.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


def main(command: list[str]) -> None:
    """Run the command, wait for everything, and print exit status, seconds, CPU and the largest process in MiB."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    start = time.monotonic()
    status = subprocess.call(command, stdout=sys.stderr)
    seconds = time.monotonic() - start
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}
    print(json.dumps({"status": status, "seconds": seconds, **figures}))


if __name__ == "__main__":
    main(sys.argv[1:])
