"""The register, hervat's own database: models, migrations, sessions, bulk loading and locks."""

from hervat.register.bulk import Bulk
from hervat.register.conditions import among, scope
from hervat.register.keys import are_others, check_keys, check_of, other_keys
from hervat.register.lock import Busy, ServerPlaces, keys_alone, keys_in_use, municipality_lock
from hervat.register.lock_session import unlockable
from hervat.register.models.aftermath import SHARED, STRANDED
from hervat.register.models.cleaning import EXECUTED, READY, VOID, WAITING
from hervat.register.models.intake import ACCEPTED, LOADED, MENDED, OPEN, REFUSED, REJECTED, SECURED
from hervat.register.models.notices import AGAIN, DOUBT, DUE, FAILED, SENT, SETTLED
from hervat.register.nights import (
    STEPS,
    ended_since,
    gone_silent,
    in_words,
    last_good_night,
    last_night,
    last_run,
    overdue,
    seconds_of_last_nights,
)
from hervat.register.packed import PSEUDONYM_BYTES, packed, unpacked
from hervat.register.row_security import confined_to, refuse_confined, role_of, row_security_sql
from hervat.register.signatures import keep_signature
from hervat.register.state import MIGRATE, RegisterState, refuse_unmigrated, schema_of, state_of, unwritable
from hervat.register.store import JOURNALLED, Register, RegisterError

__all__ = [
    "ACCEPTED",
    "AGAIN",
    "DOUBT",
    "DUE",
    "EXECUTED",
    "FAILED",
    "JOURNALLED",
    "LOADED",
    "MENDED",
    "MIGRATE",
    "OPEN",
    "PSEUDONYM_BYTES",
    "READY",
    "REFUSED",
    "REJECTED",
    "SECURED",
    "SENT",
    "SETTLED",
    "SHARED",
    "STEPS",
    "STRANDED",
    "VOID",
    "WAITING",
    "Bulk",
    "Busy",
    "Register",
    "RegisterError",
    "RegisterState",
    "ServerPlaces",
    "among",
    "are_others",
    "check_keys",
    "check_of",
    "confined_to",
    "ended_since",
    "gone_silent",
    "in_words",
    "keep_signature",
    "keys_alone",
    "keys_in_use",
    "last_good_night",
    "last_night",
    "last_run",
    "municipality_lock",
    "other_keys",
    "overdue",
    "packed",
    "refuse_confined",
    "refuse_unmigrated",
    "role_of",
    "row_security_sql",
    "schema_of",
    "scope",
    "seconds_of_last_nights",
    "state_of",
    "unlockable",
    "unpacked",
    "unwritable",
]
