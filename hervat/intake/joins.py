"""Rows that would join two persons who were told apart (`hervat person split`): quarantined instead."""

import polars as pl
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from hervat.intake.persons import Identities
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Identifier, QuarantinedRow, Separate
from hervat.rules import catalogue

JOINS_TWO = "joins_two"
"""The reason of such a row."""


def _counting(code: str) -> tuple[ColumnElement[bool], ...]:
    return scope(Separate, code), Separate.second_by.is_not(None)


def any_apart(session: Session, code: str) -> bool:
    """True if two persons said of any that they are not one; that changes under the municipality's lock alone."""
    return session.scalars(select(Separate.id).where(*_counting(code)).limit(1)).first() is not None


def told_apart(session: Session, code: str) -> set[frozenset[int]]:
    """Return the pairs of persons who are not one, by two persons' word; empty at once if there are none."""
    if not any_apart(session, code):
        return set()
    one, other = aliased(Identifier), aliased(Identifier)
    query = (
        select(one.person_id, other.person_id)
        .select_from(Separate)
        .join(one, one.pseudonym == Separate.key)
        .join(other, other.pseudonym == Separate.other_key)
        .where(*_counting(code), scope(one, code), scope(other, code))
    )
    return {frozenset(pair) for pair in session.execute(query).tuples() if len(set(pair)) > 1}


def identified(rows: pl.DataFrame) -> pl.DataFrame:
    """Return typed rows with `v`: a V-nummer 0 beside a BSN is a placeholder that would join strangers."""
    return rows.with_columns(v=pl.when(pl.col("bsn").is_null() | (pl.col("v_number") != "0")).then("v_number"))


def joining_rows(session: Session, night: Night, people: Identities, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the typed rows that would join two persons who were told apart."""
    apart = told_apart(session, night.code)
    if not apart:
        return rows.clear()
    with_both = identified(rows).filter(pl.col("bsn").is_not_null() & pl.col("v").is_not_null())
    pairs = with_both.select("bsn", "v").unique(maintain_order=True).rows()
    refused = people.joining(pairs, apart)
    numbers = [row for row, *pair in with_both.select("row", "bsn", "v").iter_rows() if tuple(pair) in refused]
    return rows.filter(pl.col("row").is_in(numbers))


def quarantine_joining(session: Session, night: Night, download_id: int, rows: pl.DataFrame) -> None:
    """Quarantine these typed rows of a download: their signals are nobody's until a person decides."""
    corrections = [code for code, signal in catalogue().signals.items() if signal.kind == "correction"]
    facts = rows.select("row", "code", "signal_date", correction=pl.col("code").is_in(corrections))
    own = {"municipality": night.code, "download_id": download_id, "reason": JOINS_TWO, "since": night.as_of}
    session.add_all(QuarantinedRow(**own, **row) for row in facts.iter_rows(named=True))
    session.flush()
