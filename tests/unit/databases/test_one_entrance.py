"""A local system's database is opened in one place, so that no look is without hervat's own settings."""

import ast
from collections.abc import Iterator
from pathlib import Path

import hervat
from tests.support.house import parsed, statements

ROOT = Path(hervat.__file__).parent
OPENS = {"create_engine", "create_async_engine", "engine_from_config", "create_pool_from_url"}
CONNECTS = {"connect", "Connection"}
CALLED = tuple(f"{name}(" for name in OPENS | CONNECTS)
DRIVERS = {"sqlite3", "psycopg", "pymysql", "oracledb", "pyodbc", "MySQLdb", "psycopg2"}
LOCAL = {
    f"databases/{one}.py" for one in ("drivers", "sqlite/connection", "postgresql/connection", "mariadb/connection")
}
OTHER = {"register/store.py", "demo/vendor.py"}  # hervat's own register; the demo makes its made-up systems


def opened(path: Path) -> Iterator[str]:
    text = path.read_text()
    for node in ast.walk(parsed(path)) if any(name in text for name in CALLED) else ():
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            module, _, name = called.rpartition(".")
            if name in OPENS or (name in CONNECTS and module in DRIVERS):
                yield called


def test_no_other_file_opens_a_database() -> None:
    found = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py") if list(opened(path))}
    assert found == LOCAL | OTHER


def test_those_files_are_reached_by_the_entrance_alone() -> None:
    for path in ROOT.rglob("*.py"):
        for one in statements(parsed(path)):
            named = {alias.name for alias in one.names} if isinstance(one, ast.ImportFrom) else set()
            way = isinstance(one, ast.ImportFrom) and one.module in ("hervat.databases", "hervat.databases.connecting")
            if named & {"engine_on", "engine_by"} and not way:
                assert path.is_relative_to(ROOT / "databases"), path
