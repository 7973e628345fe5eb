"""What one execution proves of its own writing: before the commit (else nothing was done), and once more after it."""

from sqlalchemy import Connection

from hervat.cleaning.emptied import Emptied, look_for_marks, refuse_unmarked
from hervat.cleaning.gone import Gone
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem


class Proof:
    """Of one policy in one transaction. `begin` comes before anything is written, and makes `gone` and `emptied`."""

    gone: Gone
    emptied: Emptied

    def __init__(self, connection: Connection, local: LocalSystem, survey: Survey) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        self._begun = False

    def begin(self) -> None:
        """Count and remember what is to go."""
        if self._local.system.policy == "erase":
            self.gone = Gone(self._connection, self._local, self._survey)
            self.emptied = Emptied(self._connection, self._local, self._survey)
        self._begun = True

    def refuse(self) -> None:
        """Raise ConservationError where something else stands than was planned, once all triggers have acted."""
        if self._local.system.policy == "erase":
            self.gone.refuse_kept()
            self.emptied.refuse_changed()
        else:
            refuse_unmarked(self._connection, self._local, self._survey)

    def look_again(self) -> None:
        """After the commit, in a transaction that sees what only the commit set off. Raises CleaningError."""
        if not self._begun:
            return
        self._local.database.begin_reading(self._connection)
        if self._local.system.policy == "erase":
            self.gone.look_again()
        else:
            look_for_marks(self._connection, self._local, self._survey)
        self._connection.rollback()
