"""The exceptions of hervat. Their texts hold counts, ids and names of things, never personal data: safe anywhere.

    HervatError                          hervat.errors                          exit status 3
    |-- UsageError                       hervat.errors                          exit status 2: nothing was done
    |   |-- ConfigurationError           hervat.errors
    |   |-- NoSuchPlan                   hervat.cleaning.approvals
    |   |-- SignatureRefused             hervat.sshsig.keygen
    |   `-- SignersUnreadable            hervat.sshsig.keygen
    |-- EndpointError                    hervat.errors                          transient, permanent or neither
    |   |-- AlertError                   hervat.alerts.sending
    |   |-- CollectorError               hervat.accountability.logboek_otlp
    |   |-- FolderError                  hervat.pickup.directories
    |   |-- MailError                    hervat.notices.mail.errors
    |   `-- SftpError                    hervat.sftp.errors
    |       `-- FileGone                 hervat.sftp.reading
    |-- LocalSystemError                 hervat.databases.errors
    |   |-- SettingError                 hervat.databases.errors
    |   `-- CleaningError                hervat.erasure.errors
    |       |-- BlockedError             hervat.erasure.errors
    |       |-- ChangedError             hervat.erasure.errors
    |       |-- ConservationError        hervat.erasure.errors
    |       `-- LockedError              hervat.erasure.errors
    |-- AnchorFailed                     hervat.anchors
    |-- BulkError                        hervat.register.bulk
    |-- Busy                             hervat.register.lock
    |-- CertificateError                 hervat.notices.envelope
    |-- ChannelError                     hervat.notices.channels
    |-- DeliveryError                    hervat.delivery.job
    |-- FilesError                       hervat.delivery.package.files
    |-- JournalError                     hervat.journal
    |-- KeygenError                      hervat.sshsig.keygen
    |-- LetterError                      hervat.notices.letter
    |-- ListError                        hervat.delivery.gate.lists
    |-- LogboekIncomplete                hervat.accountability.logboek
    |-- NoRoom                           hervat.intake.disk_space
    |-- QueryError                       hervat.databases.query
    |-- RecordsError                     hervat.delivery.records.records
    |-- RegisterError                    hervat.register.store
    |-- RegisterOlder                    hervat.upkeep.reconcile
    |-- SchemaError                      hervat.delivery.records.schema
    |-- SealError                        hervat.keyring
    |-- ServerSilent                     hervat.prefect_server.api
    |-- SignatureError                   hervat.notices.receipts.signature
    |-- SourceError                      hervat.delivery.records.source
    |-- StepFailed                       hervat.flows.nightly
    |-- StructureRefused                 hervat.downloads.refused
    |-- Undated                          hervat.intake.file_facts
    |-- Unreadable                       hervat.readers
    |-- ValidationFailed                 hervat.expectations.engine
    |-- VaultError                       hervat.vault.files
    |-- WriteFailed                      hervat.report.files
    `-- WrongServerError                 hervat.databases.mariadb.connection

Caught in the module or room that raises them: FileRefused (hervat.answers.workbook), RowRefused (hervat.answers.form),
Fault (hervat.delivery.records.records), TooMany (hervat.sftp.listing), Wrong (hervat.downloads.refused).
"""

from collections.abc import Sequence
from dataclasses import dataclass


class HervatError(Exception):
    """Something failed; the text is safe to print and to log (rule 7 of the design)."""

    exit_status = 3
    also: Sequence[str] = ()
    """Other failures beside it, safe to print too: such as an alert about it that could not be sent."""


class EndpointError(HervatError):
    """Something outside hervat failed: a server, a mailbox, a folder.

    passing: transient, the same call may succeed a moment later. final: permanent, this message was refused for good
    and a person must act. Neither: another night may do. code: the reply of the server, such as '550 5.1.1'.
    """

    def __init__(self, text: str, passing: bool = False, final: bool = False, code: str = "") -> None:
        self.passing, self.final, self.code = passing, final, code
        super().__init__(text)


def is_transient(error: BaseException) -> bool:
    """True if the same call may succeed a moment later."""
    return isinstance(error, EndpointError) and error.passing


class UsageError(HervatError):
    """The call itself is wrong; nothing was done."""

    exit_status = 2


@dataclass(frozen=True)
class Problem:
    """A mistake in a configuration: its place (key "-": the whole file), what is wrong, and what to write."""

    file: str
    key: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        where = self.file if self.key == "-" else f"{self.file}: {self.key}"
        return f"{where}: {self.wrong}; {self.mend}"


class ConfigurationError(UsageError):
    """A configuration was refused; `problems` holds every mistake, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def redacted(error: BaseException) -> str:
    """Return a text that is safe to print: that of a HervatError, else the name of the exception's class."""
    return str(error) if isinstance(error, HervatError) else type(error).__name__
