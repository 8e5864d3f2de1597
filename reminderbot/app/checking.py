"""What an operator asks about the database outside of running: is all well, bring the schema forward."""

from reminderbot import errors, settings
from reminderbot.app import asking, house, running
from reminderbot.store import migrate as migrations
from reminderbot.store import work


async def migrate(chosen: settings.Settings) -> str:
    """Bring the database to this version's schema; return what was done."""
    if await migrations.standing(chosen.owner_url) is migrations.Standing.CURRENT:
        return "The database is current already."
    await migrations.upgrade(chosen.owner_url)
    return "The database is now current."


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
