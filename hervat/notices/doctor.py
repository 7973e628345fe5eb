"""The checks of `hervat doctor` on notices: templates, certificates, channels, and settings that are unwise."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hervat.databases import try_query
from hervat.errors import HervatError
from hervat.notices.disclosures import COLUMNS
from hervat.notices.envelope import read_certificate
from hervat.notices.facts import Facts
from hervat.notices.grounds import Group
from hervat.notices.letter import LetterError, leaflet, letter_of
from hervat.notices.letter_pages import html_of, pdf_of
from hervat.notices.mail import reach, read_signer
from hervat.notices.obligations import KINDS
from hervat.notices.receipts.signature import usable
from hervat.notices.recipients import Recipient, parties, suppliers
from hervat.notices.request import Asked, asked_of
from hervat.settings import Channel, Municipality, SftpServer, System
from hervat.sftp import SftpClient

_DAY, _NUMBER = date(2022, 3, 25), "0000-20220325-0001"
_GROUPS = (Group("duo", "Wi2021", False, 3), Group("choice", "Wi2013", True, 2), Group("finding", None, False, 1))


def unwritable(municipality: Municipality, templates: Path) -> list[str]:
    """Return the errors in letters to parties and suppliers, each once. Nothing is written."""
    if not templates.is_dir():
        return []
    recipients = parties(municipality) + suppliers(municipality)
    return list(
        dict.fromkeys(
            problem for recipient in recipients for problem in _letter_errors(municipality, recipient, templates)
        )
    )


def _letter_errors(municipality: Municipality, recipient: Recipient, templates: Path) -> Iterator[str]:
    for kind, asked in _letters(recipient):
        try:
            facts = Facts(municipality, recipient, _NUMBER, kind, _DAY, [], 6, asked, _GROUPS)
            text, more = letter_of(facts, templates).text, leaflet(facts, templates)
            if recipient.channel.letters or recipient.channel.mail:
                html_of(text, templates)
                for page in (text, more):
                    pdf_of(page, _DAY, templates)
        except LetterError as error:
            yield str(error)


def _letters(recipient: Recipient) -> list[tuple[str, Asked | None]]:
    """Return the kinds of letters that a recipient may get, with the terms of each."""
    asked = asked_of(recipient.terms, _DAY)
    reminder = ("reminder", Asked((), asked.by if asked else None, _NUMBER))
    return [("erasure", asked), reminder] if asked else [*((kind, None) for kind in KINDS), reminder]


def check(municipality: Municipality) -> list[str]:
    """Return the errors in certificates and channels of parties and suppliers; it connects to each."""
    problems = [
        f"{recipient}: {problem}"
        for recipient in parties(municipality) + suppliers(municipality)
        for problem in (_certificate(recipient), _channel(recipient.channel), _receipts(recipient.channel))
        if problem
    ]
    return problems + [
        f"system {system.name}: a supplier can be asked to erase, not to restrict; write policy erase or retain"
        for system in municipality.systems
        if system.supplier and system.policy == "restrict"
    ]


def try_disclosures(system: System, query: str) -> None:
    """Run a query for disclosures, up to its first row. Raises QueryError naming the system."""
    try_query(system, query, COLUMNS)


def unwise(municipality: Municipality) -> list[str]:
    """Return the settings that work but are probably not meant."""
    no_bsn = [
        f"party {party.name}: identifier is bsn but there is no certificate, so it gets no BSN, only kenmerken;"
        " add a certificate or write identifier: reference"
        for party in municipality.parties
        if party.identifier == "bsn" and not party.certificate
    ]
    no_way_back = [
        f"party {party.name}: it is told by mail and there are no `receipts`, so its answers are recorded by hand alone"
        " (`hervat notices confirm`)"
        for party in municipality.parties
        if party.channel.mail and not party.channel.receipts
    ]
    unsigned = [
        f"party {party.name}: it has a certificate, yet its answers need no signature; write `receipts` to ask for one"
        for party in municipality.parties
        if party.certificate and not party.channel.receipts and not party.channel.mail
    ]
    by_hand = [
        f"{recipient}: it has no certificate, so its requests name nobody and a person hands over each list"
        for recipient in suppliers(municipality)
        if not recipient.mark
    ]
    return _nobody_to_call(municipality) + no_bsn + no_way_back + unsigned + by_hand + _shared(municipality)


def _nobody_to_call(municipality: Municipality) -> list[str]:
    if municipality.contact or not (parties(municipality) or suppliers(municipality)):
        return []
    return ["letters: they name nobody to call; add contact: {name: ..., telephone: ...} to hervat.yaml"]


def _shared(municipality: Municipality) -> list[str]:
    """Return the recipients that share a channel: each would see the others' notices."""
    places = Counter(_place(recipient.channel) for recipient in parties(municipality) + suppliers(municipality))
    return [
        f"{recipient}: its channel is another recipient's as well; give each recipient a folder of its own"
        for recipient in parties(municipality) + suppliers(municipality)
        if places[_place(recipient.channel)] > 1
    ]


def _place(channel: Channel) -> str:
    server = channel.sftp
    if channel.mail:
        return channel.mail.to.lower()
    return f"{server.user}@{server.host}:{server.port}{server.directory}" if server else str(channel.folder)


def _certificate(recipient: Recipient) -> str | None:
    try:
        if recipient.certificate:
            read_certificate(recipient.certificate)
    except HervatError as error:
        return str(error)
    return None


def _channel(channel: Channel) -> str | None:
    if channel.folder:
        return _folder(channel.folder)
    try:
        if channel.sftp:
            _listed(channel.sftp)
        if channel.mail:
            read_signer(channel.mail)
            reach(channel.mail)
    except HervatError as error:
        return str(error)
    return None


def _receipts(channel: Channel) -> str | None:
    """Return why a party's answers can't be read: the place of the files, or openssl for their signatures."""
    receipts = channel.receipts
    try:
        if receipts and receipts.unsigned == "refuse":
            usable()
        if receipts and receipts.sftp:
            _listed(receipts.sftp)
    except HervatError as error:
        return f"receipts: {error}"
    if receipts and receipts.folder and not receipts.folder.is_dir():
        return f"receipts: there is no folder {receipts.folder}; make it, or correct the configuration"
    return None


def _listed(server: SftpServer) -> None:
    with SftpClient(server) as client:
        client.listing(server.directory, "*")


def _folder(folder: Path) -> str | None:
    """Return why a folder can't be written to; a missing folder is made by the first notice."""
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not nearest.is_dir():
        return f"{nearest} is not a folder; correct the configuration"
    return (
        None
        if os.access(nearest, os.W_OK | os.X_OK)
        else f"the folder {nearest} can't be written to; correct its permissions"
    )
