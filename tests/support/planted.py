"""Rows about persons in every table of the register, every column filled, and what `hervat person show` finds of them."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import Any

import polars as pl
from sqlalchemy import delete, inspect
from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.person import PersonAccount, show
from hervat.person.places import VAULT
from hervat.register import packed
from hervat.register.models import Base
from hervat.vault import Vault
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn

MODELS: dict[str, Any] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
SINGLE = ("personalia", "stranger", "wrong_notification", "person_state")
KEYED = (
    "kept_value",
    "reappearance",
    "refilled",
    "disclosure",
    "decision",
    "ownership",
    "signature",
    "hold",
    "separate",
    "journal",
    "acceptance",
    "forgetting",
)
CHAINS = ("signal", "notice", "plan", "answer", "delivery", "incident")
OWN = [what for what in (*CHAINS, *SINGLE, *KEYED) if what != "incident"]
"""All but an incident of orphans, which is about every orphan at once."""


DAY = date(2022, 3, 1)


class Gardener:
    """Puts rows about a person in the tables of the register, every column filled, and remembers which."""

    def __init__(self, world: NoticeWorld, session: Session, person: int, bsn: str, numbers: "count[int]") -> None:
        self.world, self.session, self.person, self.numbers = world, session, person, numbers
        self.key, self.bsn = world.keyring.pseudonym("bsn", bsn), bsn
        self.sealed: list[int] = []  # the numbers that sealed values of this person say
        self.planted: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def put(self, what: str) -> None:
        if what in SINGLE and self.planted[what]:
            return
        chain: Callable[[], None] | None = getattr(self, f"_{what}", None)
        chain() if chain else self.row(what)

    def row(self, table: str, **values: Any) -> Any:
        values = {"municipality": CODE, "person_id": self.person, "key": self.key} | values
        columns = [column for column in inspect(MODELS[table]).columns if column.name != "id"]
        filled = {column.name: values.get(column.name, self._value(table, column)) for column in columns}
        row = MODELS[table](**filled)
        self.session.add(row)
        self.session.flush()
        self.planted[table].append({name: getattr(row, name) for name in ("id", *filled) if hasattr(row, name)})
        return row

    def _value(self, table: str, column: Any) -> Any:
        number, kind = next(self.numbers), column.type.python_type
        if kind is bytes:
            context = {"personalia": "details", "disclosure": "disclosure", "answer": "answer", "kept_value": "kept",
                       "receipt": "receipt"}.get(table, "notice")  # fmt: skip
            self.sealed.append(number)
            return self.world.keyring.seal(json.dumps({"said": number}).encode(), context)
        values = {
            str: f"x{number}"[-(getattr(column.type, "length", None) or 64) :],
            bool: True,
            int: number,
            date: date(2022, 1, 1 + number % 28),
            object: {},
        }
        return datetime(2022, 1, 1) if kind is datetime else values[kind]

    def _signal(self) -> None:
        with Vault(self.world.settings.vault, self.world.keyring).writer() as incoming:
            incoming.write(f"{next(self.numbers)}".encode())
            thing = incoming.commit("download", {"name": "x"})
        signal, download = self.row("signal"), self.row("download", object_id=thing.id)
        sightings, held = BytesIO(), {"row": [2], "signal_id": [signal.id], "loaded": [True]}
        pl.DataFrame(held).write_ipc_stream(sightings, compression="zstd")
        self.row("sighting_block", download_id=download.id, packed=sightings.getvalue())
        self.row("offer", download_id=download.id)
        self.row("destruction", object_id=thing.id)
        self.planted[VAULT].append({"id": thing.id})

    def _notice(self) -> None:
        notice = self.row("notice")
        for table in ("told", "enclosure", "receipt"):
            self.row(table, notice_id=notice.id)
        self.row("journal", object=notice.number)

    def _plan(self) -> None:
        plan = self.row("cleaning_plan")
        self.row("plan_person", plan_id=plan.id)
        self.row("approval", plan_id=plan.id)

    def _answer(self) -> None:
        self.row("answer", file_id=self.row("answer_file").id)

    def _delivery(self) -> None:
        delivery = self.row("delivery")
        self.row("delivery_block", delivery_id=delivery.id, sealed=self._sealed(packed([self.key]), "delivered"))

    def _incident(self) -> None:
        self.put("stranger")
        incident = self.row("incident", kind="orphans", download_id=None)
        self.row("incident_step", incident_id=incident.id)

    def _acceptance(self) -> None:
        members = json.dumps({"inburgering": [f"bsn_twice {self.key}"]})
        self.row("acceptance", members=self._sealed(members.encode(), "acceptance"))

    def _forgetting(self) -> None:
        self.row("forgetting", number=self.person)

    def _signature(self) -> None:
        self.row("signature", thing=f"person {self.person}")

    def _journal(self) -> None:
        self.row("journal", object=f"person {self.person}")

    def _sealed(self, plain: bytes, context: str) -> bytes:
        return self.world.keyring.seal(plain, context)


def planted(world: NoticeWorld, histories: list[list[str]]) -> list[Gardener]:
    """Empty the register, and put these histories in it: a person each."""
    with world.register.session() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
    bsns = [made_up_bsn(number) for number in range(len(histories))]
    persons, numbers = [world.person(bsn) for bsn in bsns], count(1)
    with world.register.session() as session:
        gardeners = [Gardener(world, session, *who, numbers) for who in zip(persons, bsns, strict=True)]
        for gardener, history in zip(gardeners, histories, strict=True):
            for what in history:
                gardener.put(what)
        session.expunge_all()
    return gardeners


def account_of(world: NoticeWorld, person: int) -> PersonAccount:
    account = show(world.night(DAY), person, None, named("P. Officer"), search_vault=False)
    assert account is not None
    return account


def differences(account: PersonAccount, gardener: Gardener) -> list[str]:
    """Return the tables in which other rows were found than were put there about this person."""
    wrong = []
    for found in account.places:
        put = gardener.planted[found.place.name]
        rows = [row for row in found.rows if row.get("action") != "person shown"]
        names = (
            set(rows[0]) & set(put[0]) - {"signals", "sealed", "value", "bsn", "reference", "reason"}
            if rows and put
            else set()
        )
        marks = [sorted(str([one[name] for name in sorted(names)]) for one in many) for many in (rows, put)]
        if found.place.name not in ("person", "identifier") and marks[0] != marks[1]:
            wrong.append(found.place.name)
    return wrong
