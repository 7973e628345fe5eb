"""The machine-readable part of a notice: one UTF-8 JSON file, the same bytes for the same facts."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hervat.notices.facts import Facts
from hervat.notices.obligations import Obligation
from hervat.notices.recipients import Recipient
from hervat.notices.request import Asked
from hervat.settings import Municipality

SCHEMA = "hervat/notice/1"


def document(municipality: Municipality, recipient: Recipient, facts: Facts, text: str) -> bytes:
    """Return a notice as JSON; `text` is its letter. A recipient who may see no mark gets the count alone.

    service_may_resume, in a resume and a withdrawal: whether that holds for all persons in it; a person of a
    withdrawal has it as well. erase and erase_by, in a request to a supplier: what (in Dutch), and the last day;
    refers_to, in a reminder: the request's number.
    """
    asked, kind = facts.asked, facts.kind
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "number": facts.number,
        "kind": kind,
        "municipality": {"code": municipality.code, "name": municipality.name},
        "day": facts.day.isoformat(),
        "text_nl": text,
        "count": facts.count,
    }
    if recipient.audience == "supplier":
        content["system"] = recipient.name
    if asked:
        content |= _terms(asked)
    if kind in ("resume", "withdrawal"):
        content["service_may_resume"] = all(person.get("service_may_resume", True) for person in facts.persons)
    if recipient.mark and not (asked and asked.refers_to):
        content["persons"] = list(facts.persons)
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _terms(asked: Asked) -> dict[str, Any]:
    by = {"erase_by": asked.by.isoformat()} if asked.by else {}
    return {"refers_to": asked.refers_to, **by} if asked.refers_to else {"erase": list(asked.erase), **by}


def persons_of(mark: str, dues: Mapping[str, Obligation], marks: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Return the persons of a notice, in the order of their marks; one whom a party knows twice stands there twice."""
    careful_last = sorted(dues, key=lambda key: (not dues[key].may_resume, key))  # of two behind one kenmerk it rules
    named = {value: dues[key] for key in careful_last for value in marks[key]}
    return [{mark: value, **_service(named[value])} for value in sorted(named)]


def _service(item: Obligation) -> dict[str, Any]:
    """Return what a person's entry says of service: for a withdrawal whether, and for both under which law."""
    whether = {"service_may_resume": item.may_resume} if item.kind == "withdrawal" else {}
    return {**whether, "law": item.law} if item.law else whether
