"""SQL that keeps the rows of each municipality apart on PostgreSQL: a database role each, with row-level security."""

from collections.abc import Iterable

from sqlalchemy import Table, text

from hervat.errors import UsageError
from hervat.register.models import Base
from hervat.register.store import Register

GROUP = "hervat_gemeente"
_POLICY = "own_municipality"
_OWN = "right(current_user::text, 4)"
_WITHOUT_KEY = {"personalia": ("person_id", "person")}
"""Tables whose rows lead to a parent without a foreign key: column and parent."""


def confined_to(register: Register) -> str | None:
    """Return the code of the only municipality whose rows hervat's account sees; None if it sees all."""
    if register.is_sqlite:
        return None
    with register.session() as session:
        confined, code = session.execute(text(f"select row_security_active('key_check'), {_OWN}")).one()
    return str(code) if confined else None


def refuse_confined(register: Register, code: str | None = None) -> None:
    """Raise UsageError if hervat's account sees rows of another municipality alone; code None: of one municipality."""
    own = confined_to(register)
    if own is None or own == code:
        return
    if code is None:
        raise UsageError("this is for all municipalities, and hervat's account sees one of them; let the owner do it")
    raise UsageError(
        f"hervat's account sees the rows of {own} alone: the register of {code} has the role {role_of(code)}"
    )


def role_of(code: str) -> str:
    """Return the name of a municipality's role; its last four characters decide which rows it has."""
    return f"hervat_{code}"


def row_security_sql(codes: Iterable[str]) -> str:
    """Return the statements for the register's owner: roles, rights and policies. They may be repeated.

    Made from the models: a table that neither names a municipality nor leads to one raises LookupError.
    """
    return "\n".join([_roles(codes), *[_table(table) for table in Base.metadata.sorted_tables], _VERSION])


def _roles(codes: Iterable[str]) -> str:
    roles = ", ".join(f"'{role_of(code)}'" for code in codes)
    return f"""\
do $$
declare name text;
begin
  if not exists (select from pg_roles where rolname = '{GROUP}') then create role {GROUP} nologin; end if;
  foreach name in array array[{roles}]::text[] loop
    if not exists (select from pg_roles where rolname = name) then execute format('create role %I login', name); end if;
    execute format('grant {GROUP} to %I', name);
  end loop;
  execute format('grant connect, temporary on database %I to {GROUP}', current_database());
  execute format('grant usage on schema %I to {GROUP}', current_schema());
end $$;
"""


_VERSION = f"grant select on alembic_version to {GROUP};\n"


def _table(table: Table) -> str:
    lines = [
        f"grant select, insert, update, delete on {table.name} to {GROUP};",
        f"alter table {table.name} enable row level security;",
        f"drop policy if exists {_POLICY} on {table.name};",
        f"create policy {_POLICY} on {table.name} to {GROUP}\n  using ({_own(table)})\n  with check ({_check(table)});",
    ]
    if table.autoincrement_column is not None:
        lines.insert(1, f"grant usage, update on sequence {table.name}_id_seq to {GROUP};")
    return "\n".join(lines) + "\n"


def _own(table: Table) -> str:
    """SQL condition: a row is of the role's own municipality. Raises LookupError if it can't be told."""
    if "municipality" in table.c:
        return f"municipality = {_OWN}"
    parents = [*_parents(table), *([_WITHOUT_KEY[table.name]] if table.name in _WITHOUT_KEY else [])]
    if not parents:
        raise LookupError(f"the table {table.name} neither names a municipality nor leads to one")
    return " and ".join(_visible(table, *parent) for parent in parents)


def _check(table: Table) -> str:
    """SQL condition: a row may be written; it leads to no row of another municipality either."""
    leads = [_visible(table, *parent) for parent in _parents(table)] if "municipality" in table.c else []
    return " and ".join([_own(table), *leads])


def _parents(table: Table) -> list[tuple[str, str]]:
    """Return the foreign keys of a table: column and parent, which has row-level security itself."""
    keys = sorted(table.foreign_keys, key=lambda key: key.parent.name)
    return [(key.parent.name, key.column.table.name) for key in keys]


def _visible(table: Table, column: str, parent: str) -> str:
    found = f"exists (select from {parent} p where p.id = {table.name}.{column})"
    return f"({table.name}.{column} is null or {found})" if table.c[column].nullable else found
