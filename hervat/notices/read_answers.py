"""Reading all recipients' answers, in the night. Reading the same files again changes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping

from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation, read_confirmation
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.file import ReceiptRead, Rejected, Rules, read_file
from hervat.notices.receipts.named import named
from hervat.notices.receipts.places import ODD, FoundReceipts, look, way_of
from hervat.notices.receipts.record import Tally, in_doubt, notices_of, record_all, record_bounces
from hervat.notices.receipts.unsure import note_doubts
from hervat.notices.recipients import Recipient

__all__ = ["Confirmation", "confirm", "read_confirmation", "rules_of"]

_ODD = ("unknown", "garbage", "double", "unsigned", "forged")
_SHOWN = 10


def confirm(night: Night, recipients: Iterable[Recipient]) -> Counts:
    """Read all recipients' answers; return how many were new, late, bounced, unknown (no such notice), garbage, ...

    double, unsigned where it must be signed, forged (not by the party's certificate), automatic (out of office), doubt
    (a person reads it: receipts/unsure.py). What is odd goes into the night's attention, by count and by file.
    """
    found: Counter[str] = Counter(dict.fromkeys(("new", "late", "bounced", "automatic", "doubt", *_ODD), 0))
    for recipient in recipients:
        try:
            found.update(_of(night, recipient, look(recipient.channel)))
        except Exception as error:  # noqa: BLE001 - a failure stays within its recipient
            night.fail(f"{recipient}: its confirmations were not read: {redacted(error)}")
    return dict(found)


def rules_of(recipient: Recipient) -> Rules:
    """Return what is asked of a recipient's answers."""
    receipts, mail = recipient.channel.receipts, recipient.channel.mail
    home = mail.to.rpartition("@")[2].lower() if mail else None
    return Rules(recipient.certificate, receipts is None or receipts.unsigned == "accept", home)


def _of(night: Night, recipient: Recipient, lying: FoundReceipts) -> Tally:
    rules, way = rules_of(recipient), way_of(recipient.channel)
    results = [(file.name, read_file(file, rules, night.as_of)) for file in lying.files]
    found: Tally = Counter(str(one.why) for _, one in results if isinstance(one, Rejected))
    odd: dict[str, str] = {name: one.why for name, one in results if isinstance(one, Rejected) and one.why in _ODD}
    read = [(name, one) for name, one in results if isinstance(one, ReceiptRead)]
    doubts = [(name, one) for name, one in results if isinstance(one, Doubt)]
    bounces = [one for _, one in results if isinstance(one, Bounce)]
    if read or doubts or bounces:
        with night.register.session() as session:
            late = {name: doubt for name, one in read if (doubt := in_doubt(session, night, recipient, one))}
            found.update(record_bounces(session, night, recipient, bounces))
            found.update(record_all(session, night, recipient, [one for name, one in read if name not in late], way))
            mine = notices_of(session, night.code, recipient)
            counts, strange = note_doubts(session, night, recipient, mine, [*doubts, *late.items()], way)
            found.update(counts)
            odd |= dict.fromkeys(strange, "garbage") | {
                name: "unknown" for name, one in read if one.said.number not in mine
            }
    _attend(night, recipient, found, sum(one.said.unfit for _, one in read))
    _name(night, recipient, odd | {one.name: ODD[one.why] for one in lying.strays})
    return found


def _name(night: Night, recipient: Recipient, odd: Mapping[str, str]) -> None:
    """Say which files of a recipient count for nothing, each by its name: an answer may be among them."""
    if odd:
        shown = [f"{named(name)} ({why})" for name, why in sorted(odd.items())]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        night.attention.append(
            f"{recipient}: {len(shown)} file(s) in the folder of its answers are not read as an answer:"
            f" {', '.join(shown[:_SHOWN])}{more}; open each, record what it says with `hervat notices confirm`, and"
            " take it out of that folder"
        )


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
