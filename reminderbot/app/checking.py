"""What an operator asks outside of running: is all well, bring the schema forward, make a key."""

from reminderbot import errors, settings
from reminderbot.app import house
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files, gates
from reminderbot.store import migrate as migrations
from reminderbot.store import vault, work


def new_key() -> str:
    """Return a new master key."""
    return vault.new_master()


async def migrate(chosen: settings.Settings) -> str:
    """Bring the database to this version's schema; return what was done."""
    if await migrations.standing(chosen.owner_url) is migrations.Standing.CURRENT:
        return "The database is current already."
    await migrations.upgrade(chosen.owner_url)
    return "The database is now current."


def said(refusal: errors.Refusal) -> str:
    """Return a refusal as one plain English sentence for the terminal."""
    return catalogs.Catalog.load(None).say_plain(catalogs.ENGLISH, refusal.key, **refusal.values)


def message_faults(chosen: settings.Settings) -> list[str]:
    """Return what is wrong with the texts, a line each: file, line, key, remedy."""
    return [str(fault) for fault in gates.faults(chosen.messages or files.default_folder())]


async def faults(chosen: settings.Settings) -> list[str]:
    """Return all that would keep the bot from running well, a sentence each."""
    found = message_faults(chosen)
    if chosen.token is None:
        found.append("REMINDERBOT_TOKEN is not set. @BotFather gives one.")
    try:
        await _open(chosen)
    except errors.Unusable as error:
        found.append(str(error))
    return found


async def _open(chosen: settings.Settings) -> None:
    """Raise what keeps the database from being opened; change nothing."""
    keys = house.masters(chosen)
    match await migrations.standing(chosen.owner_url):
        case migrations.Standing.CURRENT:
            store = await work.Store.open(chosen.database_url.get_secret_value(), keys)
            await store.close()
        case migrations.Standing.NEWER:
            raise errors.Unusable(migrations.NEWER)
        case migrations.Standing.OLDER | migrations.Standing.EMPTY:
            raise errors.Unusable(house.OUTDATED)
