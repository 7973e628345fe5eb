"""All kinds with a term, in the order in which they are destroyed: what leads to a thing goes before the thing."""

from hervat.upkeep.retention.deliveries import DELIVERY
from hervat.upkeep.retention.incidents import INCIDENT
from hervat.upkeep.retention.journal_lines import JOURNAL
from hervat.upkeep.retention.parties import DISCLOSURE, NOTICE, RECEIPT
from hervat.upkeep.retention.personalia import PERSONALIA
from hervat.upkeep.retention.things import TermKind
from hervat.upkeep.retention.whole_persons import PERSON
from hervat.upkeep.retention.worklists import WORKLIST

KINDS: tuple[TermKind, ...] = (PERSONALIA, WORKLIST, RECEIPT, DISCLOSURE, PERSON, NOTICE, DELIVERY, INCIDENT, JOURNAL)
"""Downloads, and the bytes of notices, are objects of the vault: `hervat.upkeep.destroy`."""
