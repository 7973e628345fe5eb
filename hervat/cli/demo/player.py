"""The persons at the keyboard in `hervat demo`: the flows that run, the decisions in between, and what came of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from hervat.cli.shared import stdout, table
from hervat.demo import Stage
from hervat.errors import HervatError

COLUMNS = ("fetched", "quarantined", "unseen", "parked", "released", "corrected", "cleaned", "notified", "gate")


@dataclass(frozen=True)
class PlayedNight:
    """A night of the demo in figures."""

    night: str
    fetched: int
    quarantined: int
    unseen: int
    parked: int
    released: int
    corrected: int
    cleaned: int
    notified: int
    gate: str
    reasons: str


@dataclass
class Played:
    """The result of the demo: a line a night, the attempts at the delivery, and where to find things."""

    nights: list[PlayedNight] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    go_on: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return asdict(self)

    def show(self) -> None:
        """Print the result."""
        rows = [[line.night.split()[-1], *[getattr(line, name) for name in COLUMNS]] for line in self.nights]
        table("The nights of Voorbeeldstad", ["night", *COLUMNS], rows)
        for line in self.nights:
            stdout().print(f"The gate on {line.night}: {line.reasons or 'open'}.", markup=False)
        for text in self.deliveries:
            stdout().print(text, markup=False)
        table("Where to find things", ["", ""], [[name, place] for name, place in self.places.items()])
        for name, command in self.commands.items():
            stdout().print(f"{name}:\n  {command}", markup=False, soft_wrap=True)
        spent = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.seconds.items())
        stdout().print(f"The time went to: {spent}.", markup=False)
        for text in self.go_on:
            stdout().print(text, markup=False, soft_wrap=True)


QUARTER = "2022Q1"
CODE = "0000"
ANNA, BRAM = "Anna Voorbeeld", "Bram Voorbeeld"
RECEIPT = "PROEF-2022Q1"
Log = Callable[[str], None]


@contextmanager
def timed(played: Played, what: str) -> Iterator[None]:
    """Add the time in this block to the seconds of `what`."""
    begun = time.monotonic()
    yield
    played.seconds[what] = played.seconds.get(what, 0) + time.monotonic() - begun


class Player:
    """The persons at the keyboard: the flows that run, and the decisions in between."""

    def __init__(self, stage: Stage, played: Played, log: Log) -> None:
        self._stage, self._played, self._log = stage, played, log
        with timed(played, "importing"):
            from hervat.flows.approve import approve
            from hervat.flows.cbs import cbs_accept, cbs_confirm, cbs_delivery
            from hervat.flows.incidents import incident_record
            from hervat.flows.nightly import rerun
            from hervat.flows.persons import optin_record, strangers_decide
            from hervat.flows.quarantine_decide import quarantine_decide
            from hervat.tasks.installation import Installation

            flows = (
                *(approve, cbs_accept, cbs_confirm, cbs_delivery, incident_record, optin_record, quarantine_decide),
                *(rerun, strangers_decide),
            )
            self._flows: dict[str, Any] = {flow.name: flow for flow in flows}
            self._installation = Installation(stage.directory)

    def night(self, day: date, *, again: bool = False) -> None:
        """Play a night: DUO's files, the acts of the gemeente and the parties, and the nightly flow."""
        if not again:
            self._stage.open_night(day)
        self._log(f"night of {day}{' again' if again else ''} ...")
        with timed(self._played, "the nights"):
            self._flow("rerun", as_of=day)
        line = self._line(day, again)
        self._played.nights.append(line)
        self._log(", ".join(f"{name} {getattr(line, name)}" for name in COLUMNS))
        self._stage.confirmations(day)

    def deliver(self, day: date, *, written: bool) -> None:
        """Attempt the delivery; report the result, and fail if it is not the expected one."""
        with timed(self._played, "the delivery"):
            self._flow("cbs-delivery", quarter=QUARTER, as_of=day)
        manifest = self._stage.output / "cbs" / CODE / QUARTER / "manifest.json"
        if manifest.exists() != written:
            raise HervatError(f"the delivery on {day} should {'' if written else 'not '}have been written")
        shut = ", ".join(f"{r['code']} {r['count']}" for r in self._gate(day)["reasons"] if not r.get("accepted"))
        text = "written" if written else f"blocked by {shut}"
        self._played.deliveries.append(f"The delivery of {QUARTER} on {day}: {text}.")
        self._log(self._played.deliveries[-1])

    def approve_all(self, day: date) -> None:
        """Approve every pending plan, through the flow whose form is the approval."""
        from hervat.cleaning import waiting_plans

        with self._installation.register.session() as session:
            hashes = [plan.hash for plan in waiting_plans(session, CODE) if plan.status == "waiting"]
        for plan_hash in hashes:
            self._decide("approve", plan=plan_hash, by=ANNA, municipality=CODE, as_of=day)
        self._log(f"{ANNA} approved {len(hashes)} plan(s)")

    def decide_laws(self, day: date) -> None:
        """Decide the disputes of a day, and record the choice of law that somebody with a kennisgeving makes."""
        for bsn, law, kennisgeving in self._stage.laws(day):
            why = "zijn keuze, per brief" if kennisgeving else "nagevraagd bij DUO"
            self._decide(
                "optin-record",
                person=self._person(bsn, day),
                law=law,
                day=day,
                by=ANNA,
                reason=why,
                kennisgeving=kennisgeving,
            )
        self._log("the law is decided for persons with contradictory facts, and for those who may choose")

    def decide_strangers(self, day: date) -> None:
        """Decide with two persons about those who are in a system without a signal, or left it by hand."""
        for bsn, decision in self._stage.strangers():
            person = self._person(bsn, day)
            for name in (ANNA, BRAM):
                self._decide("strangers-decide", person=person, decision=decision, by=name, reason="gezocht in de BRP")
        self._log(f"{ANNA} and {BRAM} decided whose the strangers are, but for one")

    def put_right(self, day: date) -> None:
        """Decide the disputes, reject what can't be fixed, close incidents and approve plans, through the forms."""
        from hervat.intake import quarantined
        from hervat.status import incidents

        self.decide_laws(day)
        self._stage.mend()
        with self._installation.register.session() as session:
            waiting, open_incidents = quarantined(session, CODE), incidents(session, CODE)
        broken = {item.download_id for item in waiting if not self._stage.will_be_mended(item.file, item.row)}
        for download in sorted(broken):
            self._decide(
                "quarantine-decide", download=download, decision="reject", by=ANNA, reason="DUO stuurt het opnieuw"
            )
        for incident in open_incidents:
            why = "gemeld bij DUO en de andere gemeente"
            self._decide("incident-record", number=incident["id"], by=BRAM, reason=why, step="no risk: close")
        self._log("broken files are replaced or rejected, incidents closed")
        self.approve_all(day)

    def accept(self, day: date) -> None:
        """Accept each acceptable reason of the gate with two persons."""
        from hervat.delivery import ACCEPTABLE

        codes = {reason["code"] for reason in self._gate(day)["reasons"]}
        for code in sorted(codes.intersection(ACCEPTABLE)):
            for name in (ANNA, BRAM):
                why = "nagevraagd, hoort bij een andere gemeente"
                self._decide("cbs-accept", quarter=QUARTER, code=code, as_of=day, by=name, reason=why)
            self._log(f"{ANNA} and {BRAM} accepted {code}")

    def confirm(self) -> None:
        """Record the receipt of CBS: from then on the persons at CBS are known."""
        self._decide("cbs-confirm", quarter=QUARTER, receipt=RECEIPT, by=ANNA)

    def _decide(self, name: str, **parameters: Any) -> None:
        with timed(self._played, "the decisions"):
            self._flow(name, **parameters)

    def _flow(self, name: str, **parameters: Any) -> None:
        state = self._flows[name](return_state=True, **parameters)
        if not state.is_completed():
            raise HervatError(f"the flow {name} ended as {state.name}: {state.message}")

    def _person(self, bsn: str, day: date) -> int | None:
        from hervat.settling import find_person

        return find_person(self._night(day), None, bsn)

    def _night(self, day: date) -> Any:
        return self._installation.night(self._installation.municipalities(CODE)[0], day, origin="demo")

    def _gate(self, day: date) -> dict[str, Any]:
        from hervat.delivery import gate_json, look

        night = self._night(day)
        return gate_json(night, QUARTER, look(night, QUARTER))

    def _line(self, day: date, again: bool) -> PlayedNight:
        """Return the figures of the run that just ended, as the register keeps them."""
        from hervat.register.models import Run

        with self._installation.register.session() as session:
            counts = session.scalars(select(Run.counts).order_by(Run.id.desc()).limit(1)).one() or {}
        from hervat.notices import KINDS

        persons, gate = counts["persons"], counts["gate"]
        return PlayedNight(
            night=f"{day}{' again' if again else ''}",
            fetched=counts["files"]["fetched"],
            quarantined=counts["rows"]["quarantined"],
            unseen=persons["unseen"],
            parked=persons["parked"],
            released=persons["released"],
            corrected=persons["corrected"],
            cleaned=sum(line["cleaned"] for line in counts["cleaning"]),
            notified=sum(counts["notices"][kind] for kind in KINDS),
            gate="open" if gate["open"] else f"shut by {len(gate['reasons'])}",
            reasons=", ".join(f"{r['code']} {r['count']}" for r in gate["reasons"]),
        )
