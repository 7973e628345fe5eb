"""The names of batches: what was destroyed together, and the verklaring van vernietiging about it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Destruction, Retired


def next_batch(session: Session, night: Night) -> str:
    """Return the name of the next batch of the day, of objects of the vault or of other things."""
    counts = (
        select(func.count(model.batch.distinct())).where(scope(model, night.code)) for model in (Destruction, Retired)
    )
    number = sum(session.scalar(query) or 0 for query in counts) + 1
    return f"{night.code}-{night.as_of:%Y%m%d}-{number}"
