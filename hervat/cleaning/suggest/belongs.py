"""Whose a row is that has several keys inside: the table nearest to the root first."""

from hervat.cleaning.holders import Inside, are_kinds
from hervat.cleaning.schema import Key
from hervat.cleaning.suggest.scene import Scene
from hervat.cleaning.suggest.words import flat


def propose_belongs(scene: Scene) -> None:
    """Add `belongs` to the draft for each table whose rows could be held by several keys."""
    _own_further(scene)
    inside = scene.inside()
    steps = steps_from_root(scene, inside)
    for name in inside.tables:
        own = _belonging(scene, name, inside)
        twofold = name in inside.links and _is_its_own_thing(scene, name)
        if name != scene.root and len(own) > 1 and not are_kinds(own) and (twofold or name not in inside.links):
            _propose(scene, name, own, steps, twofold)


def _own_further(scene: Scene) -> None:
    """Let an owned table own what it points to where all its keys lead further from the root: it holds, not is held."""
    inside = scene.inside()
    steps = steps_from_root(scene, inside)
    for name in [key.target for key in scene.owned]:
        own = _belonging(scene, name, inside)
        further = [key for key in own if steps.get(key.target, 0) > steps[name]]
        if len(own) > 1 and further == own:
            for key in further:
                why = f"{key.target} lies further from {scene.root} than {name}, which leads to it"
                scene.draft.add("owns", scene.name(key) or str(key), why, guess=True)
            scene.owned += further


def steps_from_root(scene: Scene, inside: Inside) -> dict[str, int]:
    """Return for each table inside how many holders stand between it and the root."""
    holds = [(key.table, key.target) for key in scene.owned]
    holds += [(key.target, key.table) for key in scene.keys if key not in scene.owned]
    nodes = set(inside.tables) - inside.links
    found, at = {scene.root: 0}, 0
    while more := {held for holder, held in holds if found.get(holder) == at and held in nodes} - set(found):
        at += 1
        found |= dict.fromkeys(more, at)
    return found


def _belonging(scene: Scene, name: str, inside: Inside) -> list[Key]:
    return [key for key in scene.keys if key.table == name and key.target in inside.tables and key not in scene.owned]


def _is_its_own_thing(scene: Scene, name: str) -> bool:
    """Say whether a table of nothing but keys has a primary key beside them: perhaps it is no mere link table."""
    in_keys = {column for key in scene.keys if key.table == name for column in key.columns}
    return not set(scene.schema[name].primary) <= in_keys


def _propose(scene: Scene, name: str, own: list[Key], steps: dict[str, int], twofold: bool) -> None:
    others = [key for key in own if key.target != name]
    order = sorted(others, key=lambda key: _rank(scene, key, steps))
    named = {key: full.removeprefix(f"{name}.") for key in order if (full := scene.name(key))}
    if len(named) < len(order):
        missing = ", ".join(str(key) for key in order if key not in named)
        scene.draft.leave(f"belongs.{name}", f"no column names {missing} and no other key")
        return
    why = (
        ["the first that is not empty decides; here its namesake, then the nearest to the root comes first"]
        if order
        else []
    )
    why += [f"{key} points to its own table: left out" for key in own if key not in others]
    why += ["without this line it is a link table, whose rows go with either end"] if twofold else []
    scene.draft.add("belongs", {name: list(named.values())}, "; ".join(why), guess=True)


def _rank(scene: Scene, key: Key, steps: dict[str, int]) -> tuple[bool, int, int]:
    """Rank a part behind the thing it is named for (examenonderdeel, examen), then by the steps from the root."""
    namesake = flat(key.table).startswith(flat(key.target))
    place = scene.schema[key.table].columns.index(key.columns[0])
    return not namesake, steps.get(key.target, len(steps)), place
