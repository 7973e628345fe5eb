"""Reading all recipients' answers, in the night. Reading the same files again changes nothing."""

from collections import Counter
from collections.abc import Iterable

from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation, read_confirmation
from hervat.notices.receipts.file import Read, Rejected, Rules, read_file
from hervat.notices.receipts.places import File, answers, way_of
from hervat.notices.receipts.record import Tally, record_all, record_bounces
from hervat.notices.recipients import Recipient

__all__ = ["Confirmation", "confirm", "read_confirmation", "rules_of"]

_ODD = ("unknown", "garbage", "double", "unsigned", "forged")


def confirm(night: Night, recipients: Iterable[Recipient]) -> Counts:
    """Read all recipients' answers; return how many were new, late, bounced, unknown (no such notice), garbage, ...

    double, unsigned where it must be signed, forged (not by the party's certificate), automatic (out of office). What
    is odd goes into the night's attention by count.
    """
    found: Counter[str] = Counter(dict.fromkeys(("new", "late", "bounced", "automatic", *_ODD), 0))
    for recipient in recipients:
        try:
            found.update(_of(night, recipient, answers(recipient.channel)))
        except Exception as error:  # noqa: BLE001 - a failure stays within its recipient
            night.fail(f"{recipient}: its confirmations were not read: {redacted(error)}")
    return dict(found)


def rules_of(recipient: Recipient) -> Rules:
    """Return what is asked of a recipient's answers."""
    receipts = recipient.channel.receipts
    return Rules(recipient.certificate, receipts is None or receipts.unsigned == "accept")


def _of(night: Night, recipient: Recipient, files: list[File]) -> Tally:
    rules = rules_of(recipient)
    results = [read_file(file, rules, night.as_of) for file in files]
    found: Tally = Counter(str(one.why) for one in results if isinstance(one, Rejected))
    read = [one for one in results if isinstance(one, Read)]
    bounces = [one for one in results if isinstance(one, Bounce)]
    if read or bounces:
        with night.register.session() as session:
            found.update(record_bounces(session, night, recipient, bounces))
            found.update(record_all(session, night, recipient, read, way_of(recipient.channel)))
    _attend(night, recipient, found, sum(one.said.unfit for one in read))
    return found


def _attend(night: Night, recipient: Recipient, found: Tally, unfit: int) -> None:
    if unfit:
        night.attention.append(
            f"{recipient}: the evidence in {unfit} of its confirmations is not kept (it holds a BSN, is too long or no"
            " text, or erased is no number); ask for another"
        )
    wrong = [f"{found[what]} {what}" for what in _ODD if found[what]]
    if wrong:
        night.attention.append(
            f"{recipient}: among its confirmations are {', '.join(wrong)}; look at them and take them out of its folder"
        )
    if found["late"]:
        night.say(f"{recipient}: {found['late']} answer(s) came after the term")
