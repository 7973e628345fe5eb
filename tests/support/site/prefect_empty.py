"""An empty database of Prefect's server, made once for all tests: 150 migrations and all block types take seconds.

The copy is what the migrations and the registration of blocks make. One test starts a server without it
(`HERVAT_TESTS_PREFECT=""`). As a program, it makes the database in PREFECT_HOME.
"""

import asyncio
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

_NAME = "prefect.db"


def begin_on_a_copy() -> None:
    """Give a home that has no database a copy of the empty one, which the first to need it makes."""
    home, folder = Path(os.environ["PREFECT_HOME"]), Path(os.environ["HERVAT_TESTS_PREFECT"])
    if (home / _NAME).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (folder / _NAME).exists():
            _make(folder)
    copy = home / f"{_NAME}.copy"
    shutil.copyfile(folder / _NAME, copy)
    copy.rename(home / _NAME)
    os.environ["PREFECT_API_BLOCKS_REGISTER_ON_START"] = "false"  # they are in it


def _make(folder: Path) -> None:
    making = folder / "making"
    shutil.rmtree(making, ignore_errors=True)  # of a server that was killed in between
    making.mkdir()
    environment = os.environ | {"PREFECT_HOME": str(making), "HERVAT_TESTS_PREFECT": ""}
    subprocess.run([sys.executable, "-m", "prefect_empty"], env=environment, check=True)
    made = sqlite3.connect(making / _NAME)
    made.execute("pragma wal_checkpoint(truncate)")
    made.execute("pragma journal_mode = delete")
    made.close()
    (making / _NAME).rename(folder / _NAME)


async def _fill() -> None:
    from prefect.server.database import provide_database_interface
    from prefect.server.models.block_registration import run_block_auto_registration

    database = provide_database_interface()
    await database.create_db()
    async with await database.session() as session:
        await run_block_auto_registration(session=session)


if __name__ == "__main__":
    asyncio.run(_fill())
