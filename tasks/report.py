"""Report: the page and the worklist, from what stands at this moment."""

from expectations.checks import words
from hervat.night import Counts, Night
from hervat.overview import look_over
from hervat.report import dutch, write_page, write_worklist
from tasks.step import Step


def _report(night: Night) -> Counts:
    view = look_over(night)
    page = write_page(view.overview, night.settings.output)
    with night.register.session() as session:
        sheet = write_worklist(session, night, view.people, view.orphans, view.after)
    night.say(f"wrote {page.name} and {sheet.name}")
    return {}


dutch.learn(words())

STEP = Step("report", _report)
