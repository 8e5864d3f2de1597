"""Restores a backup into an empty database in one transaction: either all of it stands, or nothing."""

import contextlib
from collections.abc import AsyncIterator, Collection, Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from reminderbot import errors
from reminderbot.store import backup_file, engine, loading, migrate, vault
from reminderbot.store import work as works


@contextlib.asynccontextmanager
async def loaded(
    url: str, masters: vault.Masters, reader: backup_file.Reader, *, erased: Collection[str]
) -> AsyncIterator[tuple[works.Work, Mapping[str, int]]]:
    """Load a backup for the length of the block, which settles what has been restored; committed at its end.

    Gives the visit and the rows by table. Unusable if the database is not empty or of another schema than the backup,
    or if the backup is damaged: nothing was changed then.
    """
    database = engine.connect(url)
    try:
        async with database.execution_options(immediate=True).begin() as connection:
            await _refuse(connection, reader.header)
            rows = await loading.load(connection, reader, erased)
            yield await works.joined(connection, masters), rows
    except DBAPIError as error:
        raise errors.Unusable(engine.unreached(error)) from error
    finally:
        await database.dispose()


async def _refuse(connection: AsyncConnection, header: backup_file.Header) -> None:
    revision = await migrate.required(connection)
    if header.revision != revision:
        raise errors.Unusable(
            f"The backup is of the schema {header.revision}, and this program of {revision}. Restore it with the "
            "version that made it, then install this one and run `reminderbot migrate`."
        )
    await loading.refuse_unless_empty(connection)
