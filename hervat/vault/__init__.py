"""The vault: the write-once, encrypted store of the originals (rules 1 and 8 of the design).

For each municipality one folder: `objects/ID` (the content, encrypted in frames), `keys/ID` (the object's own key,
wrapped), `manifest.jsonl` (a line for each object, chained) and `head` (the end of the chain). A line in the manifest
is the moment at which an object exists: what was written before it is garbage without it, and what must still be done
after it is done by the next `sweep`.
"""

from hervat.vault.files import VaultError, disk_errors, new_private, removed, sync_folder, write_whole
from hervat.vault.frames import CHUNK
from hervat.vault.incoming import Incoming, key_context
from hervat.vault.journal_head import note_journal_head, noted_journal_head
from hervat.vault.manifest import Manifest, VaultObject
from hervat.vault.reading import Opened
from hervat.vault.store import Vault
from hervat.vault.tombstones import (
    FORGOTTEN,
    TOMBSTONE,
    ForgottenLine,
    ForgottenMarks,
    digest_context,
    renewed_marks,
    tombstones,
)

__all__ = [
    "CHUNK",
    "FORGOTTEN",
    "TOMBSTONE",
    "ForgottenLine",
    "ForgottenMarks",
    "Incoming",
    "Manifest",
    "Opened",
    "Vault",
    "VaultError",
    "VaultObject",
    "digest_context",
    "disk_errors",
    "key_context",
    "new_private",
    "note_journal_head",
    "noted_journal_head",
    "removed",
    "renewed_marks",
    "sync_folder",
    "tombstones",
    "write_whole",
]
