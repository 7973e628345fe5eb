"""The JSON of `hervat notices`."""

from datetime import date as Day

from hervat.settings import Strict


class NoticeJson(Strict):
    """A notice or request, and its course."""

    municipality: str
    """The gemeentecode."""
    number: str
    """The notice's number."""
    audience: str
    """party, or supplier."""
    party: str
    """The recipient: a party, or the system of a supplier."""
    kind: str
    """hold, correction, resume, withdrawal, ended; to a supplier erasure or reminder."""
    day: Day
    """The day for which it was written."""
    persons: int
    """How many persons it is about."""
    status: str
    """due, sent, or what became of it."""
    attempts: int
    """How often it was tried."""
    sent_on: Day | None
    """When it was sent."""
    received_on: Day | None
    """When the recipient had it, by its answer."""
    done_on: Day | None
    """When the recipient was done, by its answer."""
    due_on: Day | None
    """The last day for a supplier."""
    refers_to: str | None
    """The notice of which it is a reminder."""
    erased: int | None
    """How much the supplier says it erased."""
    evidence: str | None
    """The supplier's evidence."""
    answer: str | None
    """The last answer."""
    failure: str | None
    """Why it did not go."""


class ListedNoticeJson(NoticeJson):
    """A notice in the list."""

    unsure: int
    """How many answers to it a person must read."""


class NoticesListJson(Strict):
    """`hervat notices list`."""

    notices: list[ListedNoticeJson]
    """Every notice and request."""


class NoticeAnswerJson(Strict):
    """An answer to a notice."""

    status: str
    """What it means."""
    day: Day
    """The day of the answer."""
    read_on: Day
    """The day on which it was read."""
    way: str
    """How it came: folder, sftp, or hand."""
    signed: bool
    """Whether its signature was verified."""
    by: str
    """Who answered."""
    reason: str | None
    """Why partly or refused."""


class JournalLineJson(Strict):
    """A line of the journal."""

    at: str
    """The moment (UTC)."""
    actor: str
    """Who did it."""
    action: str
    """What was done."""
    result: str
    """The result."""
    origin: str
    """From where: the night, or a command."""


class NoticeEvidenceJson(NoticeJson):
    """A notice with its evidence."""

    unnamed: int
    """Persons whom it could not name."""
    file_name: str
    """Its file."""
    message_id: str | None
    """The Message-ID of its mail."""
    composed_at: str
    """The moment (UTC) at which it was written."""
    sha256: str | None
    """The SHA-256 of its bytes; null: they were destroyed."""
    answers: list[NoticeAnswerJson]
    """Its answers."""
    journal: list[JournalLineJson]
    """Its lines in the journal."""


class EvidenceJson(Strict):
    """`hervat notices evidence`."""

    notices: list[NoticeEvidenceJson]
    """The notices."""


class GemeenteJson(Strict):
    """A gemeente."""

    code: str
    """The gemeentecode."""
    name: str
    """The gemeente's name."""


class DossierStateJson(Strict):
    """What a person is."""

    state: str
    """The state."""
    reason: str
    """The reason's code."""
    since: Day
    """Since when."""
    doelgroep: str | None
    """The doelgroep."""
    reinstated: bool
    """Whether corrected once and right again."""


class DossierDownloadJson(Strict):
    """A download that held a signal."""

    name: str
    """The file's name."""
    source: str
    """The source."""
    made_on: Day
    """When it was made."""
    secured_on: Day
    """When it was secured."""
    digest: str
    """Its SHA-256."""


class DossierSignalJson(Strict):
    """A signal about a person."""

    code: str
    """The signal code."""
    date: Day
    """The signal's date."""
    wet: str
    """The wet."""
    gemeentecode: str
    """The gemeentecode in it."""
    doelgroep: str | None
    """The doelgroep in it."""
    kennisgeving: Day | None
    """The date of the kennisgeving in it."""
    first_seen: Day
    """The date of the first download that held it."""
    last_seen: Day
    """The date of the last one."""
    text: str
    """DUO's words for the code."""
    downloads: list[DossierDownloadJson]
    """The downloads that held it."""


class DossierDecisionJson(Strict):
    """A recorded decision about the law."""

    law: str
    """The law."""
    date: Day
    """The decision's day."""
    by: str
    """Who recorded it."""
    reason: str
    """Why."""


class DossierKennisgevingJson(Strict):
    """A recorded wrong kennisgeving."""

    date: Day
    """Its day."""
    by: str
    """Who recorded it."""


