"""What goes to a recipient: the data (encrypted where he has a certificate) and its letter, as files or one mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate

from hervat.night import Night
from hervat.notices.answering import answering
from hervat.notices.asked import Asked
from hervat.notices.channels import MAIL
from hervat.notices.document import document
from hervat.notices.envelope import SUFFIX, enveloped
from hervat.notices.letter import FOLDER, letter
from hervat.notices.mail import Content, message_of, read_signer
from hervat.notices.pages import html_of, pdf_of
from hervat.notices.recipients import Recipient


@dataclass(frozen=True)
class Facts:
    """What a notice says: its number, kind and day, its persons' entries, how many they are, and what is asked."""

    number: str
    kind: str
    day: date
    persons: Sequence[Mapping[str, Any]] = field(repr=False)
    count: int
    asked: Asked | None = None

    @property
    def name(self) -> str:
        """What the notice's files are called, but for their endings."""
        return f"{self.number}-{self.kind}"


@dataclass(frozen=True)
class Parcel:
    """The file or mail that is the notice, and what goes beside it; none of the names holds personal data."""

    file_name: str
    data: bytes = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def parcel_of(night: Night, recipient: Recipient, certificate: Certificate | None, facts: Facts) -> Parcel:
    """Return what goes to a recipient. Raises HervatError: a template or the gemeente's own certificate is wrong."""
    templates = night.settings.directory / FOLDER
    told = (facts.number, facts.kind, facts.day, facts.persons, facts.count, facts.asked, templates)
    data = document(recipient, night.municipality, *told)
    text = _letter(night, recipient, facts, templates)
    if recipient.channel.mail:
        return _mail(night, recipient, certificate, facts, text, data)
    beside = _pages(facts, text, templates) if recipient.channel.letters else {}
    if certificate:
        return Parcel(f"{facts.name}.json{SUFFIX}", enveloped(data, certificate), beside)
    return Parcel(f"{facts.name}.json", data, beside)


def _mail(
    night: Night, recipient: Recipient, certificate: Certificate | None, facts: Facts, text: str, data: bytes
) -> Parcel:
    mail = recipient.channel.mail
    assert mail is not None  # noqa: S101 - the caller looked
    pages = _pages(facts, text, night.settings.directory / FOLDER)
    content = Content(facts.number, facts.name, text, pages[f"{facts.name}.html"], pages[f"{facts.name}.pdf"], data)
    message = message_of(content, mail, night.municipality.name, certificate, read_signer(mail))
    return Parcel(f"{facts.name}{MAIL}", message)


def _letter(night: Night, recipient: Recipient, facts: Facts, templates: Path) -> str:
    answer = answering(recipient.channel)
    about = (facts.kind, night.municipality.name, facts.number, facts.day, facts.count, recipient.mark)
    return letter(*about, facts.asked, answer, templates)


def _pages(facts: Facts, text: str, templates: Path) -> dict[str, bytes]:
    """Return the letter as page and PDF. It is about nobody in particular, so it may lie in plain."""
    return {
        f"{facts.name}.html": html_of(text, templates),
        f"{facts.name}.pdf": pdf_of(text, facts.day, templates),
    }
