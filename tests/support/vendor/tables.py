"""Random schemas as vendors make them: depth, shared primary keys, composite keys, circles, odd names."""

from random import Random

from sqlalchemy import Date, Integer, String

from tests.support.vendor.schema import Entity, Key

NAMES = ["order", "Group", "user", "Select", "traject", "PIP", "b1_route", "Brede Intake", "examen-onderdeel", "ta.bel"]
KEYS = ["from", "Order", "desc", "heeft_een", "Voor", "onderdeel van", "table", "a", "b", "c", "d", "e", "f", "g"]
TEXT = String(60)


class Tables:
    """One schema: `types` are the tables inside the footprint, the root first."""

    def __init__(self, dice: Random, must: float = 0.15) -> None:
        self.dice, self.must = dice, must
        self.words = iter(f"{word}{'' if at < len(KEYS) else at}" for at, word in enumerate(KEYS * 9))
        self.person = Entity("Persoon", {"id": Integer(), "BSN": TEXT, "naam": TEXT}, ("id",))
        self.lookup = Entity("gemeente", {"id": Integer(), "naam": TEXT}, ("id",))
        self.between: Entity | None = None
        self.path: list[Key] = []
        self.root = self._root()
        self.dated = self._dated() if dice.random() < 0.4 else None
        self.types = [self.root]
        names = dice.sample(NAMES, dice.choice([1, 2, 3, 4, 5, 6, 7, 8, 8]))
        for at, name in enumerate(names, 1):
            self.types.append(self._type(name, self.types[-1] if dice.random() < 0.7 else dice.choice(self.types[:at])))
        for one in self.types[1:]:
            for _ in range(dice.choice([0, 0, 1, 1, 2])):
                self._relate(one, dice.choice(self.types))
            dice.shuffle(one.belongs)
        self.links = [self._link(f"koppel_{at}") for at in range(dice.choice([0, 1, 1, 2]))]
        self.kept = Entity("factuur", {"id": Integer(), "bedrag": Integer()}, ("id",))
        self.kept.key(next(self.words), dice.choice(self.types), plain=True)
        self.kept.key(next(self.words), dice.choice(self.types), plain=True)
        if dice.random() < 0.3:
            self.person.key("laatste", dice.choice(self.types), plain=True)

    @property
    def all(self) -> dict[str, Entity]:
        """Every table by name."""
        found = [self.person, self.lookup, self.between, *self.types, self.dated, *self.links, self.kept]
        return {one.name: one for one in found if one}

    def _root(self) -> Entity:
        if self.dice.random() < 0.4:  # a subtype: its primary key is the person's
            self.between = Entity("Vreemdeling", {"id": Integer(), "x": TEXT}, ("id",))
            root = Entity("inburgeraar", {"id": Integer(), "wet": TEXT, "x": TEXT}, ("id",))
            self.path = [root.reuse(("id",), self.between, plain=True), self.between.reuse(("id",), self.person)]
        else:
            columns, primary = self._form()
            root = Entity("inburgeraar", {**columns, "wet": TEXT, "x": TEXT}, primary)
            self.path = [root.key("persoon", self.person, plain=True)]
        root.key("gemeente", self.lookup, plain=True)
        return root

    def _dated(self) -> Entity:
        """Return the obligation, whose date of start decides under which law the root stands."""
        table = Entity("plicht", {"id": Integer(), "start": Date(), "x": TEXT}, ("id",))
        self.root.key("plicht", table, owns=True)
        return table

    def _form(self) -> tuple[dict[str, Integer | String], tuple[str, ...]]:
        return self.dice.choice(
            [
                ({"id": Integer()}, ("id",)),
                ({"Id": TEXT}, ("Id",)),
                ({"nr": Integer(), "jaar": TEXT}, ("jaar", "nr")),
            ]
        )

    def _type(self, name: str, holder: Entity) -> Entity:
        columns, primary = self._form()
        table = Entity(name, {**columns, "x": TEXT}, primary)
        style = self.dice.choice(["child", "child", "child", "parent", "parent", "both", "subtype"])
        if style == "subtype":
            table.columns = {**{one: holder.columns[one] for one in holder.primary}, "x": TEXT}
            table.primary = holder.primary
            table.belongs = [table.reuse(holder.primary, holder)]
        elif style == "parent":
            holder.key(next(self.words), table, owns=True)
        else:
            owns = style == "both" and holder is not self.root
            table.belongs = [table.key(next(self.words), holder, owns=owns)]
        if self.dice.random() < 0.3:
            table.key(next(self.words), self.lookup, plain=True)
        return table

    def _relate(self, one: Entity, other: Entity) -> None:
        """Add a relation between any two tables: a circle, a self reference, a key in both roles, a mere reference."""
        style = self.dice.choice(["child", "child", "parent", "both", "both", "plain"])
        if len(one.belongs) == 1 and one.belongs[0].columns == one.primary:
            style = "plain" if style in ("child", "both") else style  # a subtype is held by its primary key alone
        word = next(self.words)
        if style == "parent":
            one.key(word, other, owns=other is not self.root, plain=other is self.root)
        elif style == "plain":
            key = one.key(word, other, plain=True)
            one.required |= {key.columns[0]} if self.dice.random() < self.must else set()
        else:
            one.belongs.append(one.key(word, other, owns=style == "both" and other is not self.root))

    def _link(self, name: str) -> Entity:
        table = Entity(name, {}, (), link=True)
        for word in ("a", "b", "c")[: self.dice.choice([2, 2, 3])]:
            table.key(word, self.dice.choice([*self.types, *self.types, self.lookup]), plain=True)
        return table

    def footprint(self) -> dict[str, object]:
        """Return the footprint that somebody who knows these tables gives."""
        root = self.root.name
        owns = [str(key) for one in self.types for key in one.keys if key.owns]
        law = {"where": {f"{root}.wet": "Wi2021"}}
        if self.dated:
            law = {"conditions": [f"{root}.plicht > plicht.start >= 2022-01-01"]}
        held = [one for one in [*self.types[1:], self.dated] if one]
        return {
            "person": {"table": self.person.name, "bsn": "BSN"},
            "root": root,
            "path": [str(key) for key in self.path],
            "owns": owns,
            "belongs": {one.name: [key.columns[0] for key in one.belongs] for one in held},
            "keep": [self.kept.name],
            **law,
        }
