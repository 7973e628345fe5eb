"""Policy restrict: which values are set, what stood there before, and putting it back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Text, and_, cast, literal, select, type_coerce, types, update
from sqlalchemy.sql.dml import Update

from hervat.cleaning.engine import begin_writing
from hervat.cleaning.errors import CleaningError, guarded
from hervat.cleaning.joining import among, equal
from hervat.cleaning.marks import Mark
from hervat.cleaning.persons import AskedPersons
from hervat.cleaning.reach import Reach
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.system import LocalSystem
