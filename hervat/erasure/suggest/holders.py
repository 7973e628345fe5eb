"""What belongs to a root: owned tables, whose a shared row is, and what stays outside."""

from hervat.erasure.footprint.read import Inside, exclude_each_other
from hervat.erasure.schema.model import Key
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.evidence import Use
from hervat.erasure.suggest.naming import flat, holds_bsn, says
from hervat.erasure.suggest.scene import Scene


def propose_belongs(scene: Scene) -> None:
    """Add `belongs` to the draft for each table whose rows could be held by several keys."""
    _own_further(scene)
    inside = scene.inside()
    steps = steps_from_root(scene, inside)
    for name in inside.tables:
        own = _belonging(scene, name, inside)
        twofold = name in inside.links and _is_its_own_thing(scene, name)
        if (
            name != scene.root
            and len(own) > 1
            and not exclude_each_other(own)
            and (twofold or name not in inside.links)
        ):
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
        if name != scene.root and (name in scene.on_path or says(name, naming.KEPT))
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
    if says(key.target, (*naming.LOOKUP, *naming.KEPT)):
        return
    named = says(key.target, naming.OWNED)
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


def tell_outside(scene: Scene) -> None:
    """Add to the draft's open questions and remarks what is not entered."""
    inside = set(scene.inside().tables)
    known = inside | {*scene.kept, *scene.on_path, scene.person.table, scene.root}
    beside = {key.table: str(key) for key in scene.keys if key.target == scene.person.table and key.table not in known}
    with_bsn = {
        name: f"{name}.{column.name}"
        for name, table in scene.schema.tables.items()
        if name not in {scene.person.table}
        for column in table.sa.columns
        if holds_bsn(column) and name not in known
    }
    for name, key in sorted((beside | with_bsn).items()):
        text = f"{key} leads to the person, not to {scene.root}: {name} is not entered; is it about the registration?"
        scene.draft.leave("", text)
    plain = sorted({key.target for key in scene.keys if key.table in inside and key.target not in known | set(beside)})
    if plain:
        scene.draft.remarks.append(f"plain references, not entered: {', '.join(plain)}")
