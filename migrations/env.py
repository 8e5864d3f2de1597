"""How Alembic reaches the database: a connection handed in, or the URL in the environment."""

import os
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine

from reminderbot.store import engine as engines
from reminderbot.store import tables


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types into migrations as the plain types they stand on."""
    if kind == "type" and isinstance(item, tables.Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run the migrations over one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def from_environment() -> None:
    """Reach the database as the operator's own `alembic` command does."""
    text = os.environ.get("REMINDERBOT_MIGRATE_URL") or os.environ.get(
        "REMINDERBOT_DATABASE_URL", "sqlite:///reminderbot.sqlite"
    )
    url = engines.address(text)
    plain = url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url
    database = create_engine(plain)
    if plain.get_backend_name() == "sqlite":
        engines.prepare_sqlite(database)
    else:
        engines.prepare_postgresql(database)
    with database.begin() as connection:
        run(connection)
    database.dispose()


given = context.config.attributes.get("connection")
if given is None:
    from_environment()
else:
    run(given)
