"""Which of the keys that were read can be followed, spelled as their targets are; the others are lost."""

from collections.abc import Mapping
from dataclasses import replace

from hervat.cleaning.lost import LostKey
from hervat.cleaning.schema import Key, TableInfo


def followed(tables: Mapping[str, TableInfo]) -> tuple[dict[str, TableInfo], list[LostKey]]:
    """Return the tables with the keys that lead to columns that are there, and the keys that do not."""
    found, lost = dict[str, TableInfo](), list[LostKey]()
    for name, table in tables.items():
        keys = [(key, _spelled(key, tables[key.target])) for key in table.keys]
        whys = {key: why for key, fit in keys if (why := _why(fit or key, fit is not None, tables))}
        lost += [LostKey(name, key.columns, key.target, key.target_columns, why, True) for key, why in whys.items()]
        kept = tuple(fit for key, fit in keys if fit and key not in whys)
        found[name] = table if kept == table.keys else replace(table, keys=kept)
    return found, lost


def _spelled(key: Key, target: TableInfo) -> Key | None:
    """Return the key with the columns of its target as they are spelled there, None where they are not there."""
    known = {name.lower(): name for name in target.columns} | {name: name for name in target.columns}
    columns = tuple(known.get(name, known.get(name.lower(), "")) for name in key.target_columns)
    if not all(columns) or len(columns) != len(key.columns) or not columns:
        return None
    return key if columns == key.target_columns else replace(key, target_columns=columns)


def _why(key: Key, fits: bool, tables: Mapping[str, TableInfo]) -> str:
    if not fits:
        named = ", ".join(key.target_columns)
        return f"which has no column {named}" if named else "which has no primary key that it could mean"
    if key.unclear:
        return key.unclear
    if key.to_part and not tables[key.target].is_unique(key.target_columns):
        columns = ", ".join(key.target_columns)
        return f"but to its part {key.to_part} alone: in the whole several rows may have the same {columns}"
    return ""
