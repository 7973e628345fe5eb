"""What stays outside a suggested footprint and should be known: other tables about the person, plain references."""

from hervat.cleaning.suggest.columns import holds_bsn
from hervat.cleaning.suggest.scene import Scene


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
