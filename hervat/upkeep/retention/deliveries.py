"""Whom a delivery to CBS held, what was accepted for it, and its folder."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.delivery import holding, peildatum
from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import Acceptance, Delivery, DeliveryBlock
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted, emptied

_QUARTER = 3  # months


def _due(look: Look, term: str) -> Things:
    """Return the deliveries of confirmed quarters whose term is over, counted from the confirmation.

    Not one of a quarter that waits for a correction: its last delivery has no receipt, or the one that CBS has holds a
    person who is corrected now.
    """
    query = select(Delivery.id, Delivery.quarter, Delivery.receipt, Delivery.confirmed_on, Delivery.remembers)
    rows = look.session.execute(query.where(scope(Delivery, look.night.code)).order_by(Delivery.id)).all()
    wrong = _with_corrected(look)
    over: dict[int, Over] = {}
    for quarter in {row.quarter for row in rows}:
        of_quarter = [row for row in rows if row.quarter == quarter]
        last = of_quarter[-1]
        if last.receipt is None or last.id in wrong:
            continue
        if ends := look.ends(_first_day(quarter), peildatum(quarter), last.confirmed_on, term):
            over |= {row.id: Over(*ends) for row in of_quarter if row.remembers}
    return over


def _with_corrected(look: Look) -> set[int]:
    corrected = {person for person, (state, _) in look.states.items() if state == "corrected"}
    keys = {key for key, person in look.owner.items() if person in corrected}
    return holding(look.session, look.night.keyring, keys)


def _first_day(quarter: str) -> date:
    return date(int(quarter[:4]), _QUARTER * (int(quarter[-1]) - 1) + 1, 1)


def _end(session: Session, night: Night, numbers: Sequence[int]) -> Rows:
    quarters = _quarters(session, night, numbers)
    own = scope(Acceptance, night.code)
    return {
        "delivery_block": deleted(session, DeliveryBlock, among(DeliveryBlock.delivery_id, numbers)),
        "delivery": emptied(session, Delivery, among(Delivery.id, numbers), {"remembers": False}),
        "acceptance": deleted(session, Acceptance, own & among(Acceptance.quarter, quarters)),
    }


def _files(session: Session, night: Night, numbers: Sequence[int]) -> None:
    for quarter in _quarters(session, night, numbers):
        for folder in folders(night, quarter):
            shutil.rmtree(folder, ignore_errors=True)


def _quarters(session: Session, night: Night, numbers: Sequence[int]) -> set[str]:
    query = select(Delivery.quarter).where(scope(Delivery, night.code), among(Delivery.id, numbers))
    return set(session.scalars(query))


def folders(night: Night, quarter: str) -> list[Path]:
    """Return the folders of a quarter that exist. A joint delivery is in the folder of its reporter."""
    cbs = night.municipality.cbs
    codes = {night.code, cbs.reporter if cbs and cbs.together else night.code}
    places = [night.settings.output / "cbs" / code / quarter for code in sorted(codes)]
    return [place for place in places if place.is_dir() and not place.is_symlink()]


DELIVERY = TermKind("delivery", _due, _end, _files)
