"""How statements are written for Oracle: a cast to text has a length, and is no CLOB, which compares with nothing."""

from typing import Any

from sqlalchemy import Cast, String
from sqlalchemy.dialects.oracle.base import OracleCompiler

_LONGEST = 4000


class OracleWriter(OracleCompiler):
    """Gives every cast to text a length."""

    def visit_cast(self, cast: Cast[Any], **kw: Any) -> str:
        """Return a cast."""
        kind = cast.typeclause.type
        if not isinstance(kind, String):
            return str(super().visit_cast(cast, **kw))  # type: ignore[no-untyped-call]
        length = min(kind.length or _LONGEST, _LONGEST)
        return f"CAST({self.process(cast.clause, **kw)} AS VARCHAR2({length} CHAR))"
