"""The tables of both forms. `kind`: a part names what it is part of; `ddl`: as the GGM's own DDL generator turns them."""

from sqlalchemy import Boolean, Date, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

from tests.support.vendor.schema import Entity, Key

TEXT, DAY, YES, NUMBER, MONEY = String(255), Date(), Boolean(), Integer(), Numeric(10, 2)
LONG = "INDICATORLEERBAARHEIDSTOETSOVERGESLAGENVANWEGEZINTUIGELIJKEBEPERKING"  # more than 63 bytes, as in the GGM
LONG_LINK = "KOPPELING_AANVRAAG_VERLENGING_INBURGERINGSTERMIJN_MET_INBURGERINGSPLICHT"
_COLUMNS: dict[str, dict[str, TypeEngine[object]]] = {
    "GEMEENTE": {"GEMEENTENAAM": TEXT},
    "UITKOMSTLEERBAARHEIDSTOETS_ENUM": {"VALUE": TEXT},
    "NATUURLIJKPERSOON": {"BURGERSERVICENUMMER": TEXT, "ACHTERNAAM": TEXT, "DATUMGEBOORTE": DAY},
    "INBURGERINGSPLICHT": {"DATUMSTART": DAY, "V_NUMMER": NUMBER},
    "INBURGERINGSAANBOD": {"CURSUSINSTELLING": TEXT, "TAALSCHAKELTRAJECT": YES},
    "AANVRAAG_VERLENGING_INBURGERINGSTERMIJN": {"VERLENGINGSGROND": TEXT},
    "INBURGERINGSTERMIJN": {"BOETEBEDRAG": MONEY},
    "INBURGERINGSTRAJECT": {"UITKOMST": TEXT},
    "ONTHEFFING": {"DATUMONTHEFFING": DAY},
    "VRIJSTELLING": {"DATUMVRIJSTELLING": DAY},
    "EXAMEN": {"EXAMENRESULTAAT": TEXT},
    "EXAMENONDERDEEL": {"ORDER": NUMBER, "BEHAALDESCORE": NUMBER},
    "BREDE_INTAKE": {"STARTDATUM": DAY},
    "LEERROUTE": {LONG: TEXT, "NIVEAU": TEXT},
    "PIP": {"DAGTEKENINGPIP": DAY},
    "B1_ROUTE": {"EXAMENDATUM": DAY, "RESULTAAT": NUMBER},
    "MAP": {"RESULTAAT": TEXT},
    "PVT": {"RESULTAAT": TEXT},
}
# relation: (table with the key, column, table that it names, what the key says)
_BOTH = {
    "gemeente": ("INBURGERAAR", "IS_GEKOPPELD_AAN__GEMEENTE_ID", "GEMEENTE", "plain"),
    "overgegaan": ("GEMEENTE", "IS_OVERGEGAAN_IN_GEMEENTE_ID", "GEMEENTE", "plain"),
    "toets": ("INBURGERINGSPLICHT", "UITKOMSTLEERBAARHEIDSTOETS_ENUM_ID", "UITKOMSTLEERBAARHEIDSTOETS_ENUM", "plain"),
    "plicht": ("INBURGERAAR", "HEEFT_EEN_INBURGERINGSPLICHT_ID", "INBURGERINGSPLICHT", "owns"),
    "aanvraag": (
        "INBURGERAAR", "HEEFT_AANVRAAG_VERLENGING_INBURGERINGSTERMIJN_ID",
        "AANVRAAG_VERLENGING_INBURGERINGSTERMIJN", "owns",
    ),
    "traject": ("INBURGERINGSTRAJECT", "HEEFT_INBURGERINGSPLICHT_ID", "INBURGERINGSPLICHT", "belongs"),
    "intake": ("BREDE_INTAKE", "ONDERDEEL_VAN_INBURGERINGSTRAJECT_ID", "INBURGERINGSTRAJECT", "belongs"),
    "leerroute": ("BREDE_INTAKE", "HEEFT_LEERROUTE_ID", "LEERROUTE", "both"),
    "pip": ("LEERROUTE", "AFGESPROKEN_IN_PIP_ID", "PIP", "both"),
    "pip_aanbod": ("PIP", "BEVAT_INBURGERINGSAANBOD_ID", "INBURGERINGSAANBOD", "both"),
    "b1": ("B1_ROUTE", "ONDERDEEL_VAN__LEERROUTE_ID", "LEERROUTE", "belongs"),
    "map": ("MAP", "ONDERDEEL_VAN_LEERROUTE_ID", "LEERROUTE", "belongs"),
    "pvt": ("PVT", "ONDERDEEL_VAN_LEERROUTE_ID", "LEERROUTE", "belongs"),
    "examen": ("EXAMEN", "AFGEROND_MET_INBURGERINGSTRAJECT_ID", "INBURGERINGSTRAJECT", "belongs"),
    "onderdeel": ("EXAMENONDERDEEL", "EXAMEN_ID", "EXAMEN", "belongs"),
}  # fmt: skip
_FORMS = {
    "kind": {
        "aanbod": ("INBURGERAAR", "HEEFT_INBURGERINGSAANBOD_ID", "INBURGERINGSAANBOD", "owns"),
        "termijn": ("INBURGERINGSTERMIJN", "INBURGERINGSPLICHT_ID", "INBURGERINGSPLICHT", "belongs"),
        "ontheffing": ("ONTHEFFING", "INBURGERINGSPLICHT_ID", "INBURGERINGSPLICHT", "belongs"),
        "vrijstelling": ("VRIJSTELLING", "INBURGERINGSPLICHT_ID", "INBURGERINGSPLICHT", "belongs"),
        "ontheven": ("EXAMENONDERDEEL", "ONTHEFFING_ID", "ONTHEFFING", "belongs"),
        "vrijgesteld": ("VRIJSTELLING", "VRIJSTELLING_VOOR_EXAMENONDERDEEL_ID", "EXAMENONDERDEEL", "belongs"),
    },
    "ddl": {
        "aanbod": ("INBURGERINGSAANBOD", "VOOR_INBURGERAAR_ID", "NATUURLIJKPERSOON", "plain"),
        "termijn": ("INBURGERINGSPLICHT", "INBURGERINGSTERMIJN_ID", "INBURGERINGSTERMIJN", "owns"),
        "ontheffing": ("INBURGERINGSPLICHT", "ONTHEFFING_ONTHEFFING_ID", "ONTHEFFING", "owns"),
        "vrijstelling": ("INBURGERINGSPLICHT", "VRIJSTELLING_VRIJSTELLING_ID", "VRIJSTELLING", "owns"),
        "ontheven": ("ONTHEFFING", "ONTHEFFING_VOOR_EXAMENONDERDEEL_ID", "EXAMENONDERDEEL", "both"),
        "vrijgesteld": ("VRIJSTELLING", "VRIJSTELLING_VOOR_EXAMENONDERDEEL_ID", "EXAMENONDERDEEL", "both"),
        "verlengt": (
            "AANVRAAG_VERLENGING_INBURGERINGSTERMIJN", "BEOORDELING_AANVRAAG_INBURGERINGSTERMIJN_ID",
            "INBURGERINGSTERMIJN", "belongs",
        ),
        "grond": ("AANVRAAG_VERLENGING_INBURGERINGSTERMIJN", "VERLENGINGSGROND_ID", "VERLENGINGSGROND", "owns"),
        "hoofddoel": ("INBURGERAAR", "HEEFT_HOOFDDOEL_ID", "HOOFDDOEL", "owns"),
        "wens": ("INBURGERAAR", "HEEFT_ONTWIKKELWENS__ID", "ONTWIKKELWENS_", "owns"),
        "punt": ("INBURGERAAR", "HEEFT_AANDACHTSPUNT__ID", "AANDACHTSPUNT_", "owns"),
        "subdoel": ("AANDACHTSPUNT_", "SUBDOEL_AANDACHTSPUNT_ID", "SUBDOEL_AANDACHTSPUNT", "owns"),
        "subwens": ("ONTWIKKELWENS_", "SUBDOEL_ONTWIKKELWENS_ID", "SUBDOEL_ONTWIKKELWENS", "owns"),
        "werk": ("ASIELSTATUSHOUDER", "WERK_ID", "WERK", "owns"),
        "ict": ("ASIELSTATUSHOUDER", "BEZIT_ICT_VAARDIGHEID_ID", "ICT_VAARDIGHEID", "owns"),
        "diploma": ("ASIELSTATUSHOUDER", "HEEFT_AANGEVRAAGD_DIPLOMAWAARDERING_ID", "DIPLOMAWAARDERING", "owns"),
        "educatie": ("ASIELSTATUSHOUDER", "HEEFT_GEVOLGD_EDUCATIE_ID", "EDUCATIE", "owns"),
        "training": ("ASIELSTATUSHOUDER", "HEEFT_GEVOLGD_TRAINING_ID", "TRAINING", "owns"),
        "taal": ("ASIELSTATUSHOUDER", "HEEFT_TAALVAARDIGHEID_ID", "TAALVAARDIGHEID", "owns"),
        "voor": (
            "ASIELSTATUSHOUDER", "NEEMT_DEEL_VOORBEREIDING_OP_INBURGERING_ID", "VOORBEREIDING_OP_INBURGERING", "owns",
        ),
        "azc": ("ASIELSTATUSHOUDER", "VERBLIJFT_VERBLIJFPLAATS_AZC_ID", "VERBLIJFPLAATS_AZC", "plain"),
        "module": (
            "VOORBEREIDING_OP_INBURGERING", "BESTAAT_UIT_INTRODUCTIEMODULE_ID", "INTRODUCTIEMODULE", "plain",
        ),
    },
}  # fmt: skip
_LINKS = {
    "INBURGERAAR_INBURGERINGSAANBOD": ("INBURGERAAR", "INBURGERINGSAANBOD"),
    "INBURGERINGSTRAJECT_PIP": ("INBURGERINGSTRAJECT", "PIP"),
    "INBURGERINGSPLICHT_GEMEENTE": ("INBURGERINGSPLICHT", "GEMEENTE"),
    LONG_LINK: ("AANVRAAG_VERLENGING_INBURGERINGSTERMIJN", "INBURGERINGSPLICHT"),
}


