"""Disclosures: which party received data about which person, copied from the local systems before any erasure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hervat.bsn import normalised
from hervat.databases import read_rows
from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.notices.past_term import past_term
from hervat.register import among, scope
from hervat.register.models import DisclosedTo
from hervat.settings import Disclosure
from hervat.today import dutch_day

COLUMNS = ("bsn", "partij", "kenmerk", "verstrekt_op")
UNDATED = date.min
"""The day of a disclosure without one: always the same, so that it is stored once."""

_ZONED = re.compile(
    r"(?i)[T ](?P<time>\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?) *(?P<zone>[a-z]{1,5}|[+-]\d{2}(?::?\d{2})?)$"
)
_DUTCH = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A disclosure in plain. bsn: nine digits, None if unreadable; dated: it has a day that can be read."""

    bsn: str | None
    party: str
    reference: str
    provided_on: date
    dated: bool

    def __repr__(self) -> str:
        return "Row(...)"


def row_of(bsn: Any, party: Any, reference: Any, provided: Any) -> Row:
    """Return a row of the query as a disclosure; unreadable values raise nothing."""
    day = _day(provided)
    return Row(normalised(_plain(bsn)), _plain(party), _plain(reference), day or UNDATED, day is not None)


def _plain(value: Any) -> str:
    """Return a value as text; a whole number that is a float without its '.0'."""
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _day(value: Any) -> date | None:
    """Return the day of a date, a moment, or text (ISO, or day-month-year as vendors write it)."""
    if isinstance(value, datetime):
        return dutch_day(value)
    if isinstance(value, date):
        return value
    text = _plain(value)
    dutch = _DUTCH.match(text)
    try:
        day = date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else _iso(text)
        return _in_zone(day, text)
    except ValueError:
        return None


def _iso(text: str) -> date:
    return date.fromisoformat(text[:8] if text[:8].isdigit() else text[:10])


def _in_zone(day: date, text: str) -> date:
    """Return the day in the Netherlands of a text that names a zone. Raises ValueError for an unknown zone."""
    zoned = _ZONED.search(text)
    if zoned is None:
        return day
    zone = "+00:00" if zoned["zone"].casefold() in ("z", "utc", "gmt") else zoned["zone"]
    return dutch_day(datetime.fromisoformat(f"{day.isoformat()}T{zoned['time'].zfill(5)}{zone}"))


_NAMES_SHOWN = 10
DisclosureKey = tuple[str, str, str]
"""Party, key of the person, key of the reference."""


def capture(night: Night) -> Counts:
    """Store every disclosure that the queries return and that is not stored yet.

    Counts: rows read, new, known, unreadable (no BSN can be read), undated, unknown_party. A query that fails is an
    error of the night, and its system is uncaptured: nothing may be erased there, for the record of who must be told
    would be lost. The other queries go on.
    """
    counts: Counter[str] = Counter(dict.fromkeys(("read", "new", "known", "unreadable", "undated", "unknown_party"), 0))
    unknown: set[str] = set()
    for disclosure in night.municipality.disclosures:
        try:
            _capture(night, disclosure, counts, unknown)
        except Exception as error:  # noqa: BLE001 - a failure stays within its system
            night.handover.uncaptured.add(disclosure.system)
            night.error(f"disclosures of {disclosure.system} were not captured: {redacted(error)}")
    _report_unknown(night, unknown)
    return {"disclosures": dict(counts)}


def disclosed_now(night: Night, pseudonyms: Collection[str]) -> tuple[dict[str, set[str]], list[str]]:
    """Return system -> which of these persons (BSN pseudonyms) its query names now, and what could not be read."""
    named: dict[str, set[str]] = {}
    errors: list[str] = []
    pseudonym = night.keyring.pseudonyms("bsn")
    for disclosure in night.municipality.disclosures:
        there = named.setdefault(disclosure.system, set())
        try:
            for batch in read_rows(night.municipality.system(disclosure.system), disclosure.query, COLUMNS):
                there |= {key for row in batch if (bsn := row_of(*row).bsn) and (key := pseudonym(bsn)) in pseudonyms}
        except Exception as error:  # noqa: BLE001 - a failure stays within its system
            errors.append(f"disclosures of {disclosure.system} can't be read: {redacted(error)}")
    return named, errors


def _capture(night: Night, disclosure: Disclosure, counts: Counter[str], unknown: set[str]) -> None:
    names = {party.name for party in night.municipality.parties}
    unreadable = captured = 0
    for batch in read_rows(night.municipality.system(disclosure.system), disclosure.query, COLUMNS):
        rows = [row_of(*values) for values in batch]
        readable = [row for row in rows if row.bsn]
        unreadable += len(rows) - len(readable)
        others = [row.party for row in readable if row.party not in names]
        unknown.update(others)
        stored = _store(night, disclosure.system, readable)
        captured += stored
        counts.update(read=len(rows), new=stored, known=len(readable) - stored, unknown_party=len(others))
        counts.update(undated=sum(not row.dated for row in readable))
    counts.update(unreadable=unreadable)
    if unreadable:
        night.attention.append(
            f"system {disclosure.system}: {unreadable} disclosure(s) hold no BSN that can be read; look them up there"
        )
    night.log(f"captured {captured} new disclosure(s) from {disclosure.system}")


def _store(night: Night, system: str, rows: list[Row]) -> int:
    """Store the rows that are new, in one transaction; return their number. What is past its term is left out."""
    new = {(*_key(night, row), row.provided_on): row for row in rows}
    with night.register.session() as session:
        for known in _known(session, night.code, {key for _, key, _, _ in new}):
            new.pop(known, None)
        new = past_term(session, night, new)
        if new:
            session.execute(insert(DisclosedTo), [_values(night, system, row) for row in new.values()])
            done = f"{len(new)} captured"
            night.record(session, "disclosures", f"system {system}", done)
    return len(new)


def _key(night: Night, row: Row) -> DisclosureKey:
    reference = night.keyring.pseudonym("reference", row.reference) if row.reference else ""
    return row.party, night.keyring.pseudonym("bsn", row.bsn or ""), reference


def _known(session: Session, code: str, keys: set[str]) -> Iterable[tuple[str, str, str, date]]:
    query = select(DisclosedTo.party, DisclosedTo.key, DisclosedTo.reference_key, DisclosedTo.provided_on).where(
        scope(DisclosedTo, code), among(DisclosedTo.key, keys)
    )
    for row in session.execute(query):
        yield (row.party, row.key, row.reference_key, row.provided_on)


def _values(night: Night, system: str, row: Row) -> dict[str, object]:
    party, key, reference_key = _key(night, row)
    seal = night.keyring.seal
    return {
        "municipality": night.code,
        "system": system,
        "party": party,
        "key": key,
        "bsn": seal((row.bsn or "").encode(), "disclosure"),
        "reference_key": reference_key,
        "reference": seal(row.reference.encode(), "disclosure") if row.reference else None,
        "provided_on": row.provided_on,
        "captured_on": night.as_of,
    }


def _report_unknown(night: Night, unknown: set[str]) -> None:
    """Put the names of parties that are not configured in the night's attention: these parties can't be told."""
    named = sorted(name for name in unknown if name and sum(map(str.isdigit, name)) < 6)
    if named:
        shown = ", ".join(name[:60] for name in named[:_NAMES_SHOWN])
        night.attention.append(f"{len(named)} party(ies) received data and are not configured: {shown}")
    if len(unknown) > len(named):
        night.attention.append(
            f"{len(unknown) - len(named)} name(s) of parties in the disclosures are empty or look like a number;"
            " see that the column partij holds the party's name"
        )
