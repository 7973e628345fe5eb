"""What belongs to a root: tables that are owned, and tables that had better be kept out."""

from hervat.cleaning.schema import Key
from hervat.cleaning.suggest import vocabulary
from hervat.cleaning.suggest.counts import Use
from hervat.cleaning.suggest.scene import Scene
from hervat.cleaning.suggest.words import says

_MANY = 20  # so many rows before counts alone tell that rows are somebody's own
_FEW = 5  # so few that counts do not outvote a name


def propose_inside(scene: Scene) -> None:
    """Add `owns` and `keep` to the draft. Each owned table can bring in others, so both grow until nothing changes."""
    judged: set[Key] = set()
    while _keep_more(scene) or _own_more(scene, judged):
        pass
    for name in scene.kept:
        _tell_kept(scene, name)


def _keep_more(scene: Scene) -> bool:
    more = [
        name
        for name in scene.inside().tables
        if name != scene.root and (name in scene.on_path or says(name, vocabulary.KEPT))
    ]
    scene.kept += more
    return bool(more)


def _tell_kept(scene: Scene, name: str) -> None:
    inside = scene.inside().tables
    pointing = [key for key in scene.keys if key.table == name and key.target in inside]
    if not pointing:
        return
    if name in scene.on_path:
        scene.draft.add("keep", name, "it stands between root and person and points in: never erased")
        return
    stuck = [str(key) for key in pointing if not scene.schema[name].nullable & set(key.columns)]
    why = "its name says log or administration of money: is it about the registration?"
    why += f" {', '.join(stuck)} may not be null, so a row that stays there stops a plan" if stuck else ""
    scene.draft.add("keep", name, why, guess=True)


def _own_more(scene: Scene, judged: set[Key]) -> bool:
    """Judge the first key that leads out and was not judged yet; say whether there was one.

    Nearest to the root first: what the root owns may bring in a table that another key only seems to own.
    """
    inside = scene.inside()
    place = {name: at for at, name in enumerate(inside.tables)}
    shut = {*inside.tables, *scene.kept, *scene.on_path, scene.person.table}
    leading = [key for key in scene.keys if key.table in place and key.table not in inside.links]
    for key in sorted(leading, key=lambda key: (place[key.table], str(key))):
        if key not in judged and key.target not in shut:
            judged.add(key)
            _judge(scene, key)
            return True
    return False


def _judge(scene: Scene, key: Key) -> None:
    if says(key.target, (*vocabulary.LOOKUP, *vocabulary.KEPT)):
        return
    named = says(key.target, vocabulary.OWNED)
    alone = not any(other.target == key.target and other != key for other in scene.keys)
    name = scene.name(key)
    if not name or not (named or alone):
        return
    use = scene.counts.use(key)
    active = _belongs(use, named)
    why = [f"the name of {key.target} says so" if named else f"nothing else points to {key.target}"]
    why += [str(use)] if use else []
    brings = [] if not active else _brought(scene, key)
    why += [f"it brings in {', '.join(brings)}"] if brings else []
    scene.draft.add("owns", name, "; ".join(why), guess=True, active=active)
    if active:
        scene.owned.append(key)


def _belongs(use: Use | None, named: bool) -> bool:
    """Say whether the rows are the pointing row's own: by its name unless most are shared; else by counts alone."""
    if use is None or not use.filled:
        return named
    if named:
        return use.targets < _FEW or use.shared * 2 <= use.targets
    return use.filled >= _MANY and not use.shared


def _brought(scene: Scene, key: Key) -> list[str]:
    before = set(scene.inside().tables)
    return [name for name in scene.inside(also=key).tables if name not in before and name != key.target]
