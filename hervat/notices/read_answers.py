"""Reading the answers of all recipients, each night. Reading the same files again changes nothing."""

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
    """Read all recipients' answers; return the counts of new, late, bounced, unknown (no such notice), garbage, ...

    double, unsigned where it must be signed, forged (not by the party's certificate), automatic (out of office), doubt
    (a person reads it: receipts/unsure.py). Odd files go into the night's attention, by count and by name.
    """
    counts: Counter[str] = Counter(dict.fromkeys(("new", "late", "bounced", "automatic", "doubt", *_ODD), 0))
    for recipient in recipients:
        try:
            counts.update(_read(night, recipient, look(recipient.channel)))
        except Exception as error:  # noqa: BLE001 - a failure stays within its recipient
            night.error(f"{recipient}: its confirmations were not read: {redacted(error)}")
    return dict(counts)


def rules_of(recipient: Recipient) -> Rules:
    """Return the requirements for a recipient's answers."""
    receipts, mail = recipient.channel.receipts, recipient.channel.mail
    home = mail.to.rpartition("@")[2].lower() if mail else None
    return Rules(recipient.certificate, receipts is None or receipts.unsigned == "accept", home)


def _read(night: Night, recipient: Recipient, folder: FoundReceipts) -> Tally:
    rules, way = rules_of(recipient), way_of(recipient.channel)
    results = [(file.name, read_file(file, rules, night.as_of)) for file in folder.files]
    counts: Tally = Counter(str(result.why) for _, result in results if isinstance(result, Rejected))
    odd: dict[str, str] = {
        name: result.why for name, result in results if isinstance(result, Rejected) and result.why in _ODD
    }
    read = [(name, result) for name, result in results if isinstance(result, ReceiptRead)]
    doubts = [(name, result) for name, result in results if isinstance(result, Doubt)]
    bounces = [result for _, result in results if isinstance(result, Bounce)]
    if read or doubts or bounces:
        with night.register.session() as session:
            late = {name: doubt for name, receipt in read if (doubt := in_doubt(session, night, recipient, receipt))}
            counts.update(record_bounces(session, night, recipient, bounces))
            sure = [receipt for name, receipt in read if name not in late]
            counts.update(record_all(session, night, recipient, sure, way))
            mine = notices_of(session, night.code, recipient)
            noted, strange = note_doubts(session, night, recipient, mine, [*doubts, *late.items()], way)
            counts.update(noted)
            unknown = [name for name, receipt in read if receipt.said.number not in mine]
            odd |= dict.fromkeys(strange, "garbage") | dict.fromkeys(unknown, "unknown")
    _report_counts(night, recipient, counts, sum(receipt.said.unfit for _, receipt in read))
    _report_files(night, recipient, odd | {stray.name: ODD[stray.why] for stray in folder.strays})
    return counts


def _report_files(night: Night, recipient: Recipient, odd: Mapping[str, str]) -> None:
    """Put the names of a recipient's odd files in the night's attention: an answer may be among them."""
    if odd:
        shown = [f"{named(name)} ({why})" for name, why in sorted(odd.items())]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        night.attention.append(
            f"{recipient}: {len(shown)} file(s) in the folder of its answers are not read as an answer:"
            f" {', '.join(shown[:_SHOWN])}{more}; open each, record what it says with `hervat notices confirm`, and"
            " take it out of that folder"
        )


def _report_counts(night: Night, recipient: Recipient, counts: Tally, unfit: int) -> None:
    if unfit:
        night.attention.append(
            f"{recipient}: the evidence in {unfit} of its confirmations is not kept (it holds a BSN, is too long, or is"
            " not text, or erased is not a number); ask for another"
        )
    wrong = [f"{counts[reason]} {reason}" for reason in _ODD if counts[reason]]
    if wrong:
        night.attention.append(
            f"{recipient}: among its confirmations are {', '.join(wrong)}; look at them and take them out of its folder"
        )
    if counts["late"]:
        night.log(f"{recipient}: {counts['late']} answer(s) came after the term")
