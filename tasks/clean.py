"""Clean: plan, execute approved plans, read back; and request erasure from the suppliers who alone can erase."""

from hervat.cleaning import clean
from hervat.night import Counts, Night
from hervat.notices import request_erasures
from hervat.settling import read_people
from hervat.tasks.step import Step


def _clean(night: Night) -> Counts:
    counts = clean(night)
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
    return counts | request_erasures(night, people)


STEP = Step("clean", _clean, needs=("settle", "capture"), retries=0, timeout=14400, acts=True, ahead=True)
