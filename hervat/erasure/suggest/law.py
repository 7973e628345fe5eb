"""Which roots are of the Wi2021: by a column that names the law, else by the day on which the plicht starts."""

from hervat.erasure.schema.model import Key
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.naming import is_text, law_columns, says, start_columns
from hervat.erasure.suggest.scene import Scene


def propose_law(scene: Scene, path: tuple[Key, ...]) -> None:
    """Add `where` or `conditions` to the draft, or leave them to a person."""
    if _by_text(scene, path) or _by_lookup(scene) or _by_day(scene):
        return
    law = [f"{name}.{one}" for name in _on_path(scene, path) for one in law_columns(scene.schema[name])]
    seen = f"; {', '.join(law)} may say it" if law else ""
    text = f"nothing says which rows of {scene.root} are of the Wi2021{seen}: without it every row counts as registered"
    scene.draft.leave("where", text)


def _on_path(scene: Scene, path: tuple[Key, ...]) -> list[str]:
    return [scene.root, *(key.target for key in path if key.target != scene.person.table)]


def _by_text(scene: Scene, path: tuple[Key, ...]) -> bool:
    in_keys = {(key.table, name) for key in scene.keys for name in key.columns}
    for table in _on_path(scene, path):
        for column in law_columns(scene.schema[table]):
            if is_text(scene.schema[table].column(column)) and (table, column) not in in_keys:
                return _spelled(scene, table, column, f"{table}.{column}")
    return False


def _spelled(scene: Scene, table: str, column: str, name: str) -> bool:
    """Add the law as this column spells it; which spelling it is, only counts can tell.

    Where they don't, the usual spelling stands: a wrong one finds nobody, none at all would take in every law's rows.
    """
    rows = scene.counts.spelled(table, column, naming.WI2021)
    if rows is None:
        why = "its name says law; the rows were not looked at: write the value as it stands there"
        scene.draft.add("where", {name: naming.WI2021[0]}, why, guess=True)
        return True
    met = {spelling: count for spelling, count in rows.items() if count}
    values = list(met) or [naming.WI2021[0]]
    told = ", ".join(f"{count} rows say {spelling}" for spelling, count in met.items())
    why = f"its name says law; {told or 'no row holds any spelling that was tried'}"
    scene.draft.add("where", {name: values[0] if len(values) == 1 else values}, why, guess=True)
    if not met:
        scene.draft.leave("where", f"{name} names a law, but how it spells the Wi2021 is not known: write its value")
    return True


def _by_lookup(scene: Scene) -> bool:
    for key in scene.schema[scene.root].keys:
        if len(key.columns) > 1 or not says(key.columns[0], naming.LAW):
            continue
        table = scene.schema[key.target]
        named = [one.name for one in table.sa.columns if is_text(one) and says(one.name, naming.LAW_NAMED)]
        for column in named:
            rows = scene.counts.spelled(table.name, column, naming.WI2021) or {}
            if met := [spelling for spelling, count in rows.items() if count]:
                text = f"{key} > {table.name}.{column} = {met[0]}"
                scene.draft.add("conditions", text, f"{table.name} lists laws and has {met[0]}", guess=True)
                return True
    return False


def _by_day(scene: Scene) -> bool:
    root = scene.schema[scene.root]
    owned = [key for key in root.keys if says(key.target, naming.OWNED) and len(key.columns) == 1]
    duties = sorted(owned, key=lambda key: ("plicht" not in key.target.lower(), str(key)))
    ways = [(f"{key} > ", scene.schema[key.target]) for key in duties] + [("", root)]
    for before, table in ways:
        for column in start_columns(table):
            text = f"{before}{table.name}.{column} >= {naming.IN_FORCE}"
            why = (
                "no column names the law: the day on which it starts decides (the Wi2021 is in force since 2022-01-01)"
            )
            scene.draft.add("conditions", text, why, guess=True)
            return True
    return False
