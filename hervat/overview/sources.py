"""What stands at the sources: what the last night noticed there, and who has gone silent since."""

from sqlalchemy.orm import Session

from hervat.intake.noticed import Noticed
from hervat.intake.noticing import days_looked, noted
from hervat.intake.silence import silent
from hervat.night import Night
from hervat.today import today


def at_sources(session: Session, night: Night) -> list[Noticed]:
    """Return what there is to say of each source on the night's day, as of the last night that looked until then.

    A day to come looks no further than today: nobody is silent on it yet.
    """
    sources = night.municipality.sources
    days = days_looked(session, night.code, min(night.as_of, today()))
    if not days:
        return []
    seen = noted(session, night.code, days, [one.name for one in sources])
    return [*seen, *silent(session, night.code, sources, days[0], night.quality)]
