"""Foreign keys read from SHOW CREATE TABLE, which an account that may only read sees too, whatever their names.

SQLAlchemy loses those with a bracket in a name; the catalogue shows none to an account that may only read.
"""

import re
from typing import Any

_NAME = r"`(?:[^`]|``)+`"
_NAMES = rf"{_NAME}(?:, {_NAME})*"
_KEY = re.compile(
    rf"^  CONSTRAINT (?P<name>{_NAME}) FOREIGN KEY \((?P<columns>{_NAMES})\) "
    rf"REFERENCES (?:(?P<schema>{_NAME})\.)?(?P<table>{_NAME}) \((?P<targets>{_NAMES})\)"
    r"(?: ON DELETE (?P<rule>CASCADE|SET NULL|SET DEFAULT))?(?: ON UPDATE (?P<update>CASCADE|SET NULL|SET DEFAULT))?",
    re.MULTILINE,
)


def foreign_keys(statement: str, schema: str | None, default: str | None) -> list[dict[str, Any]]:
    """Return the foreign keys in a CREATE TABLE statement of `schema` (None: the default one) as SQLAlchemy does."""
    return [
        {
            "name": _bare(one["name"])[0],
            "constrained_columns": _bare(one["columns"]),
            "referred_schema": _other(one["schema"], schema, default),
            "referred_table": _bare(one["table"])[0],
            "referred_columns": _bare(one["targets"]),
            "options": {name: one[rule] for name, rule in (("ondelete", "rule"), ("onupdate", "update")) if one[rule]},
        }
        for one in _KEY.finditer(statement)
    ]


def _other(named: str | None, own: str | None, default: str | None) -> str | None:
    found = _bare(named)[0] if named else own
    return None if found == default else found


def _bare(names: str) -> list[str]:
    return [one[1:-1].replace("``", "`") for one in re.findall(_NAME, names)]
