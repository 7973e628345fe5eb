"""The flow of personal data of one gemeente, from the configuration: its places, and what goes between them.

Drawn as Mermaid, and as SVG that needs no browser and no script.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

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


_COLUMN = {"source": 0, "own": 1, "system": 2, "supplier": 2, "party": 2, "cbs": 2, "staff": 2}
_LEFT, _WIDE = (10, 320, 640), (240, 240, 300)
_WIDTH, _LINE, _GAP, _PADDING = 1000, 17, 18, 12
_PAINT = {
    "source": "#e6edf5", "own": "#154273", "system": "#eaf5ee", "supplier": "#fff6e0", "party": "#fff6e0",
    "cbs": "#f3e9f5", "staff": "#ffffff",
}  # fmt: skip
_FONT = 'font-family="system-ui, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif" font-size="13"'


def mermaid(flow: DataFlow) -> str:
    """Return the flow as a Mermaid flowchart."""
    ids = {node: f"n{number}" for number, node in enumerate(flow.nodes)}
    lines = [f'  {ids[node]}["{_quoted(node.name)}<br/>{_quoted(node.about)}"]' for node in flow.nodes]
    lines += [f'  {ids[edge.source]} -->|"{_quoted(edge.what)}"| {ids[edge.target]}' for edge in flow.edges]
    return "\n".join(["flowchart LR", *lines])


def _quoted(text: str) -> str:
    """Return a text within quotes: what could end it, or be read as a tag, is written by its number."""
    return "".join(char if char.isalnum() or char in " .,:;()-_/'" else f"#{ord(char)};" for char in text)


@dataclass(frozen=True)
class _Box:
    node: FlowNode
    left: float
    top: float
    wide: float
    lines: list[str]
    about: list[str]

    @property
    def high(self) -> float:
        return 2 * _PADDING + _LINE * (len(self.lines) + len(self.about))

    @property
    def middle(self) -> float:
        return self.top + self.high / 2


def flow_svg(flow: DataFlow) -> str:
    """Return the flow as an SVG element: sources, hervat, and where data go. What goes along is in the titles."""
    boxes, height = _placed(flow.nodes)
    arrows = "".join(_arrow(boxes[edge.source], boxes[edge.target], edge, flow) for edge in flow.edges)
    drawn = "".join(map(_box, boxes.values()))
    said = "; ".join(f"van {edge.source.name} naar {edge.target.name}: {edge.what}" for edge in flow.edges)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" height="{height:.0f}" role="img" lang="nl"'
        f' aria-label="Gegevensstroom" {_FONT}><desc>{escape(said)}</desc>{_HEAD}{arrows}{drawn}</svg>'
    )


_HEAD = (
    '<defs><marker id="punt" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    ' orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#4a5561"/></marker></defs>'
)


def _placed(nodes: Iterable[FlowNode]) -> tuple[dict[FlowNode, _Box], float]:
    """Return a box for each place, in three columns that have their middle at the same height."""
    columns: defaultdict[int, list[_Box]] = defaultdict(list)
    for node in nodes:
        column = _COLUMN[node.kind]
        room = _WIDE[column] - 2 * _PADDING
        names, about = wrapped(node.name, room), wrapped(node.about, room)
        columns[column].append(_Box(node, _LEFT[column], 0, _WIDE[column], names, about))
    heights = {number: sum(box.high + _GAP for box in boxes) - _GAP for number, boxes in columns.items()}
    height = max(heights.values()) + 2 * _GAP
    stacked = [box for number, boxes in columns.items() for box in _stacked(boxes, heights[number], height)]
    return {box.node: box for box in stacked}, height


def _stacked(boxes: list[_Box], high: float, height: float) -> Iterable[_Box]:
    room = (height - 2 * _GAP - high) / (len(boxes) + 1)
    top = _GAP + room
    for box in boxes:
        yield _Box(box.node, box.left, top, box.wide, box.lines, box.about)
        top += box.high + _GAP + room


def wrapped(text: str, room: float) -> list[str]:
    """Return a text as lines that are no wider than `room`, in pixels; a word that is wider is cut."""
    lines = [""]
    for word in text.split():
        if lines[-1] and _wide(f"{lines[-1]} {word}") > room:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
        while _wide(lines[-1]) > room:
            fits = next(end for end in range(len(lines[-1]), 0, -1) if end == 1 or _wide(lines[-1][:end]) <= room)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return lines


def _wide(text: str) -> float:
    """Return how wide a bold text is at most, in pixels: no browser is asked."""
    return sum(_WIDEST if not char.isascii() or char in "WMmw@%" else 10 if char.isupper() else 8.5 for char in text)


_WIDEST = 15


def _box(box: _Box) -> str:
    ink = "#ffffff" if box.node.kind == "own" else "#1b1f24"
    rows = [(line, "700") for line in box.lines] + [(line, "400") for line in box.about]
    texts = "".join(
        f'<text x="{box.left + _PADDING}" y="{box.top + _PADDING + 13 + _LINE * row:.1f}" fill="{ink}"'
        f' font-weight="{weight}">{escape(text)}</text>'
        for row, (text, weight) in enumerate(rows)
    )
    return (
        f'<g><title>{escape(box.node.name)}: {escape(box.node.about)}</title><rect x="{box.left}" y="{box.top:.1f}"'
        f' width="{box.wide}" height="{box.high}" rx="4" fill="{_PAINT[box.node.kind]}" stroke="#4a5561"/>{texts}</g>'
    )


def _arrow(source: _Box, target: _Box, edge: FlowEdge, flow: DataFlow) -> str:
    """Return one line; where data go both ways it has two heads, and is drawn once."""
    back = [other for other in flow.edges if (other.source, other.target) == (edge.target, edge.source)]
    if back and flow.edges.index(back[0]) < flow.edges.index(edge):
        return ""
    heads = 'marker-end="url(#punt)"' + (' marker-start="url(#punt)"' if back else "")
    said = "; ".join(f"{one.source.name} naar {one.target.name}: {one.what}" for one in (edge, *back))
    return (
        f'<path d="{_line(source, target)}" fill="none" stroke="#4a5561" stroke-width="1.5" {heads}>'
        f"<title>{escape(said)}</title></path>"
    )


def _line(source: _Box, target: _Box) -> str:
    if source.left < target.left:
        return _across(source.left + source.wide, source.middle, target.left, target.middle)
    if source.left > target.left:
        return _across(source.left, source.middle, target.left + target.wide, target.middle)
    right = source.left + source.wide
    if target.node.kind == "cbs" or target.top < source.top:
        start, end, bow = source.middle, target.middle, right + 45
        return f"M{right} {start:.1f}C{bow} {start:.1f} {bow} {end:.1f} {right} {end:.1f}"
    middle = source.left + source.wide / 2
    return f"M{middle} {source.top + source.high:.1f}L{middle} {target.top:.1f}"


def _across(left: float, from_y: float, right: float, to_y: float) -> str:
    half = (left + right) / 2
    return f"M{left} {from_y:.1f}C{half} {from_y:.1f} {half} {to_y:.1f} {right} {to_y:.1f}"
