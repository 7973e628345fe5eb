"""What is decided about one person: their law, a hold and its end, forgetting, whose a stranger is, a refill."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.errors import UsageError
from hervat.flows.forms import TODAY, Day, Law, pasted
from hervat.flows.installed import decision_night
from hervat.flows.runs import redact_errors
from hervat.person import HoldTerms
from hervat.tasks.decide import decide_stranger, put_on_hold, record_kennisgeving, record_law, refilled, release_person
from hervat.upkeep import forget_person


@flow(name="optin-record", flow_run_name="optin-{person}", persist_result=False)
@redact_errors
def optin_record(
    person: int,
    law: Law,
    reason: str,
    by: str = "",
    signature: str = "",
    day: Day = TODAY,
    kennisgeving: Day = TODAY,
    municipality: str = "",
) -> Any:
    """Record which law holds for a person: their own choice, or your decision where signals contradict each other.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        law: The law that holds for this person.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers and the weeks for a choice are over, the whole signature. A run without it
            shows the text to sign, and how.
        day: The day of the choice or decision; left out, today.
        kennisgeving: For a choice - the day of the wrong kennisgeving, when it was not recorded before.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night = decision_night(municipality)
    if kennisgeving:
        record_kennisgeving(night, person, kennisgeving, by)
    counts = record_law(night, person, law, day or night.as_of, by, reason, pasted(signature))
    message = f"recorded {law} for person {person}"
    if not counts:
        message += "; the weeks for a choice are over, so it counts once another person records the same"
    get_run_logger().info(message)
    return Completed(message=message) if counts else Completed(name="Waits", message=message)


@flow(name="person-hold", flow_run_name="hold-{person}", persist_result=False)
@redact_errors
def person_hold(
    person: int,
    ground: Literal["18", "21"],
    reason: str,
    by: str = "",
    signature: str = "",
    until: Day = TODAY,
    municipality: str = "",
) -> Any:
    """Put a person on hold: no plan and no supplier erases them. Waits: a second person must confirm it.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        ground: The article of the AVG - 18 is restriction of processing, 21 is an objection.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        until: The last day; left out, until two persons release them.
        municipality: Code of the municipality; may be left out where there is one.
    """
    terms = HoldTerms(ground, until or None)
    confirmed = put_on_hold(decision_night(municipality), person, terms, by, reason, pasted(signature))
    message = f"person {person} is on hold ({terms})"
    if not confirmed:
        message += "; it counts already, and another person must record the same"
    get_run_logger().info(message)
    return Completed(message=message) if confirmed else Completed(name="Waits", message=message)


@flow(name="person-release", flow_run_name="release-{person}", persist_result=False)
@redact_errors
def person_release(person: int, reason: str, by: str = "", signature: str = "", municipality: str = "") -> Any:
    """Release a person from every hold; the next night plans for them again. Waits: a second person must too.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
    """
    released = release_person(decision_night(municipality), person, by, reason, sign=pasted(signature))
    message = f"person {person} is released" if released else f"person {person} is on hold until another releases them"
    get_run_logger().info(message)
    return Completed(message=message) if released else Completed(name="Waits", message=message)


@flow(name="person-forget", flow_run_name="forget-{person}", persist_result=False)
@redact_errors
def person_forget(person: int, reason: str, by: str = "", signature: str = "", municipality: str = "") -> Any:
    """Forget a person, which can't be undone. Waits: a second person must agree; that one does it.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        reason: Why, such as the number of the request. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
    """
    outcome = forget_person(decision_night(municipality), person, None, by, reason, pasted(signature))
    if outcome is None:
        raise UsageError("hervat holds nothing about this person; nothing was done")
    if outcome.open:
        raise UsageError(f"refused, for something is open: {'; '.join(outcome.open)}")
    if outcome.state == "waits":
        message = f"{outcome.agreed_by} agreed to forget person {person}, with {len(outcome.destroys)} objects of the "
        message += "vault, whole; another person must record the same"
        get_run_logger().info(message)
        return Completed(name="Waits", message=message)
    message = f"person {person} is forgotten: {sum(outcome.ended.values())} rows, {len(outcome.removed)} files"
    get_run_logger().info(message)
    for left in outcome.by_hand:
        get_run_logger().warning(f"left, for a person: {left}")
    return Completed(message=message)


@flow(name="strangers-decide", flow_run_name="stranger-{person}", persist_result=False)
@redact_errors
def strangers_decide(
    person: int,
    decision: Literal["ours", "not ours"],
    reason: str,
    by: str = "",
    signature: str = "",
    municipality: str = "",
) -> Any:
    """Record whether a person is the gemeente's. Waits: it counts once another person records the same.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        decision: ours counts as reported by DUO. not ours erases in every system, and notifies the parties with data.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night, ours = decision_night(municipality), decision == "ours"
    counts = decide_stranger(night, person, ours, by, reason, pasted(signature))
    message = f"recorded {decision} for person {person}"
    if not counts:
        message += "; it counts once another person records the same"
    get_run_logger().info(message)
    return Completed(message=message) if counts else Completed(name="Waits", message=message)


@flow(name="refill-done", flow_run_name="refill-{system}-{person}", persist_result=False)
@redact_errors
def refill_done(system: str, person: int, by: str, municipality: str = "") -> Any:
    """Record that a person was filled in again at a supplier's; in a database hervat sees it by itself.

    Args:
        system: The name of the supplier's system.
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        by: Your name. It goes into the journal.
        municipality: Code of the municipality; may be left out where there is one.
    """
    refilled(decision_night(municipality), system, person, by)
    get_run_logger().info(f"recorded for person {person}")
    return Completed(message=f"recorded for person {person}")
