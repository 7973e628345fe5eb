"""One measured part of `benchmarks.intake`, in a process of its own: `floor` or `intake`. Prints figures as JSON."""

import json
import sqlite3
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import psycopg
import yaml

from benchmarks.resident import peak_of_this_process

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.tasks.installation import Installation


def floor(folder: Path, url: str) -> dict[str, float]:
    """Read the file and load its rows, without any check."""
    start = time.perf_counter()
    (path,) = folder.glob("*.csv")
    rows = pl.read_csv(path, separator=";", infer_schema=False).with_row_index("id")
    columns = ", ".join(f'"{name}" text' for name in rows.columns[1:])
    table = f"create table floor (id integer primary key, {columns})"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            database.execute("pragma journal_mode=wal")
            database.execute("pragma synchronous=full")
            database.execute(table)
            database.executemany(f"insert into floor values ({', '.join('?' * rows.width)})", rows.rows())
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
            cursor.execute(table)
            with cursor.copy("copy floor from stdin (format csv)") as copy:
                for some in rows.iter_slices(100_000):
                    copy.write(some.write_csv(include_header=False).encode())
    return {"seconds": time.perf_counter() - start}


def intake(folder: Path, url: str) -> dict[str, float]:
    """Fetch, validate and load the file, by the steps of a night."""
    start = time.perf_counter()
    import great_expectations  # noqa: F401 - what is imported when is part of what is measured

    import hervat.expectations.rows  # noqa: F401
    from hervat.tasks import fetch, load, validate
    from hervat.tasks.installation import Installation

    figures = {"imports": time.perf_counter() - start}
    with tempfile.TemporaryDirectory() as place:
        night = _night(Installation, Path(place), folder, url)
        for name, step in (("fetch", fetch), ("validate", validate), ("load", load)):
            start = time.perf_counter()
            counts = step.STEP.run(night)
            figures[name] = time.perf_counter() - start
        if night.errors or counts["rows"]["read"] != counts["rows"]["loaded"]:
            raise SystemExit(f"not all was loaded: {night.errors} {counts}")
    figures["seconds"] = figures["fetch"] + figures["validate"] + figures["load"]
    figures["peak_gib"] = peak_of_this_process() / 1024**3
    return figures


def _night(installation_of: type["Installation"], place: Path, folder: Path, url: str) -> "Night":
    keys = folder.parent / "keys.json"  # of all parts: a register knows its keys
    source = {"name": "pib", "stable_after_seconds": 0, "folder": {"directory": str(folder), "pattern": "*.csv"}}
    town = {"code": "0000", "name": "Voorbeeldstad", "sources": [source]}
    answer = {
        "register": url,
        "vault": "vault",
        "output": "output",
        "keys": {"file": str(keys)},
        "municipalities": [town],
    }
    (place / "hervat.yaml").write_text(yaml.safe_dump(answer), encoding="utf-8")
    from hervat.masters import new_master

    if not keys.exists():
        keys.write_text(new_master(), encoding="utf-8")
    installation = installation_of(place)
    return installation.night(installation.settings.municipalities[0], date(2022, 3, 1))


if __name__ == "__main__":
    work = {"floor": floor, "intake": intake}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), sys.argv[3])))
