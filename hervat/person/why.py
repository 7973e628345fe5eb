"""HeldFor something about a person is held: purpose, ground, source and term, in Dutch (AVG 13, 14 and 15)."""

from enum import Enum
from typing import NamedTuple

from hervat.settings import Settings

_TASK = "taak van de gemeente in de Wet inburgering 2021 (AVG artikel 6, lid 1, onder e)"
_DUO = "DUO, via het Portaal Inburgering (PIB)"
_STAFF = "medewerkers van de gemeente"
OWN = "deze verwerking zelf"


class HeldReasons(NamedTuple):
    """purpose, ground, source; kept: the kind in `retention` that has its term, "" if there is none."""

    purpose: str
    ground: str
    source: str
    kept: str = ""


class HeldFor(Enum):
    """For what a place holds something."""

    REGISTRATION = HeldReasons("weten wie inburgert, en onder welke wet", _TASK, _DUO)
    ORIGINALS = HeldReasons(
        "kunnen laten zien wat DUO stuurde", f"{_TASK}; juistheid (AVG artikel 5, lid 1, onder d)", _DUO, "download"
    )
    FOREIGN = HeldReasons("een mogelijk datalek onderzoeken", "AVG artikel 33, lid 5", _DUO, "download")
    STATE = HeldReasons("bepalen of de registratie klopt", f"{_TASK}; juistheid (AVG artikel 5, lid 1, onder d)", OWN)
    INCIDENT = HeldReasons("een mogelijk datalek vastleggen", "AVG artikel 33, lid 5", OWN)
    DECISION = HeldReasons("een keuze of besluit vastleggen", f"{_TASK}; rectificatie (AVG artikel 16)", _STAFF)
    HOLD = HeldReasons("een beperking of bezwaar vastleggen", "AVG artikel 18 en 21", "de persoon zelf")
    CLEANING = HeldReasons("een onjuiste registratie wissen of afschermen", "AVG artikel 16, 17 en 18", OWN)
    RESTRICTION = HeldReasons(
        "een afgeschermd gegeven kunnen terugzetten", "AVG artikel 18", "het lokale systeem van de gemeente"
    )
    DISCLOSURE = HeldReasons(
        "weten wie gegevens kreeg, om die te kunnen inlichten", "AVG artikel 19", "het lokale systeem van de gemeente"
    )
    NOTICE = HeldReasons("ontvangers inlichten over een correctie", "AVG artikel 19", OWN, "notice")
    CBS = HeldReasons("statistiek door het CBS, en correctie daarvan", f"{_TASK}; AVG artikel 19", OWN)
    ACCOUNT = HeldReasons("verantwoorden wat er is gedaan", "AVG artikel 5, lid 2", OWN)

    def term(self, settings: Settings) -> str:
        """Return how long it is kept, as configured."""
        kept = getattr(settings.retention, self.value.kept, None) if self.value.kept else None
        return f"{_words(kept)} na de dag ervan of na het sluiten van de ronde" if kept else "geen termijn ingesteld"


_UNITS = {"y": "jaar", "m": "maanden", "d": "dagen"}


def _words(term: str) -> str:
    return f"{term[:-1]} {_UNITS[term[-1]]}"
