"""Made-up dossiers in a system of the GGM's form; each row is written down with whom it is about.

Person after person gets one of `CASES`, so that a town of twelve persons holds each of them and a larger one many.
"""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.support.dossiers import bsn
from tests.support.ggm.tables import LONG, Ggm
from tests.support.vendor.maker import spelled
from tests.support.vendor.rows import LINK, OUTSIDE, Registration, Row, Vendor
from tests.support.vendor.schema import Entity, Key

FOOTPRINTS = Path(__file__).parents[3] / "config" / "footprints"
WI2021, WI2013 = date(2022, 2, 1), date(2021, 10, 1)
CASES = (
    "plain",
    "other way",  # no key from the inburgeraar to the aanbod: it is known by traject, intake, leerroute and PIP
    "shared", "partner",  # two persons with one aanbod
    "wi2013",
    "no date",
    "no plicht",
    "double",  # two person rows with one BSN
    "shared over laws", "partner under wi2013",
    "intake by leerroute",  # the intake's key to the traject is empty
    "exempted",  # a part of an exam that hangs from the ontheffing
)  # fmt: skip


class Town:
    """A made-up gemeente's system with `size` persons."""

    def __init__(self, form: str, size: int = 24, own_key: bool = False, lower: bool = False, seed: int = 0) -> None:
        self.ggm, self.dice, self.bsns = Ggm(form, own_key, lower), Random(seed), [bsn(at) for at in range(size)]
        self.vendor = Vendor({one.name: one for one in self.ggm.tables.values()}, footprint=_footprint(form, own_key))
        self.place = self._add("GEMEENTE", kind=OUTSIDE)
        self._tie("overgegaan", self._add("GEMEENTE", kind=OUTSIDE), self.place)
        self.module = self._add("INTRODUCTIEMODULE", kind=OUTSIDE) if form == "ddl" else None
        self.offer: Row | None = None
        for at, number in enumerate(self.bsns):
            self._person(number, CASES[at % len(CASES)])
        self._leftovers()
        for table in (one for one in self.ggm.tables.values() if one.link):
            self._link(table)

    def of(self, case: str) -> set[str]:
        """Return the BSNs of the persons of this case."""
        return {number for at, number in enumerate(self.bsns) if CASES[at % len(CASES)] == case}

    # -- a person

    def _person(self, number: str, case: str) -> None:
        person = self._add("NATUURLIJKPERSOON", kind=OUTSIDE, BURGERSERVICENUMMER=spelled(number, self.dice))
        stranger = self._add("VREEMDELING", kind=OUTSIDE)
        stranger.point(self.ggm.keys["VREEMDELING"], person)
        if case == "double":
            self.vendor.doubles.add(number)
            self._add("NATUURLIJKPERSOON", kind=OUTSIDE, BURGERSERVICENUMMER=spelled(number, self.dice))
        self._register(number, stranger, case)
        if self.ggm.own_key and case in ("plain", "shared"):  # he stood under the Wi2013 before: a second root
            self._register(number, stranger, "wi2013")

    def _register(self, number: str, stranger: Row, case: str) -> None:
        start = {"wi2013": WI2013, "partner under wi2013": WI2013, "no date": None, "no plicht": None}.get(case, WI2021)
        verdict = None if start is None else start == WI2021
        one = Registration(len(self.vendor.registrations), number, verdict)
        self.vendor.registrations.append(one)
        about = frozenset([one.at])
        root = self._add("INBURGERAAR", about)
        root.point(self.ggm.keys["INBURGERAAR"], stranger)
        self._tie("gemeente", root, self.place)
        plicht = None
        if case != "no plicht":
            plicht = self._part("plicht", root, DATUMSTART=start)
            self._obligation(plicht, case)
        self._offer(root, plicht, case)
        self._more(root, about)

    def _obligation(self, plicht: Row, case: str) -> None:
        self._part("termijn", plicht)
        ontheffing = self._part("ontheffing", plicht)
        if case == "exempted":
            vrijgesteld = self._part("ontheven", ontheffing)
            self._part("vrijgesteld", vrijgesteld)
        elif self.dice.random() < 0.5:
            self._part("vrijstelling", plicht)
        if self.ggm.form == "kind":
            self._part("termijn", plicht)

    def _offer(self, root: Row, plicht: Row | None, case: str) -> None:
        """Write the chain from traject to aanbod; whose the offer is decides whose the PIP and the leerroute are."""
        if case.startswith("partner"):
            self._same_offer(root, plicht)
            return
        about = root.about
        if case.startswith("shared"):  # with the partner, who is registered next (after a second root of this person)
            about |= {len(self.vendor.registrations) + (self.ggm.own_key and case == "shared")}
        offer = self._add("INBURGERINGSAANBOD", about, TAALSCHAKELTRAJECT=self.dice.random() < 0.5)
        if case.startswith("shared"):
            self.offer = offer
        if case != "other way":
            self._tie("aanbod", root, offer)
        pip = self._add("PIP", about)
        self._tie("pip_aanbod", pip, offer)
        leerroute = self._leerroute(pip)
        if plicht:
            self._trajectory(plicht, leerroute, case)

    def _same_offer(self, root: Row, plicht: Row | None) -> None:
        """Give the partner the offer. In the DDL's form it names one person: the other has a leerroute of its PIP."""
        assert self.offer and plicht
        if self.ggm.form == "kind":
            self._tie("aanbod", root, self.offer)
            return
        pip = next(row for row in self.vendor.of(self.ggm["PIP"]) if self.offer in row.points.values())
        self._trajectory(plicht, self._leerroute(pip), "plain")

    def _leerroute(self, pip: Row) -> Row:
        leerroute = self._add("LEERROUTE", pip.about, NIVEAU="B1", **{LONG: "nee"})
        self._tie("pip", leerroute, pip)
        for part in ("b1", "map", "pvt"):
            self._part(part, leerroute)
        return leerroute

    def _trajectory(self, plicht: Row, leerroute: Row, case: str) -> None:
        traject = self._part("traject", plicht)
        known = case != "intake by leerroute"
        intake = self._part("intake", traject) if known else self._add("BREDE_INTAKE", plicht.about)
        self._tie("leerroute", intake, leerroute)
        examen = self._part("examen", traject)
        for at in range(2):
            onderdeel = self._part("onderdeel", examen, ORDER=at)
            if self.ggm.form == "kind" and at and case == "plain":
                self._part("vrijgesteld", onderdeel)

    def _more(self, root: Row, about: frozenset[int]) -> None:
        asked = self._part("aanvraag", root)
        if self.ggm.form == "kind":
            return
        self._part("grond", asked)
        self._part("hoofddoel", root)
        self._part("subwens", self._part("wens", root))
        self._part("subdoel", self._part("punt", root))
        kind = "ASIELSTATUSHOUDER" if self.dice.random() < 0.6 else "GEZINSMIGRANT_EN_OVERIGE_MIGRANT_"
        subtype = self._add(kind, about)
        subtype.point(self.ggm.keys[kind], root)
        if kind == "ASIELSTATUSHOUDER":
            for part in ("werk", "ict", "diploma", "educatie", "training", "taal"):
                self._part(part, subtype)
            self._tie("module", self._part("voor", subtype), self.module)  # type: ignore[arg-type]

    # -- what is about nobody, and what repeats relations

    def _leftovers(self) -> None:
        """Rows that nothing leads to: a plicht with its termijn, and a circle of PIP and aanbod."""
        self._part("termijn", self._add("INBURGERINGSPLICHT"))
        self._tie("pip_aanbod", self._add("PIP"), self._add("INBURGERINGSAANBOD"))

    def _link(self, table: Entity) -> None:
        ends = [self.vendor.of(key.target) for key in table.keys]
        for _ in range(len(self.bsns)):
            row = Row(table, dict.fromkeys(table.columns), kind=LINK)
            for key, able in zip(table.keys, ends, strict=True):
                if self.dice.random() < 0.9:
                    row.point(key, self.dice.choice(able))
            self.vendor.rows.append(row)

    # -- rows and keys, whatever the form

    def _add(self, name: str, about: frozenset[int] = frozenset(), kind: str = "within", **values: Any) -> Row:
        table = self.ggm[name]
        found = dict.fromkeys(table.columns) | {table.primary[0]: f"{name[:4]}-{len(self.vendor.rows)}"}
        row = Row(table, found | {self.ggm.spelled(one): value for one, value in values.items()}, about, kind)
        self.vendor.rows.append(row)
        return row

    def _part(self, relation: str, whole: Row, **values: Any) -> Row:
        """Add a row that is part of another, tied to it by whichever end has the key."""
        key = self.ggm.keys[relation]
        table = key.target if key.table is whole.table else key.table
        name = next(name for name, one in self.ggm.tables.items() if one is table)
        part = self._add(name, whole.about, **values)
        self._tie(relation, whole, part)
        return part

    def _tie(self, relation: str, one: Row, other: Row) -> None:
        key = self.ggm.keys[relation]
        source, target = (one, other) if one.table is key.table else (other, one)
        _checked(key, source)
        source.point(key, target)


def _checked(key: Key, source: Row) -> None:
    assert key not in source.points, f"{key} is filled already"


def _footprint(form: str, own_key: bool) -> dict[str, Any]:
    """Return the footprint that ships for this form."""
    found = yaml.safe_load((FOOTPRINTS / {"kind": "ggm.yaml", "ddl": "ggm-ddl.yaml"}[form]).read_text("utf-8"))
    if own_key:
        found["path"] = ["INBURGERAAR.VREEMDELING_ID", "VREEMDELING.NATUURLIJKPERSOON_ID"]
    return dict(found)
