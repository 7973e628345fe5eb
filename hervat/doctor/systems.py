"""The doctor on the local systems: databases, their queries for disclosures, and folders of lists."""

from collections.abc import Iterator
from functools import partial

from hervat import erasure, notices
from hervat.delivery import lists_of, unreadable
from hervat.doctor.findings import Check, Findings
from hervat.plural import plural
from hervat.settings import Municipality, System

_SHOWN = 5


def checks(municipality: Municipality) -> Iterator[tuple[str, Check]]:
    """Give a check for each system with a database or lists, and for each disclosures query."""
    for system in municipality.systems:
        if system.database:
            yield f"system {system.name}", partial(_database, system)
        elif system.files and system.policy != "retain":
            yield f"system {system.name}", partial(_lists, system)
    for disclosure in municipality.disclosures:
        yield "disclosures", partial(_disclosures, municipality, disclosure.system, disclosure.query)


def _database(system: System) -> Findings:
    with erasure.open_system(system) as local:
        return Findings(erasure.check(local), erasure.unwise(local), erasure.good_to_know(local))


def _lists(system: System) -> Findings:
    """Open every list: a night searches them all, and the gate stays shut on one that can't be read."""
    if system.files is None:
        return Findings()
    found = lists_of(system)
    wrong = [told for path in found if (told := unreadable(system, path))]
    failing = wrong[:_SHOWN] + ([f"{plural(len(wrong) - _SHOWN, 'more list')} like these"] if wrong[_SHOWN:] else [])
    where = (
        f"nothing in {system.files.directory} fits {system.files.pattern}, so no list is searched; correct the pattern"
    )
    return Findings(failing, [] if found else [where])


def _disclosures(municipality: Municipality, system: str, query: str) -> Findings:
    notices.try_disclosures(municipality.system(system), query)
    return Findings()