class DossierApprovalJson(Strict):
    """An approval of a plan."""

    by: str
    """Who approved."""
    day: Day
    """When."""


class DossierPlanJson(Strict):
    """A plan with the person in it."""

    system: str
    """The local system."""
    policy: str
    """erase, restrict or retain."""
    hash: str
    """The plan's hash."""
    made_on: Day
    """When it was made."""
    status: str
    """What became of it."""
    cleaned_on: Day | None
    """When the person was cleaned."""
    approved: list[DossierApprovalJson]
    """Its approvals."""


class DossierSeenJson(Strict):
    """A system in which the person was seen again."""

    system: str
    """The local system."""
    cleaned_on: Day
    """When the person was cleaned."""
    seen_on: Day
    """When the person was seen again."""
    ended_on: Day | None
    """When the person was gone again."""


class DossierDisclosureJson(Strict):
    """A party that received data."""

    party: str
    """The party."""
    system: str
    """The local system in which that is written down."""
    provided_on: Day
    """When the party received it."""
    captured_on: Day
    """When hervat read that."""


class DossierDeliveryJson(Strict):
    """A delivery to CBS that held the person."""

    quarter: str
    """The quarter."""
    written_on: Day
    """When it was written."""
    confirmed_on: Day | None
    """When it was confirmed."""
    remembers: bool
    """Whether it is known whom it held."""
    left_out_on: Day | None
    """When a later one of the quarter was without the person."""


class DossierReplyJson(Strict):
    """An answer to a notice."""

    status: str
    """What it means."""
    day: Day
    """The day of the answer."""


class DossierToldJson(Strict):
    """A notice or request that names the person."""

    number: str
    """The notice's number."""
    audience: str
    """party, or supplier."""
    party: str
    """The recipient."""
    kind: str
    """The kind."""
    day: Day
    """The day for which it was written."""
    sent_on: Day | None
    """When it was sent."""
    received_on: Day | None
    """When the recipient had it."""
    done_on: Day | None
    """When the recipient was done."""
    answer: str | None
    """The last answer."""
    failure: str | None
    """Why it did not go."""
    told: str
    """What it says of this person."""
    answers: list[DossierReplyJson]
    """Its answers."""


class DossierHoldJson(Strict):
    """A hold (AVG 18 or 21): nothing of the person is erased meanwhile."""

    ground: str
    """The article of the AVG."""
    since: Day
    """The day on which it was recorded."""
    until: Day | None
    """Its last day; null for none."""
    by: str
    """Who recorded it."""
    reason: str
    """Why."""
    second_by: str | None
    """Who confirmed it; null while that waits."""
    ended_on: Day | None
    """The day on which it ended; null while it counts."""
    ended_by: str | None
    """Who released it first; null if nobody did."""
    ended_reason: str | None
    """Why."""


class DossierJson(Strict):
    """All about one person, without the personal data itself."""

    municipality: GemeenteJson
    """The gemeente."""
    person: int
    """The person's number."""
    as_of: Day
    """The day."""
    state: DossierStateJson | None
    """What the person is; null before a night has settled it."""
    received: list[DossierSignalJson]
    """The signals."""
    kinds_of_data: list[str]
    """The kinds of personal data that the register holds."""
    decisions: list[DossierDecisionJson]
    """The recorded decisions."""
    wrong_notification: list[DossierKennisgevingJson]
    """The recorded wrong kennisgevingen."""
    holds: list[DossierHoldJson]
    """Restrictions and objections."""
    erased: list[DossierPlanJson]
    """The plans with the person in them."""
    seen_again: list[DossierSeenJson]
    """The systems in which the person was seen again."""
    disclosed: list[DossierDisclosureJson]
    """The parties that received data."""
    delivered: list[DossierDeliveryJson]
    """The deliveries to CBS that held the person."""
    told: list[DossierToldJson]
    """The notices and requests that name the person."""


class DossiersJson(Strict):
    """`hervat notices evidence --person`."""

    dossiers: list[DossierJson]
    """A dossier a gemeente."""


class ResentJson(Strict):
    """`hervat notices resend`."""

    number: str
    """The notice's number."""
    sent: bool
    """Whether it went."""
    errors: list[str]
    """Why not."""
    attention: list[str]
    """What waits for a person."""


class AnswerRecordedJson(Strict):
    """`hervat notices confirm`."""

    number: str
    """The notice's number."""
    new: bool
    """Whether the answer was not known yet."""


class ToldByHandJson(Strict):
    """`hervat notices told`."""

    party: str
    """The party."""
    persons: int
    """About how many persons."""
