"""Suggest which roots are under the Wi2021: by a column that names the law, else by the start date of the plicht."""

from hervat.erasure.schema.model import Key
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.draft import Suggestion
from hervat.erasure.suggest.naming import is_text, law_columns, says, start_columns
from hervat.plural import plural


def suggest_law(suggestion: Suggestion, path: tuple[Key, ...]) -> None:
    """Add `where` or `conditions` to the draft, or leave them to a person."""
    if _by_text(suggestion, path) or _by_lookup(suggestion) or _by_day(suggestion):
        return
    law = [f"{name}.{column}" for name in _on_path(suggestion, path) for column in law_columns(suggestion.schema[name])]
    maybe = f"; {', '.join(law)} may say it" if law else ""
    text = f"nothing says which rows of {suggestion.root} are under the Wi2021{maybe}: without it every row counts"
    suggestion.draft.leave("where", text)


def _on_path(suggestion: Suggestion, path: tuple[Key, ...]) -> list[str]:
    return [suggestion.root, *(key.target for key in path if key.target != suggestion.person.table)]


def _by_text(suggestion: Suggestion, path: tuple[Key, ...]) -> bool:
    in_keys = {(key.table, name) for key in suggestion.keys for name in key.columns}
    for table in _on_path(suggestion, path):
        for column in law_columns(suggestion.schema[table]):
            if is_text(suggestion.schema[table].column(column)) and (table, column) not in in_keys:
                return _spelled(suggestion, table, column, f"{table}.{column}")
    return False


def _spelled(suggestion: Suggestion, table: str, column: str, name: str) -> bool:
    """Add the law in the spelling of this column, which only counts can tell. Return True.

    Without counts the usual spelling is used: a wrong one finds nobody, none at all would include every law's rows.
    """
    rows = suggestion.counts.spelled(table, column, naming.WI2021)
    if rows is None:
        why = "its name says law; the rows were not read: write the value as the column spells it"
        suggestion.draft.add("where", {name: naming.WI2021[0]}, why, guess=True)
        return True
    used = {spelling: count for spelling, count in rows.items() if count}
    values = list(used) or [naming.WI2021[0]]
    counts = ", ".join(f"{spelling} in {plural(count, 'row')}" for spelling, count in used.items())
    why = f"its name says law; {counts or 'no row has any spelling that was tried'}"
    suggestion.draft.add("where", {name: values[0] if len(values) == 1 else values}, why, guess=True)
    if not used:
        text = f"{name} names a law, but how it spells the Wi2021 is not known: write its value"
        suggestion.draft.leave("where", text)
    return True


def _by_lookup(suggestion: Suggestion) -> bool:
    for key in suggestion.schema[suggestion.root].keys:
        if len(key.columns) > 1 or not says(key.columns[0], naming.LAW):
            continue
        table = suggestion.schema[key.target]
        columns = [column.name for column in table.sa.columns if is_text(column)]
        for column in (name for name in columns if says(name, naming.LAW_NAMED)):
            rows = suggestion.counts.spelled(table.name, column, naming.WI2021) or {}
            if used := [spelling for spelling, count in rows.items() if count]:
                text = f"{key} > {table.name}.{column} = {used[0]}"
                suggestion.draft.add("conditions", text, f"{table.name} lists laws and has {used[0]}", guess=True)
                return True
    return False


def _by_day(suggestion: Suggestion) -> bool:
    root = suggestion.schema[suggestion.root]
    owned = [key for key in root.keys if says(key.target, naming.OWNED) and len(key.columns) == 1]
    duties = sorted(owned, key=lambda key: ("plicht" not in key.target.lower(), str(key)))
    ways = [(f"{key} > ", suggestion.schema[key.target]) for key in duties] + [("", root)]
    for before, table in ways:
        for column in start_columns(table):
            text = f"{before}{table.name}.{column} >= {naming.IN_FORCE}"
            why = "no column names the law: the start date decides (the Wi2021 has been in force since 2022-01-01)"
            suggestion.draft.add("conditions", text, why, guess=True)
            return True
    return False
