"""Columns that point to one table or another by what a second column says: known by their names alone."""

from collections.abc import Iterable, Iterator

from hervat.cleaning.schema import TableInfo

_KINDS = (
    "type", "soort", "kind", "class", "klasse", "tabel", "tabelnaam", "table", "tablename", "entity", "entiteit",
    "model", "objecttype", "contenttype", "naam", "typeid", "soortid", "contenttypeid", "discriminator", "dtype",
)  # fmt: skip
_LONE = (
    "contenttype", "contenttypeid", "objecttype", "objectsoort", "entitytype", "entiteittype", "entitytypeid", "entity",
    "entiteit", "entityname", "tabel", "tabelnaam", "table", "tablename", "tabnaam", "model", "modelname", "modelnaam",
    "recordtype", "recordsoort", "relatedtype", "parenttype", "reftype", "referentietype", "brontabel", "brontype",
)  # fmt: skip
_ANY = (
    "object", "record", "rij", "row", "ref", "referentie", "reference", "entity", "entiteit", "parent", "item", "bron",
    "source", "target", "doel", "subject", "onderwerp", "related", "gerelateerd", "model", "eigenaar", "owner",
)  # fmt: skip
_ENDS = ("id", "nr", "nummer", "key", "sleutel", "ref", "pk", "fk", "uuid", "guid", "code")
_PLURAL = ("", "s", "en", "n", "ren")
_SHORT = 4


def kind_beside(table: TableInfo, column: str) -> str | None:
    """Return the column that seems to say of which table the number in `column` is, None where there is none."""
    stem = _stem(column)
    if not stem or _is_kind(column):
        return None
    others = {_flat(name): name for name in table.columns if name != column}
    wanted = [stem + one for one in _KINDS if one != "naam"] + [one + stem for one in _KINDS if one != "naam"] + [stem]
    wanted += _LONE if is_general(column) else ()
    return next((others[one] for one in wanted if one in others), None)


def kind_pairs(table: TableInfo) -> Iterator[tuple[str, str]]:
    """Yield (column, the column with its kind) where no foreign key says to which table the column points."""
    declared = {name for key in table.keys for name in key.columns}
    for column in table.columns:
        if column not in declared and table.primary != (column,) and (kind := kind_beside(table, column)):
            yield column, kind


def is_general(column: str) -> bool:
    """Say whether a column by its name may point to a thing of any kind: object_id, onderwerp_id, commentable_id."""
    return _stem(column) in _ANY or _stem(column).endswith("able")


def meant(value: object, tables: Iterable[str]) -> str | None:
    """Return the table that a kind names, as a table or as a class with its path; None for none or several."""
    names = _names(str(value))
    found = [one for one in tables if names & _names(one)]
    exact = [one for one in found if _flat(one) == _flat(str(value))]
    able = exact or found
    return able[0] if len(able) == 1 else None


def _names(text: str) -> set[str]:
    last = text.replace("\\", ".").replace("/", ".").replace(":", ".").strip(". ").rpartition(".")[2]
    flat = _flat(last)
    plain = flat.removeprefix("tbl") if len(flat) > _SHORT + 3 else flat
    return {one + end for one in (flat, plain) for end in _PLURAL if len(one) >= _SHORT} | (
        {plain.removesuffix(end) for end in _PLURAL if end and len(plain) - len(end) >= _SHORT}
    )


def _stem(column: str) -> str:
    flat = _flat(column)
    end = next((one for one in _ENDS if flat.endswith(one) and len(flat) > len(one) + 1), "")
    return flat.removesuffix(end) if end else ""


def _is_kind(column: str) -> bool:
    flat = _flat(column)
    return any(flat.endswith(one) for one in _KINDS if one.endswith("id")) or flat in _LONE


def _flat(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalnum())
