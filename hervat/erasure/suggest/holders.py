"""Suggest `owns`, `belongs` and `keep`: which tables belong to a root, and which stay outside."""

from hervat.erasure.footprint.read import Inside, exclude_each_other
from hervat.erasure.schema.model import Key
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.draft import Suggestion
from hervat.erasure.suggest.evidence import Use
from hervat.erasure.suggest.naming import flat, holds_bsn, says


def suggest_belongs(suggestion: Suggestion) -> None:
    """Add `belongs` to the draft for each table whose rows could be held by several keys."""
    _own_outward(suggestion)
    inside = suggestion.inside()
    steps = steps_from_root(suggestion, inside)
    for name in inside.tables:
        own = _belonging(suggestion, name, inside)
        not_a_link = name in inside.links and _has_own_key(suggestion, name)
        if (
            name != suggestion.root
            and len(own) > 1
            and not exclude_each_other(own)
            and (not_a_link or name not in inside.links)
        ):
            _suggest(suggestion, name, own, steps, not_a_link)


def _own_outward(suggestion: Suggestion) -> None:
    """Let an owned table own what it points to if all its keys lead further from the root: it is the holder then."""
    inside = suggestion.inside()
    steps = steps_from_root(suggestion, inside)
    for name in [key.target for key in suggestion.owned]:
        own = _belonging(suggestion, name, inside)
        outward = [key for key in own if steps.get(key.target, 0) > steps[name]]
        if len(own) > 1 and outward == own:
            for key in outward:
                why = f"{key.target} lies further from {suggestion.root} than {name}, which leads to it"
                suggestion.draft.add("owns", suggestion.name(key) or str(key), why, guess=True)
            suggestion.owned += outward


def steps_from_root(suggestion: Suggestion, inside: Inside) -> dict[str, int]:
    """Return, for each table inside, how many steps it is from the root."""
    holds = [(key.table, key.target) for key in suggestion.owned]
    holds += [(key.target, key.table) for key in suggestion.keys if key not in suggestion.owned]
    nodes = set(inside.tables) - inside.links
    steps, at = {suggestion.root: 0}, 0
    while more := {held for holder, held in holds if steps.get(holder) == at and held in nodes} - set(steps):
        at += 1
        steps |= dict.fromkeys(more, at)
    return steps


def _belonging(suggestion: Suggestion, name: str, inside: Inside) -> list[Key]:
    return [
        key
        for key in suggestion.keys
        if key.table == name and key.target in inside.tables and key not in suggestion.owned
    ]


def _has_own_key(suggestion: Suggestion, name: str) -> bool:
    """True if a table with only keys has a primary key of its own: it may be more than a link table."""
    in_keys = {column for key in suggestion.keys if key.table == name for column in key.columns}
    return not set(suggestion.schema[name].primary) <= in_keys


def _suggest(suggestion: Suggestion, name: str, own: list[Key], steps: dict[str, int], not_a_link: bool) -> None:
    others = [key for key in own if key.target != name]
    order = sorted(others, key=lambda key: _rank(suggestion, key, steps))
    named = {key: full.removeprefix(f"{name}.") for key in order if (full := suggestion.name(key))}
    if len(named) < len(order):
        missing = ", ".join(str(key) for key in order if key not in named)
        suggestion.draft.leave(f"belongs.{name}", f"no column name identifies {missing}")
        return
    why = (
        ["the first that is not empty decides; here its namesake, then the nearest to the root comes first"]
        if order
        else []
    )
    why += [f"{key} points to its own table: left out" for key in own if key not in others]
    why += ["without this line it is a link table, whose rows go with either end"] if not_a_link else []
    suggestion.draft.add("belongs", {name: list(named.values())}, "; ".join(why), guess=True)


def _rank(suggestion: Suggestion, key: Key, steps: dict[str, int]) -> tuple[bool, int, int]:
    """Rank first the holder that the table is named for (examenonderdeel, examen), then by the steps from the root."""
    namesake = flat(key.table).startswith(flat(key.target))
    place = suggestion.schema[key.table].columns.index(key.columns[0])
    return not namesake, steps.get(key.target, len(steps)), place


_MIN_ROWS = 20  # before counts alone show that rows belong to one holder
_MIN_TARGETS = 5  # before counts overrule a name


