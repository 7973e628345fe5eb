"""The register: what should be true. SQLAlchemy models, Alembic migrations, queries and the lock."""

from hervat.register.lock import Busy, municipality_lock
from hervat.register.store import Register, RegisterError

__all__ = ["Busy", "Register", "RegisterError", "municipality_lock"]
