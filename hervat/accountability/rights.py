"""The rights matrix of one gemeente, in Dutch: what each role may, what it can on this machine, and the mend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from hervat import sshsig
from hervat.accountability.access import PlaceAccess, access_to
from hervat.accountability.document import Document, DocumentPart, Grid, Prose
from hervat.acting import account
from hervat.errors import HervatError
from hervat.prefect_server import Home
from hervat.readers import group_of
from hervat.register import Register, confined_to
from hervat.settings import Channel, Municipality, Settings, System
from hervat.signing import ROLES

_READERS = {
    "owner": "alleen de eigenaar",
    "group": "de eigenaar en zijn groep",
    "everyone": "ieder account op deze machine",
    "absent": "er is nog niets",
    "unknown": "niet te zien voor dit account",
}


@dataclass(frozen=True)
class RoleRights:
    """A role: what it may, what it can in fact, and what mends it where that is more."""

    role: str
    may: str
    can: list[str]
    mend: list[str]


@dataclass(frozen=True)
class RightsMatrix:
    """The roles, and the files and folders that decide what they can."""

    code: str
    roles: list[RoleRights]
    places: list[PlaceAccess]


def rights_matrix(settings: Settings, municipality: Municipality) -> RightsMatrix:
    """Return the matrix. It reads modes, owners and the names of approvers, no content, and writes nothing."""
    seen = _Seen(settings, municipality)
    roles = [
        _service(settings, seen),
        _approver(municipality),
        _privacy(municipality, seen),
        _deliverer(municipality, seen),
        _caseworker(municipality, seen),
        _engineer(settings, municipality),
        _administrator(settings),
        *(_receiver(party.name, "partij", bool(party.certificate), party.channel) for party in municipality.parties),
        *(_supplier(system) for system in municipality.systems if system.supplier),
    ]
    return RightsMatrix(municipality.code, roles, list(seen.places.values()))


KEYS, VAULT, REGISTER, LOGIN = "sleutels", "kluis", "register", "toegang tot Prefect"
REPORT, WORKLIST, CBS, ANSWERS = "rapporten", "werklijst", "leveringen aan het CBS", "ingevulde werklijsten"
_KINDS = {REPORT: "report", WORKLIST: "worklist", ANSWERS: "worklist", CBS: "cbs"}


class _Seen:
    """The files and folders of a gemeente as they are on this machine, by what they are."""

    def __init__(self, settings: Settings, municipality: Municipality) -> None:
        self._settings, self._municipality = settings, municipality
        where = dict(_places(settings, municipality))
        self.places = {place: access_to(place, path) for place, path in where.items() if path}

    def said(self, *names: str) -> list[str]:
        """Return who can read each of these places, in words."""
        return [f"{name}: {_READERS[self.places[name].readers]}" for name in names if name in self.places]

    def mends(self, *names: str) -> list[str]:
        """Return the mend of each of these places that somebody can read who may not."""
        found = (self.places[name] for name in names if name in self.places)
        return [
            f"{place.place}: sluit het af voor anderen (chmod go-rwx {place.path})"
            for place in found
            if place.exceeds and (place.readers == "everyone" or place.group != self.group(place.place))
        ]

    def group(self, name: str) -> str | None:
        """Return the group of the configuration that may read a place."""
        return group_of(self._settings, self._municipality, _KINDS[name]) if name in _KINDS else None

    def handed(self, name: str) -> list[str]:
        """Return what a role needs to come to a place that it may read, or what shuts others out."""
        group, place = self.group(name), self.places[name]
        if group is None:
            return [*self.mends(name), f"{name}: noem onder readers een groep die dit leest"]
        if place.readers == "group" and place.group == group:
            return []
        return [*self.mends(name), f"{name}: groep {group} kan er nu niet bij; `hervat doctor` zegt waarom"]


def _places(settings: Settings, municipality: Municipality) -> Iterator[tuple[str, Path | None]]:
    database = make_url(settings.register_url)
    yield KEYS, (municipality.keys or settings.keys).file
    yield VAULT, settings.vault
    yield REGISTER, Path(database.database) if database.get_backend_name() == "sqlite" and database.database else None
    yield REPORT, settings.output / "report" / municipality.code
    yield WORKLIST, settings.output / "worklist" / f"{municipality.code}.xlsx"
    yield CBS, settings.output / "cbs" / municipality.code
    yield ANSWERS, municipality.worklist.answers
    yield LOGIN, Home(settings.directory / "var" / "prefect").login_file
    for system in municipality.databases:
        if file := municipality.approvers_of(system):
            yield f"goedkeurders van {system.name}", file


def _service(settings: Settings, seen: _Seen) -> RoleRights:
    who, keys = account(), seen.places.get(KEYS)
    mend = seen.mends(KEYS, VAULT, REGISTER, REPORT, WORKLIST, CBS, LOGIN)
    if keys and keys.owner and keys.owner != who:
        mend.append(f"de sleutels zijn van {keys.owner}, en dit draait als {who}: geef hervat één eigen account")
    if who == "root":
        mend.append("hervat draait als root: geef het een eigen account zonder andere rechten")
    elsewhere = [] if keys else [f"sleutels: in de omgevingsvariabele {settings.keys.env}"]
    can = [f"dit account heet {who}", *elsewhere, *seen.said(KEYS, VAULT, REGISTER, LOGIN), *_database(settings)]
    return RoleRights("dienstaccount van hervat", "alles lezen en schrijven wat van hervat is", can, mend)


def _database(settings: Settings) -> list[str]:
    """Return whether the register's role sees one gemeente alone; a register that can't be read says nothing."""
    if make_url(settings.register_url).get_backend_name() == "sqlite":
        return ["register: één bestand (SQLite), zonder rechten per gemeente"]
    register = Register(settings.register_url, looks_only=True)
    try:
        own = confined_to(register)
    except Exception:  # noqa: BLE001 - no register yet, or none that can be reached: doctor says why
        return ["register: niet te lezen, dus onbekend of de databaserol is beperkt"]
    finally:
        register.close()
    return [
        f"register: de databaserol ziet alleen gemeente {own}" if own else "register: de databaserol ziet alle rijen"
    ]


def _approver(municipality: Municipality) -> RoleRights:
    can, mend = [], []
    for system in municipality.databases:
        does, mends = _approves(municipality, system)
        can.append(f"{system.name}: {does}")
        mend += [f"{system.name}: {text}" for text in mends]
    may = "een plan om te wissen zien en goedkeuren"
    return RoleRights("goedkeurder", may, can or ["er is geen systeem dat hervat wist"], mend)


def _approves(municipality: Municipality, system: System) -> tuple[str, list[str]]:
    if system.policy == "retain":
        return "hervat wist hier niet", []
    file, needed = municipality.approvers_of(system), 2 if system.four_eyes else 1
    by_itself = ["tot de rem wist hervat hier zonder goedkeuring (approval: automatic)"]
    mends = by_itself if system.approval == "automatic" else []
    if file is None:
        return "wie het account van hervat heeft, keurt goed onder elke naam", [*mends, "stel approvers in"]
    try:
        names = sshsig.names(file)
    except HervatError:
        return f"{file.name} is niet te lezen, dus niemand", [*mends, "herstel het bestand van goedkeurders"]
    enough = (
        []
        if len(names) >= needed
        else [f"er zijn {needed} goedkeurders nodig en er staan er {len(names)} in {file.name}"]
    )
    return f"met een sleutel: {', '.join(names) or 'niemand'}; nodig: {needed}", [*mends, *enough]


def _privacy(municipality: Municipality, seen: _Seen) -> RoleRights:
    may = "rapporten lezen, incidenten beoordelen, zien wat over een persoon is vastgelegd, vernietiging besluiten"
    signs, mends = _signs(municipality, "privacy")
    can = [*seen.said(REPORT), "zien wat over een persoon is vastgelegd kan alleen het account van hervat", signs]
    mend = [*seen.handed(REPORT), "geef alleen de opdracht `hervat person show` (met sudo), niet het account", *mends]
    return RoleRights("privacy officer", may, can, mend)


def _deliverer(municipality: Municipality, seen: _Seen) -> RoleRights:
    may = "de levering aan het CBS lezen en uploaden, de ontvangst vastleggen, een reden van de poort accepteren"
    signs, mends = _signs(municipality, "delivery")
    return RoleRights("wie aan het CBS levert", may, [*seen.said(CBS), signs], [*seen.handed(CBS), *mends])


def _caseworker(municipality: Municipality, seen: _Seen) -> RoleRights:
    may = "de werklijst lezen en ingevuld teruggeven, besluiten over personen"
    answers = seen.said(ANSWERS) or ["ingevulde werklijsten: er is geen map ingesteld"]
    signs, mends = _signs(municipality, "caseworker")
    mend = [*seen.handed(WORKLIST), *seen.mends(ANSWERS), *mends]
    return RoleRights("klantmanager", may, [*seen.said(WORKLIST), *answers, signs], mend)


def _signs(municipality: Municipality, role: str) -> tuple[str, list[str]]:
    """Return who decides what takes two persons of a role, and the mend."""
    if municipality.approvers is None:
        return "wat twee personen vraagt, doet één mens met twee getypte namen", ["stel approvers in bij de gemeente"]
    try:
        names = sshsig.names(municipality.approvers, ROLES[role])
    except HervatError:
        return "het bestand van goedkeurders is niet te lezen, dus niemand", ["herstel het bestand van goedkeurders"]
    few = [f"geef een tweede persoon een sleutel voor {ROLES[role]}"] if len(names) < _BY_TWO else []
    return f"wat twee personen vraagt, besluiten met een sleutel: {', '.join(names) or 'niemand'}", few


_BY_TWO = 2


def _engineer(settings: Settings, municipality: Municipality) -> RoleRights:
    home = Home(settings.directory / "var" / "prefect")
    mend = ["geef weinig mensen deze toegang: zij kunnen alles wat het account van hervat kan"]
    if home.login_file.is_file():
        can = ["Prefect heeft een log-in (één voor allen, zonder rollen)"]
    else:
        can = ["geen log-in gevonden: hervat serve draaide hier niet, of Prefect staat elders"]
        mend.append("zet een log-in op de Prefect die u gebruikt, en controleer dat hij zonder log-in niets geeft")
    if any(municipality.approvers_of(system) is None for system in municipality.databases):
        mend.append("stel approvers in: anders keurt een formulier in Prefect een plan goed met een getypte naam")
    return RoleRights(
        "data engineer in Prefect", "nachten starten en volgen, formulieren invullen; aantallen zien", can, mend
    )


def _administrator(settings: Settings) -> RoleRights:
    can = ["root leest op deze machine elk bestand, ook de sleutels, en kan dus alles openen"]
    mend = ["leg vast wie root is, log dat buiten deze machine, en zet het hoofd van het logboek ook elders"]
    if settings.keys.env:
        can = ["root leest de omgeving van elk proces, ook de sleutels, en kan dus alles openen"]
    return RoleRights("systeembeheerder", "de machine beheren; geen inhoud lezen", can, mend)


def _receiver(name: str, kind: str, certificate: bool, channel: Channel) -> RoleRights:
    can = ["krijgt een BSN alleen versleuteld" if certificate else "krijgt geen BSN: er is geen certificaat"]
    mend: list[str] = []
    if channel.folder:
        place = access_to("map", channel.folder)
        can.append(f"map {channel.folder.name}: {_READERS[place.readers]}")
        mend += [f"de map is voor ieder account te lezen (chmod o-rwx {channel.folder})"] * (
            place.readers == "everyone"
        )
    if channel.receipts is None or channel.receipts.unsigned == "accept":
        can.append("wie in haar map kan schrijven, kan ontvangst bevestigen: een handtekening is niet nodig")
        mend.append("stel receipts in, met unsigned: refuse")
    return RoleRights(f"{kind} {name}", "de eigen berichten lezen en beantwoorden", can, mend)


def _supplier(system: System) -> RoleRights:
    assert system.supplier is not None  # noqa: S101 - the caller chose those that have one
    supplier = system.supplier
    return _receiver(f"{supplier.name} ({system.name})", "leverancier", bool(supplier.certificate), supplier.channel)


def rights_document(matrix: RightsMatrix) -> Document:
    """Return the page; it holds no personal data but the names of approvers."""
    rows = [(r.role, r.may, "; ".join(r.can), "; ".join(r.mend) or "niets") for r in matrix.roles]
    places = [(p.place, p.path, p.owner, p.group, p.mode, _READERS[p.readers]) for p in matrix.places]
    says = "Eerst wat een rol mag, dan wat zij op deze machine echt kan, dan wat u moet doen als dat niet gelijk is."
    unseen = (
        "Gezien zijn eigenaar, groep en rechten van bestanden en van de mappen erboven. Niet gezien zijn"
        " toegangslijsten (ACL), wie lid is van een groep, back-ups, andere machines, en rechten in lokale systemen."
    )
    return Document(
        f"Rechten: hervat, gemeente {matrix.code}",
        "Gemaakt uit de instellingen en van wat op deze machine te zien is (AVG artikel 25 en 32).",
        [
            DocumentPart("Rollen", [Prose(says), Grid("Rollen en rechten", ("rol", "mag", "kan", "te doen"), rows)]),
            DocumentPart("Bestanden en mappen", [Grid("Wie erbij kan", _HEADS, places), Prose(unseen)]),
        ],
    )


_HEADS: Sequence[str] = ("wat", "waar", "eigenaar", "groep", "rechten", "te lezen door")
