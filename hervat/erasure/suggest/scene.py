"""What every part of a suggestion works with: the schema, the keys with the guessed links, and what was chosen."""

from dataclasses import dataclass, field

from hervat.erasure.footprint.keys import KeyNames
from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.footprint.read import Inside, tables_inside
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.suggest.candidates import PersonGuess
from hervat.erasure.suggest.draft import FootprintDraft
from hervat.erasure.suggest.evidence import Counts
from hervat.settings import Footprint, PersonTable


@dataclass
class Scene:
    """A suggestion under way, once person and root are known."""

    schema: Schema
    counts: Counts
    draft: FootprintDraft
    person: PersonGuess
    root: str
    keys: tuple[Key, ...]
    path: tuple[Key, ...] = ()
    owned: list[Key] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def inside(self, also: Key | None = None) -> Inside:
        """Return the tables inside as chosen so far; with `also` among the `owns` keys."""
        owned = (*self.owned, also) if also else tuple(self.owned)
        person = PersonTable(table=self.person.table, bsn=self.person.column)
        return tables_inside(Footprint(person=person, root=self.root, keep=self.kept), self.schema, self.keys, owned)

    @property
    def on_path(self) -> frozenset[str]:
        """The tables between root and person, and the person."""
        return frozenset(key.target for key in self.path)

    def name(self, key: Key) -> str | None:
        """Return the "table.column" by which a footprint names this key and no other; None where there is none."""
        for column in key.columns:
            name = f"{key.table}.{column}"
            if KeyNames(self.keys, FootprintProblems(self.draft.system, self.schema))("", name) == key:
                return name
        return None
