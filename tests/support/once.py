"""What is the same in nearly every test, made once a process: an empty register, a verdict on the same rows, a letter.

All are exact: the copied file is what the migrations make, a verdict is given again only for the same rules on the same
rows, and a PDF for the same text of the same day by hervat's own templates. The tests of the register and of the rules themselves do without (`tests/conftest.py`).
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import Any

import pytest

_RESULTS: dict[str, list[Any]] = {}
_FOLDER: list[Path] = []


@contextmanager
def made_once() -> Iterator[None]:
    """Copy new SQLite registers, let Great Expectations judge the same rows by the same rules once, and draw a PDF once."""
    with pytest.MonkeyPatch.context() as patch:
        if store := sys.modules.get("hervat.register.store"):  # else nothing is imported yet, nor will be for a unit
            patch.setattr(store.Register, "migrate", _copying(store, store.Register.migrate))
        if testing := sys.modules.get("typer.testing"):
            patch.setattr(testing, "_get_command", lambda app: _command(app, _size(app)))
        if engine := sys.modules.get("hervat.expectations.engine"):
            patch.setattr(engine, "_validated", _kept(engine._validated))
        for name in ("hervat.notices.parcel", "hervat.notices.doctor"):
            if module := sys.modules.get(name):
                patch.setattr(module, "pdf_of", _drawn)
        yield


def _drawn(text: str, day: date, templates: Path | None = None) -> bytes:
    """Return a letter as a PDF; who has templates of their own gets it drawn."""
    if templates and templates.is_dir():
        from hervat.notices.letter_pages import pdf_of

        return pdf_of(text, day, templates)
    return _drawn_by_ours(text, day)


@cache
def _drawn_by_ours(text: str, day: date) -> bytes:
    from hervat.notices.letter_pages import pdf_of

    return pdf_of(text, day)


def _size(app: Any) -> tuple[int, ...]:
    """How many commands an app has by now, and each of its groups: a file that is imported adds its own."""
    groups = app.registered_groups
    return (len(app.registered_commands), *(len(one.typer_instance.registered_commands) for one in groups))


@cache
def _command(app: Any, _commands: tuple[int, ...]) -> Any:
    """Return the commands of an app, which every run of one makes anew otherwise."""
    from typer.main import get_command

    return get_command(app)


def _copying(store: Any, migrate: Callable[[Any], None]) -> Callable[[Any], None]:
    from alembic import command  # no unit that needs no register imports it

    upgrade = command.upgrade

    def quickly(self: Any) -> None:
        place = Path(self.url.database) if self.is_sqlite and self.url.database else None
        if place and not place.exists() and command.upgrade is upgrade:  # else a test makes an older one
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy(_empty(store.Register, migrate), place)
        migrate(self)

    return quickly


def _copy(made: Path, place: Path) -> None:
    """Put a copy in its place at once, unless another was first: two may begin a register together."""
    copy = place.with_name(f"{place.name}.{os.getpid()}.{get_ident()}")
    shutil.copyfile(made, copy)
    with suppress(FileExistsError):
        os.link(copy, place)
    copy.unlink()


def _empty(register: type[Any], migrate: Callable[[Any], None]) -> Path:
    """Return a register in one file, as its migrations make it."""
    if not _FOLDER:
        place = Path(tempfile.mkdtemp(prefix="hervat-once-")) / "register.db"
        new = register(f"sqlite:///{place}")
        migrate(new)
        with new.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        new.engine.dispose()
        _FOLDER.append(place)
    return _FOLDER[0]


def forget() -> None:
    """Remove the folder of the copies' original."""
    while _FOLDER:
        shutil.rmtree(_FOLDER.pop().parent, ignore_errors=True)


def _kept(validated: Callable[..., list[tuple[Any, Any]]]) -> Callable[..., list[tuple[Any, Any]]]:
    def once(suite: str, rules: Sequence[Any], frame: Any) -> list[tuple[Any, Any]]:
        key = _key(suite, rules, frame)
        if key not in _RESULTS:
            _RESULTS[key] = [result for _, result in validated(suite, rules, frame)]
        return list(zip(rules, _RESULTS[key], strict=True))

    return once


def _key(suite: str, rules: Sequence[Any], frame: Any) -> str:
    asked = [(rule.reason, rule.severity, type(rule.expectation).__name__, rule.expectation.json()) for rule in rules]
    rows = (list(frame.columns), [str(kind) for kind in frame.dtypes], frame.index.tolist(), frame.to_numpy().tolist())
    return json.dumps([suite, asked, rows], default=repr)
