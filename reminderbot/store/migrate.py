"""Brings a database to this program's schema, and tells whether it is there."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from reminderbot import errors
from reminderbot.store import engine, grants, work

LOCK = 0x52454D494E44  # "REMIND": the advisory lock of migrations

NEWER = "The database is newer than this program. Install the version that made it, or a later one."


class Standing(StrEnum):
    """How a database's schema stands to this program."""

    CURRENT = "current"
    OLDER = "older"
    EMPTY = "empty"
    NEWER = "newer"


def folder() -> Path:
    """Return the folder of migrations: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


async def upgrade(url: str) -> None:
    """Run every migration that is missing; Unusable if the database is newer or cannot be written."""
    match await standing(url):
        case Standing.CURRENT:
            return
        case Standing.NEWER:
            raise errors.Unusable(NEWER)
        case Standing.OLDER | Standing.EMPTY:
            await _with_connection(url, _upgrade)


async def grant(url: str, role: str, password: str | None = None) -> None:
    """As the owner of the tables, give the program's role its rights; Unusable if it is none that can be confined."""
    await _with_connection(url, lambda connection: grants.grant(connection, role, password))


async def standing(url: str) -> Standing:
    """Return how the database's schema stands; Unusable if it cannot be reached."""
    return _judge(await _with_connection(url, _revision))


async def standing_in(visit: work.Work) -> Standing:
    """Return how the schema of an opened database stands."""
    return _judge(await visit.connection.run_sync(_revision))


async def required(connection: AsyncConnection) -> str:
    """Return the schema's revision; Unusable, with the command to run, unless it is this program's."""
    revision = await connection.run_sync(_revision)
    match _judge(revision):
        case Standing.CURRENT:
            return str(revision)
        case Standing.NEWER:
            raise errors.Unusable(NEWER)
        case Standing.OLDER | Standing.EMPTY:
            raise errors.Unusable("The database is not at this version's schema. Run `reminderbot migrate` first.")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _judge(revision: str | None) -> Standing:
    script = ScriptDirectory(str(folder()))
    if revision is None:
        return Standing.EMPTY
    if revision == script.get_current_head():
        return Standing.CURRENT
    known = {each.revision for each in script.walk_revisions()}
    return Standing.OLDER if revision in known else Standing.NEWER


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder()))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")  # two that migrate at once take turns
    command.upgrade(config, "head")


async def _with_connection(url: str, act: Any) -> Any:
    database = engine.connect(url)
    try:
        async with database.execution_options(immediate=True).begin() as connection:
            return await connection.run_sync(act)
    except DBAPIError as error:
        raise errors.Unusable(engine.unreached(error)) from error
    finally:
        await database.dispose()
