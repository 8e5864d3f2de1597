"""What the program's role may do on PostgreSQL: rows, never tables; the owner grants it after each migration."""

from typing import Final

from sqlalchemy import Connection, text

from reminderbot import errors
from reminderbot.store import tables

ROWS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
LESS: Final = {
    "alembic_version": ("SELECT",),
    "audit": ("SELECT", "INSERT"),
    "audit_heads": ("SELECT", "INSERT", "UPDATE"),
    "attempts": ("SELECT", "INSERT", "UPDATE"),  # a trigger lets the outcome alone change, once
    "edition_texts": ("SELECT", "INSERT"),
}
"""Where the role may do less than with rows at large."""

_ROLE = text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = :role")
_MAKES = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
_MAKE = text("SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', CAST(:role AS text), CAST(:password AS text))")
_OWNER = text("SELECT pg_has_role(:role, current_user, 'MEMBER')")


def rights() -> dict[str, tuple[str, ...]]:
    """Return by table what the program's role may do."""
    names = [*(table.name for table in tables.metadata.sorted_tables), "alembic_version"]
    return {name: LESS.get(name, ROWS) for name in names}


def grant(connection: Connection, role: str, password: str | None) -> None:
    """Give the program's role exactly its rights; a role that lacks is made where the owner of the tables may.

    Unusable, with what lacks, if it is none that can be confined.
    """
    if connection.execute(_ROLE, {"role": role}).first() is None:
        _make(connection, role, password)
    _refuse(connection, role)
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)  # no statement of rights takes a bound name
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quoted}")  # nosemgrep: ci.rules.sql-is-bound
    # UPDATE: a restore sets the numbers on
    # nosemgrep: ci.rules.sql-is-bound
    connection.exec_driver_sql(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
    for table, given in rights().items():
        # nosemgrep: ci.rules.sql-is-bound
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {quoted}")
        rows = ", ".join(given)
        # nosemgrep: ci.rules.sql-is-bound
        connection.exec_driver_sql(f"GRANT {rows} ON {table} TO {quoted}")


def _make(connection: Connection, role: str, password: str | None) -> None:
    if not password or not connection.execute(_MAKES).scalar_one():
        raise errors.Unusable(
            f"The role {role} of REMINDERBOT_DATABASE_URL does not exist."
            f" Make it with CREATE ROLE {role} LOGIN PASSWORD '…', then run `reminderbot migrate` again."
        )
    statement: str = connection.execute(_MAKE, {"role": role, "password": password}).scalar_one()
    connection.exec_driver_sql(statement.replace("%", "%%"))  # the driver reads a % as the place of a value


def _refuse(connection: Connection, role: str) -> None:
    found = connection.execute(_ROLE, {"role": role}).one()
    if found.rolsuper or found.rolbypassrls or connection.execute(_OWNER, {"role": role}).scalar_one():
        raise errors.Unusable(
            f"The role {role} of REMINDERBOT_DATABASE_URL passes by the isolation of clinics."
            " Give it neither SUPERUSER nor BYPASSRLS nor the owner's role, then run `reminderbot migrate` again."
        )
