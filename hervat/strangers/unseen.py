"""Look for unseen persons before parties are told: in a system, and without a signal since the round began."""

from itertools import chain

from hervat.delivery import GateFacts, roots_now, unseen_bsns
from hervat.night import Counts, Night
from hervat.settling import people_now
from hervat.strangers.enlisted import enlist


def look_for_unseen(night: Night) -> Counts:
    """Hand over the pseudonyms of persons in the systems before their restart, to notify. Counts: unseen.

    Everybody under the Wi2021 is unproven until seen again (handreiking 2.3), also persons who were registered before
    the first download. After the last restart of the round nobody is unseen, and no system is read. A system that
    can't be read is an error of the night; the others go on.
    """
    if not night.settler.holds_unseen(night.as_of):
        return {}
    errors: list[str] = []
    systems = roots_now(night, errors)
    for error in errors:
        night.error(error)
    with night.register.session() as session:
        people = people_now(session, night)
        met = unseen_bsns(GateFacts(people, night.settler, systems=systems))
        night.handover.unseen = frozenset(enlist(session, night, chain.from_iterable(met.values()), people.owner))
    night.log(f"{len(night.handover.unseen)} persons stand in local systems and are not seen yet")
    return {"unseen": len(night.handover.unseen)}
