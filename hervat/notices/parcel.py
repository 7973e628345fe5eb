"""What goes to a recipient: the data (encrypted if there is a certificate) and its letter, as files or one mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.x509 import Certificate

from hervat.notices.channels import MAIL
from hervat.notices.document import document
from hervat.notices.envelope import SUFFIX, enveloped
from hervat.notices.facts import Facts
from hervat.notices.letter import LEAFLET, Letter, letter_of
from hervat.notices.letter_pages import html_of, pdf_of
from hervat.notices.mail import Content, message_of, read_signer
from hervat.settings import Mail


@dataclass(frozen=True)
class Parcel:
    """The file or mail that is the notice, and the files beside it; no file name holds personal data."""

    file_name: str
    data: bytes = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def parcel_of(facts: Facts, certificate: Certificate | None, templates: Path) -> Parcel:
    """Return what goes to a recipient. Raises HervatError: a template or the gemeente's own certificate is wrong."""
    letter = letter_of(facts, templates)
    data = document(facts, letter)
    channel = facts.recipient.channel
    beside = _pages(facts, letter, templates) if channel.mail or channel.letters else {}
    if channel.mail:
        html = beside.pop(f"{facts.name}.html")
        content = Content(facts.number, letter.text, html, {**beside, f"{facts.name}.json": data})
        return _mail(facts, content, channel.mail, certificate)
    if certificate:
        return Parcel(f"{facts.name}.json{SUFFIX}", enveloped(data, certificate), beside)
    return Parcel(f"{facts.name}.json", data, beside)


def _mail(facts: Facts, content: Content, mail: Mail, certificate: Certificate | None) -> Parcel:
    message = message_of(content, mail, facts.municipality.name, certificate, read_signer(mail))
    return Parcel(f"{facts.name}{MAIL}", message)


def _pages(facts: Facts, letter: Letter, templates: Path) -> dict[str, bytes]:
    """Return file name -> bytes: the letter as page and PDF, and its leaflet. They hold no personal data."""
    pages = {
        f"{facts.name}.html": html_of(letter.text, templates),
        f"{facts.name}.pdf": pdf_of(letter.text, facts.day, templates),
    }
    if letter.leaflet:
        pages[f"{facts.name}-{LEAFLET}.pdf"] = pdf_of(letter.leaflet, facts.day, templates)
    return pages
