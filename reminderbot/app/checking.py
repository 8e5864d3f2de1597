"""What an operator asks about the database outside of running: is all well, bring the schema forward."""

from reminderbot import errors, settings
from reminderbot.app import asking, house, running
from reminderbot.store import engine, work
from reminderbot.store import migrate as migrations


async def migrate(chosen: settings.Settings) -> str:
    """Bring the database to this version's schema; return what was done."""
    was = await migrations.standing(chosen.owner_url)
    await migrations.upgrade(chosen.owner_url)
    said = "The database is current already." if was is migrations.Standing.CURRENT else "The database is now current."
    return said + await _granted(chosen)


async def _granted(chosen: settings.Settings) -> str:
    """Give the program's role its rights; on PostgreSQL say so where it is also the owner, and so is less confined."""
    program, owner = engine.address(chosen.database_url.get_secret_value()), engine.address(chosen.owner_url)
    if program.get_backend_name() == "sqlite":
        return ""
    if program.username is None or program.username == owner.username:
        return " The program's role owns the tables: see the runbook, Two roles."
    await migrations.grant(chosen.owner_url, program.username, program.password)
    return f" The role {program.username} may use its rows."


async def faults(chosen: settings.Settings) -> list[str]:
    """Return all that would keep the bot from running well, a sentence each; change nothing."""
    found = asking.message_faults(chosen)
    if chosen.token is None:
        found.append(running.NO_TOKEN)
    try:
        keys = house.masters(chosen)
    except errors.Unusable as error:
        return [*found, str(error)]
    try:
        await _look(chosen, keys)
    except errors.Unusable as error:
        found.append(str(error))
    return found


async def _look(chosen: settings.Settings, keys: house.Masters) -> None:
    """Raise what keeps the database from being opened; a SQLite file that `run` will make is no fault."""
    url = chosen.database_url.get_secret_value()
    file = house.sqlite_file(url)
    if file is not None:
        house.refuse_place(file)
        if not file.exists():
            return
    match await migrations.standing(url):
        case migrations.Standing.CURRENT:
            store = await work.Store.open(url, keys)
            await store.close()
        case migrations.Standing.NEWER:
            raise errors.Unusable(migrations.NEWER)
        case migrations.Standing.OLDER | migrations.Standing.EMPTY if file is None:
            raise errors.Unusable(house.OUTDATED)
        case _:
            return  # `run` brings a SQLite file forward by itself
