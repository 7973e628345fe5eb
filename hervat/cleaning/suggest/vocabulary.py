"""The words by which tables and columns of a Dutch administration are known. Long ones are found inside a name."""

BSN = ("burgerservicen", "burgerservicenr", "sofin", "sofi")
PERSON = ("natuurlijkpersoon", "ingeschrevenpersoon", "persoon", "personen")
PERSON_LIKE = ("klant", "client", "burger", "inwoner", "ingezetene", "betrokkene", "subject", "relatie", "mens")
ROLES = (
    "partner", "contact", "medewerker", "ouder", "kind", "gezinslid", "begeleider", "docent", "consulent",
    "behandelaar", "gemachtigde", "vertegenwoordiger", "aangemaakt", "gewijzigd", "gebruiker", "melder",
)  # fmt: skip

ROOT = ("inburgeraar", "inburgeringsplichtige", "wi2021", "wetinburgering2021")
ROOT_FAMILY = "inburger"
ROOT_LIKE = ("cursist", "deelnemer", "kandidaat", "statushouder", "leerling", "plichtige", "dossier", "traject")

LAW = ("wet", "wetgeving", "regime", "regeling", "stelsel", "wetskader", "inburgeringswet")
LAW_NAMED = ("naam", "code", "omschrijving", "afkorting", "wet", "regeling", "titel")
WI2021 = (
    "Wi2021", "WI2021", "wi2021", "Wi 2021", "WI 2021", "WI21", "Wi21", "wi21", "W2021", "Wet inburgering 2021",
    "Wet Inburgering 2021", "wet inburgering 2021", "Inburgering 2021", "2021",
)  # fmt: skip
START = (
    "datumstart", "startdatum", "startdat", "ingang", "aanvang", "begindatum", "datumbegin", "datumplicht",
    "plichtdatum", "datumvanaf", "vanaf",
)  # fmt: skip
IN_FORCE = "2022-01-01"

OWNED = (
    "plicht", "aanbod", "aanvraag", "intake", "leerroute", "traject", "dossier", "beschikking", "besluit", "examen",
    "ontheffing", "vrijstelling", "termijn", "verlenging", "afspraak", "advies", "toets", "plan", "pip", "map", "pvt",
)  # fmt: skip
LOOKUP = (
    "soort", "type", "status", "land", "taal", "gemeente", "code", "categorie", "niveau", "doelgroep", "reden",
    "medewerker", "organisatie", "school", "leverancier", "locatie", "aanbieder", "instelling", "gebruiker", "lookup",
    "stamtabel", "enum", "codelijst", "referentie", "domein", "wet", "regeling", "persoon", "partij", "afdeling",
    "docent", "team", "rol",
)  # fmt: skip
KEPT = (
    "log", "logs", "logboek", "auditlog", "logging", "audit", "journaal", "factuur", "facturen", "betaling", "boeking",
    "grootboek", "declaratie", "financ", "incasso", "vordering", "btw",
)  # fmt: skip

KEY_WORDS = ("id", "nr", "nummer", "key", "fk", "ref", "code", "guid", "uuid", "sleutel", "ids", "num", "no")
GENERIC_KEYS = ("id", "nr", "nummer", "code", "key", "volgnr", "volgnummer", "naam", "guid", "uuid", "rowid", "datum")
