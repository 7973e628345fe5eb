"""The vault: the write-once, encrypted store of the originals (rules 1 and 8 of the design).

For each municipality one folder: `objects/ID` (the content, encrypted in frames), `keys/ID` (the object's own key,
wrapped), `manifest.jsonl` (a line for each object, chained) and `head` (where the chain stands). A line in the manifest
is the moment at which an object exists: what was written before it is garbage without it, and what must still be done
after it is done by the next `sweep`.
"""

from hervat.vault.errors import VaultError
from hervat.vault.incoming import Incoming
from hervat.vault.manifest import VaultObject
from hervat.vault.store import Vault

__all__ = ["Incoming", "Vault", "VaultError", "VaultObject"]
