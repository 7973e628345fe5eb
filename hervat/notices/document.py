"""The data of a notice: one UTF-8 JSON file, the same bytes for the same facts."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hervat.notices.facts import Facts
from hervat.notices.letter import Letter
from hervat.notices.obligations import Obligation
from hervat.notices.request import Asked

SCHEMA = "hervat/notice/1"


def document(facts: Facts, letter: Letter) -> bytes:
    """Return a notice as JSON, with the text of its letter. A recipient that may see no identifier gets only a count.

    service_may_resume, in a resume and a withdrawal: true if that holds for all persons in it; a person of a
    withdrawal has it as well. erase and erase_by, in a request to a supplier: what (in Dutch), and the last day;
    refers_to, in a reminder: the request's number.
    """
    asked, kind, municipality, recipient = facts.asked, facts.kind, facts.municipality, facts.recipient
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "number": facts.number,
        "kind": kind,
        "municipality": {"code": municipality.code, "name": municipality.name},
        "day": facts.day.isoformat(),
        "text_nl": letter.text,
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
    """Return the persons of a notice, sorted by identifier; a person with two identifiers at a party is there twice."""
    # of two persons behind one kenmerk the careful entry (service may not resume) wins
    careful_last = sorted(dues, key=lambda key: (not dues[key].may_resume, key))
    named = {value: dues[key] for key in careful_last for value in marks[key]}
    return [{mark: value, **_service(named[value])} for value in sorted(named)]


def _service(item: Obligation) -> dict[str, Any]:
    """Return the part of a person's entry about service: whether it may resume (a withdrawal), and under which law."""
    whether = {"service_may_resume": item.may_resume} if item.kind == "withdrawal" else {}
    return {**whether, "law": item.law} if item.law else whether