class Ggm:
    """The tables by name and the keys by relation; `own_key`: an inburgeraar has a key of his own (several roots)."""

    def __init__(self, form: str, own_key: bool = False, lower: bool = False) -> None:
        self.form, self.own_key, self.lower = form, own_key, lower
        self.tables: dict[str, Entity] = {}
        self.keys: dict[str, Key] = {}
        relations = {**_BOTH, **_FORMS[form]}
        named = [*_COLUMNS, *(name for one in relations.values() for name in (one[0], one[2]))]
        self._subtype("VREEMDELING", "NATUURLIJKPERSOON", {"V_NUMMER": TEXT})
        self._root()
        if form == "ddl":
            self._subtype("ASIELSTATUSHOUDER", "INBURGERAAR", {"RIJBEWIJS": YES})
            self._subtype("GEZINSMIGRANT_EN_OVERIGE_MIGRANT_", "INBURGERAAR", {})
        for name in named:
            self._entity(name)
        for relation, (table, column, target, role) in relations.items():
            self._key(relation, table, column, target, role)
        for name, ends in _LINKS.items():
            self._link(name, ends)

    def spelled(self, name: str) -> str:
        """Return a name as this database spells it: PostgreSQL makes small letters of names without quotes."""
        return name.lower() if self.lower else name

    def __getitem__(self, name: str) -> Entity:
        return self.tables[name]

    def _entity(self, name: str) -> Entity:
        if name not in self.tables:
            primary = self.spelled(f"{name}_ID")
            columns = {self.spelled(one): kind for one, kind in _COLUMNS.get(name, {"OMSCHRIJVING": TEXT}).items()}
            self.tables[name] = Entity(self.spelled(name), {primary: TEXT, **columns}, (primary,))
        return self.tables[name]

    def _subtype(self, name: str, supertype: str, columns: dict[str, TypeEngine[object]]) -> None:
        above = self._entity(supertype)
        spelled = {self.spelled(one): kind for one, kind in columns.items()}
        self.tables[name] = Entity(self.spelled(name), {above.primary[0]: TEXT, **spelled}, above.primary)
        self.keys[name] = self.tables[name].reuse(above.primary, above)

    def _root(self) -> None:
        if not self.own_key:
            self._subtype("INBURGERAAR", "VREEMDELING", {"DOELGROEP": NUMBER})
            return
        own, named = self.spelled("INBURGERAAR_ID"), self.spelled("VREEMDELING_ID")
        root = self.tables["INBURGERAAR"] = Entity(self.spelled("INBURGERAAR"), {own: TEXT}, (own,))
        self.keys["INBURGERAAR"] = root.key(named, self.tables["VREEMDELING"])

    def _key(self, relation: str, table: str, column: str, target: str, role: str) -> None:
        owns = role in ("owns", "both")
        self.keys[relation] = self.tables[table].key(self.spelled(column), self.tables[target], owns, role == "plain")

    def _link(self, name: str, ends: tuple[str, str]) -> None:
        table = self.tables[name] = Entity(self.spelled(name), {}, (), link=True)
        for end in ends:
            table.key(self.spelled(f"{end}_ID"), self.tables[end], plain=True)
