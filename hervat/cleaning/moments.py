"""Conditions on a moment (MariaDB's TIMESTAMP): which day it is on depends on the zone of the session."""

from sqlalchemy import Connection
from sqlalchemy.types import TIMESTAMP

from hervat.cleaning.schema import Schema
from hervat.cleaning.shape import Shape
from hervat.local_database.zones import is_without_zone, without_zone


def refuse_conditions_on_moments(connection: Connection, system: str, shape: Shape, schema: Schema) -> None:
    """Raise SettingError for a condition on a moment where the server does not know the zone: a day could be off."""
    found = [
        f"{one.table}.{one.column}"
        for root in shape.roots
        for one in root.conditions
        if isinstance(schema[one.table].column(one.column).type, TIMESTAMP)
    ]
    if found and is_without_zone(connection):
        raise without_zone(system, found[0])
