"""The name by which a relation goes here, as PostgreSQL's catalogue has it."""


def shown(relation: str, namespace: str) -> str:
    """Return the SQL for the name of a relation, given the aliases of its rows in pg_class and pg_namespace."""
    whole = f"{namespace}.nspname || '.' || {relation}.relname"
    return f"case when {namespace}.nspname = current_schema() then {relation}.relname else {whole} end"
