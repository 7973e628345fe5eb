"""The flow of personal data of one gemeente, from the configuration: its places, and what goes between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from hervat.settings import Municipality, Source, System

_POLICIES = {"erase": "wist daar", "restrict": "schermt daar af", "retain": "wijzigt daar niets"}


@dataclass(frozen=True)
class FlowNode:
    """Where data are. kind: source, own, system, supplier, party, cbs or staff; about: what it is, in Dutch."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True)
class FlowEdge:
    """What goes from one place to another, in Dutch."""

    source: FlowNode
    target: FlowNode
    what: str


@dataclass(frozen=True)
class DataFlow:
    """The places, and what goes between them."""

    nodes: list[FlowNode]
    edges: list[FlowEdge]


VAULT = FlowNode("kluis", "own", "originele bestanden en verzonden berichten, versleuteld")
REGISTER = FlowNode("register van hervat", "own", "personen, signalen, besluiten, logboek")
STAFF = FlowNode("medewerkers van de gemeente", "staff", "lezen rapport en werklijst, keuren goed, besluiten")


def data_flow(municipality: Municipality) -> DataFlow:
    """Return the flow: every source, system, supplier and party of the configuration is in it by its name."""
    edges = list(_edges(municipality))
    nodes = dict.fromkeys(node for edge in edges for node in (edge.source, edge.target))
    return DataFlow(list(nodes), edges)


def _edges(municipality: Municipality) -> Iterator[FlowEdge]:
    for source in municipality.sources:
        yield FlowEdge(_source(source), VAULT, "bestanden met signalen van DUO")
    yield FlowEdge(VAULT, REGISTER, "de regels die door de controle komen")
    yield FlowEdge(REGISTER, VAULT, "verzonden berichten")
    for system in municipality.systems:
        yield from _of_system(municipality, system)
    yield FlowEdge(REGISTER, STAFF, "rapport (aantallen) en werklijst (personen)")
    yield FlowEdge(STAFF, REGISTER, "besluiten, goedkeuringen en antwoorden op de werklijst")
    for party in municipality.parties:
        node = FlowNode(party.name, "party", party.role or "derde partij")
        mark = "BSN, versleuteld" if party.mark == "bsn" else "eigen kenmerk, geen BSN"
        yield FlowEdge(REGISTER, node, f"berichten over een correctie ({mark})")
        yield FlowEdge(node, REGISTER, "ontvangstbevestiging")


def _source(source: Source) -> FlowNode:
    return FlowNode(source.name, "source", "bestanden op een SFTP-server" if source.sftp else "bestanden in een map")


def _of_system(municipality: Municipality, system: System) -> Iterator[FlowEdge]:
    if system.supplier:
        yield from _of_supplier(system)
    elif system.files:
        node = FlowNode(system.name, "system", "lijsten in een map; een medewerker past ze aan")
        yield FlowEdge(node, REGISTER, "of iemand op een lijst staat")
    else:
        node = FlowNode(system.name, "system", f"lokaal systeem; hervat {_POLICIES[system.policy]}")
        yield FlowEdge(node, REGISTER, _read(municipality, system))
        if system.policy != "retain":
            yield FlowEdge(REGISTER, node, "wissen of afschermen, volgens een plan")
        if municipality.cbs and municipality.cbs.records.system == system.name:
            yield FlowEdge(node, FlowNode("CBS", "cbs", "statistiek"), "de levering van een kwartaal")


def _of_supplier(system: System) -> Iterator[FlowEdge]:
    assert system.supplier is not None  # noqa: S101 - the caller chose those that have one
    supplier = FlowNode(system.supplier.name, "supplier", f"leverancier van {system.name}")
    node = FlowNode(system.name, "system", "systeem waarin alleen de leverancier wist")
    if system.policy == "erase":
        yield FlowEdge(REGISTER, supplier, "verzoek om te wissen")
    yield FlowEdge(supplier, node, "wissen" if system.policy == "erase" else "bewaren, op een grond en tot een dag")


def _read(municipality: Municipality, system: System) -> str:
    asked = any(disclosure.system == system.name for disclosure in municipality.disclosures)
    return "wie er staat en wie gegevens kreeg" if asked else "wie er staat"