def suggest_inside(suggestion: Suggestion) -> None:
    """Add `owns` and `keep` to the draft. Each owned table can bring in others, so both grow until nothing changes."""
    judged: set[Key] = set()
    while _keep_more(suggestion) or _own_more(suggestion, judged):
        pass
    for name in suggestion.kept:
        _report_kept(suggestion, name)


def _keep_more(suggestion: Suggestion) -> bool:
    more = [
        name
        for name in suggestion.inside().tables
        if name != suggestion.root and (name in suggestion.on_path or says(name, naming.KEPT))
    ]
    suggestion.kept += more
    return bool(more)


def _report_kept(suggestion: Suggestion, name: str) -> None:
    inside = suggestion.inside().tables
    pointing = [key for key in suggestion.keys if key.table == name and key.target in inside]
    if not pointing:
        return
    if name in suggestion.on_path:
        suggestion.draft.add("keep", name, "it is between root and person and points in: never erased")
        return
    stuck = [str(key) for key in pointing if not suggestion.schema[name].nullable & set(key.columns)]
    why = "by its name a log or financial administration: is it about the registration?"
    why += f" {', '.join(stuck)} may not be null, so a row that stays there stops a plan" if stuck else ""
    suggestion.draft.add("keep", name, why, guess=True)


def _own_more(suggestion: Suggestion, judged: set[Key]) -> bool:
    """Judge the first key that leads out and was not judged yet. Return False if there is none.

    Nearest to the root first: what the root owns may bring in a table that another key only seems to own.
    """
    inside = suggestion.inside()
    place = {name: at for at, name in enumerate(inside.tables)}
    closed = {*inside.tables, *suggestion.kept, *suggestion.on_path, suggestion.person.table}
    leading = [key for key in suggestion.keys if key.table in place and key.table not in inside.links]
    for key in sorted(leading, key=lambda key: (place[key.table], str(key))):
        if key not in judged and key.target not in closed:
            judged.add(key)
            _judge(suggestion, key)
            return True
    return False


def _judge(suggestion: Suggestion, key: Key) -> None:
    if says(key.target, (*naming.LOOKUP, *naming.KEPT)):
        return
    named = says(key.target, naming.OWNED)
    alone = not any(other.target == key.target and other != key for other in suggestion.keys)
    name = suggestion.name(key)
    if not name or not (named or alone):
        return
    use = suggestion.counts.use(key)
    active = _is_owned(use, named)
    why = [f"the name of {key.target} says so" if named else f"nothing else points to {key.target}"]
    why += [str(use)] if use else []
    more = _brought_in(suggestion, key) if active else []
    why += [f"it brings in {', '.join(more)}"] if more else []
    suggestion.draft.add("owns", name, "; ".join(why), guess=True, active=active)
    if active:
        suggestion.owned.append(key)


def _is_owned(use: Use | None, named: bool) -> bool:
    """True if the rows belong to the pointing row: by name unless most are shared; without a name by counts alone."""
    if use is None or not use.filled:
        return named
    if named:
        return use.targets < _MIN_TARGETS or use.shared * 2 <= use.targets
    return use.filled >= _MIN_ROWS and not use.shared


def _brought_in(suggestion: Suggestion, key: Key) -> list[str]:
    before = set(suggestion.inside().tables)
    return [name for name in suggestion.inside(also=key).tables if name not in before and name != key.target]


def report_outside(suggestion: Suggestion) -> None:
    """Add the tables that are not entered to the draft's open questions and remarks."""
    draft, person, root = suggestion.draft, suggestion.person.table, suggestion.root
    inside = set(suggestion.inside().tables)
    known = inside | {*suggestion.kept, *suggestion.on_path, person, root}
    by_key = {key.table: str(key) for key in suggestion.keys if key.target == person and key.table not in known}
    for name, key in sorted((by_key | _bsn_columns(suggestion, known)).items()):
        text = f"{key} leads to the person, not to {root}: {name} is not entered; is it about the registration?"
        draft.leave("", text)
    targets = {key.target for key in suggestion.keys if key.table in inside}
    if plain := sorted(targets - known - by_key.keys()):
        draft.remarks.append(f"plain references, not entered: {', '.join(plain)}")


def _bsn_columns(suggestion: Suggestion, known: set[str]) -> dict[str, str]:
    """Return the other tables with a column of BSNs, and that column."""
    return {
        name: f"{name}.{column.name}"
        for name, table in suggestion.schema.tables.items()
        if name not in known
        for column in table.sa.columns
        if holds_bsn(column)
    }
