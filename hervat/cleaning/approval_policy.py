"""The policy for approvals: when a plan needs one, and from how many persons."""

from collections.abc import Iterable

from hervat.cleaning.system_night import SystemNight
from hervat.settings import System


def needed(system: System) -> int:
    """Return how many different persons must approve a plan for this system."""
    return 2 if system.four_eyes else 1


def reason_for_approval(
    system_night: SystemNight, keys: set[str], roots_total: int, unapproved: Iterable[str] = ()
) -> str | None:
    """Return why a plan for these persons needs approval: policy, brake or several BSNs. None if it needs none.

    unapproved: persons in open plans without an approval (of a shadow night, or of one that failed); they count for the
    brake too.
    """
    brake, persons = system_night.system.brake, len(keys.union(unapproved))
    if system_night.system.approval == "required":
        return "policy"
    if persons > brake.persons or persons > brake.share * roots_total:
        return "brake"
    return "several BSNs" if keys & system_night.with_several_bsns else None
