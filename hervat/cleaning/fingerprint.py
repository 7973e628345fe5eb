"""What a plan's hash is made of: what would be done and to whom, never how many rows that happens to be."""

import json
from hashlib import sha256

from hervat.cleaning.databases.keepers import Keeper
from hervat.cleaning.erasing import Erasure
from hervat.cleaning.once import leaves
from hervat.cleaning.persons import Persons
from hervat.cleaning.reach import Reach
from hervat.cleaning.refreshing import refreshes
from hervat.cleaning.restrict import mark_statement
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.triggers import Trigger, set_off
from hervat.cleaning.written import deleted_from, updated_in

_ON_DELETE = {"CASCADE": "DELETE", "SET NULL": "UPDATE", "SET DEFAULT": "UPDATE"}


def plan_hash(local: LocalSystem, persons: Persons, occasion: int = 0) -> str:
    """Return the hash that a plan for these persons has now; it reads no row of the system."""
    system = local.system
    content = {
        "system": system.name,
        "persons": sorted(persons),
        "policy": system.policy,
        "footprint": system.footprint.model_dump(mode="json") if system.footprint else None,
        "restrict": sorted((str(mark), str(mark.value)) for mark in local.marks),
        "allow_index": system.allow_index,
        "chunk": system.chunk,
        "schema": local.schema.described(local.shape.concerned),
        "triggers": [[one.name, one.table, one.definition] for one in triggers_met(local)],
        "statements": statement_texts(local),
        "occasion": occasion,
    }
    if keeping := keepers_met(local):  # a system that keeps nothing has the hash that it always had
        content["keepers"] = [str(one) for one in keeping]
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def statement_texts(local: LocalSystem) -> tuple[str, ...]:
    """Return the statements that the policy leads to, as text without values."""
    if "texts" not in local.remembered:
        local.remembered["texts"] = (*_texts(local), *(one.statement for one in refreshes(local)))
    texts: tuple[str, ...] = local.remembered["texts"]
    return texts


def _texts(local: LocalSystem) -> tuple[str, ...]:
    reach = reach_of(local)
    if local.system.policy == "erase":
        return tuple(Erasure(reach).texts(local.engine.dialect))
    if local.system.policy == "restrict":
        texts = (str(mark_statement(mark, reach).compile(dialect=local.engine.dialect)) for mark in local.marks)
        return tuple(" ".join(text.split()) for text in texts)
    return ()


def reach_of(local: LocalSystem, whole: bool = False) -> Reach:
    """Return the reach that the policy needs: to erase, what hangs from one key need not be collected."""
    shape, schema = local.shape, local.schema
    spared = leaves(shape, schema) if local.system.policy == "erase" and not whole else {}
    return Reach(shape, schema, tables=[name for name in shape.nodes if name not in spared])


def triggers_met(local: LocalSystem) -> list[Trigger]:
    """Return the triggers and rules that the policy's statements can set off, and those that these set off in turn."""
    if "triggers" not in local.remembered:
        cascades = [(key.target, key.table, _ON_DELETE.get(key.on_delete, "")) for key in local.schema.keys]
        found = set_off(local.schema.triggers, deleted_from(local), updated_in(local), cascades)
        local.remembered["triggers"] = found
    met: list[Trigger] = local.remembered["triggers"]
    return met


def keepers_met(local: LocalSystem) -> list[Keeper]:
    """Return what keeps rows that the policy erases: nothing where it erases none."""
    erased = deleted_from(local)
    return [one for one in local.schema.keepers if erased and one.table in ("", *erased)]
