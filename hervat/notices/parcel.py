"""What goes to a recipient: the data (encrypted where he has a certificate) and its letter, as files or one mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.x509 import Certificate

from hervat.night import Night
from hervat.notices.channels import MAIL
from hervat.notices.document import document
from hervat.notices.envelope import SUFFIX, enveloped
from hervat.notices.facts import Facts
from hervat.notices.letter import FOLDER, LEAFLET, leaflet, letter
from hervat.notices.letter_pages import html_of, pdf_of
from hervat.notices.mail import Content, message_of, read_signer
from hervat.notices.recipients import Recipient


@dataclass(frozen=True)
class Parcel:
    """The file or mail that is the notice, and what goes beside it; none of the names holds personal data."""

    file_name: str
    data: bytes = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def parcel_of(night: Night, recipient: Recipient, certificate: Certificate | None, facts: Facts) -> Parcel:
    """Return what goes to a recipient. Raises HervatError: a template or the gemeente's own certificate is wrong."""
    templates = night.settings.directory / FOLDER
    text = letter(night.municipality, recipient, facts, templates)
    data = document(night.municipality, recipient, facts, text)
    if recipient.channel.mail:
        return _mail(night, recipient, certificate, facts, text, data)
    beside = _beside(night, recipient, facts, text) if recipient.channel.letters else {}
    if certificate:
        return Parcel(f"{facts.name}.json{SUFFIX}", enveloped(data, certificate), beside)
    return Parcel(f"{facts.name}.json", data, beside)


def _mail(
    night: Night, recipient: Recipient, certificate: Certificate | None, facts: Facts, text: str, data: bytes
) -> Parcel:
    mail = recipient.channel.mail
    assert mail is not None  # noqa: S101 - the caller looked
    beside = _beside(night, recipient, facts, text)
    html = beside.pop(f"{facts.name}.html")
    content = Content(facts.number, text, html, {**beside, f"{facts.name}.json": data})
    message = message_of(content, mail, night.municipality.name, certificate, read_signer(mail))
    return Parcel(f"{facts.name}{MAIL}", message)


def _beside(night: Night, recipient: Recipient, facts: Facts, text: str) -> dict[str, bytes]:
    """Return the letter as page and PDF, and the leaflet. They are about nobody in particular: they may lie in plain.

    A reminder has no leaflet: what it reminds of has one.
    """
    templates = night.settings.directory / FOLDER
    found = {
        f"{facts.name}.html": html_of(text, templates),
        f"{facts.name}.pdf": pdf_of(text, facts.day, templates),
    }
    if not (facts.asked and facts.asked.refers_to):
        more = leaflet(night.municipality, recipient, facts, templates)
        found[f"{facts.name}-{LEAFLET}.pdf"] = pdf_of(more, facts.day, templates)
    return found
