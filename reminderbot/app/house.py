"""The house: settings, what we say, what we remember, and the product clock; opened once, closed at the end."""

import contextlib
import dataclasses
import os
from collections.abc import AsyncIterator
from pathlib import Path

from reminderbot import clocks, errors, settings
from reminderbot.app import asking
from reminderbot.store import bells, engine, erasure_list, restored, vault, work
from reminderbot.store import migrate as migrations

Masters = vault.Masters
Visit = work.Work
NO_KEY = (
    "REMINDERBOT_KEY is not set, and without it nothing personal can be kept. Make one with `reminderbot key new`, "
    "keep it apart from the database, and set REMINDERBOT_KEY or REMINDERBOT_KEY_FILE."
)
OUTDATED = "The database is not at this version's schema. Run `reminderbot migrate` first."


@dataclasses.dataclass(frozen=True)
class House:
    """What every door stands on."""

    settings: settings.Settings
    catalog: asking.Catalog
    store: work.Store
    clock: clocks.Clock

    def wake(self) -> None:
        """Let the delivery and the rounds look at once: the product clock was wound."""
        self.store.bells.ring([bells.Bell.REMINDERS, bells.Bell.ROUNDS])


@contextlib.asynccontextmanager
async def opened(chosen: settings.Settings, *, clock: clocks.Clock | None = None) -> AsyncIterator[House]:
    """Open the catalog and the database; Unusable with one sentence if something is missing, wrong or outdated."""
    keys = masters(chosen)
    words = asking.catalog(chosen)
    await _current(chosen)
    listed = erasures(chosen)
    store = await work.Store.open(chosen.database_url.get_secret_value(), keys, erasures=listed)
    try:
        async with store.reading() as visit:
            listed.complete(await restored.erased(visit), clocks.machine())
        yield House(chosen, words, store, clock or chosen.product_clock())
    finally:
        await store.close()


def masters(chosen: settings.Settings) -> Masters:
    """Return the master keys; Unusable if there are none or one is malformed."""
    if chosen.key is None:
        raise errors.Unusable(NO_KEY)
    return Masters.read(chosen.key.get_secret_value())


def erasures(chosen: settings.Settings) -> erasure_list.ErasureList:
    """Return the erasure list: where the settings say, else beside the SQLite file, the key's file, or where we run."""
    beside = sqlite_file(chosen.database_url.get_secret_value()) or os.environ.get(f"{settings.PREFIX}KEY_FILE")
    return erasure_list.ErasureList(chosen.erasure_list or Path(f"{beside or 'reminderbot'}.erased"))


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for PostgreSQL, or where SQLite is given more than a plain path."""
    address = engine.address(url)
    plain = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return Path(str(address.database)) if plain and not str(address.database).startswith("file:") else None


def refuse_place(file: Path) -> None:
    """Raise Unusable where no SQLite file can be kept; SQLite itself says no more than that it cannot open it."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise errors.Unusable(f"There is no folder {folder} for the database. Make it, or name another place.")
    if file.is_dir():
        raise errors.Unusable(f"The database is to be the file {file}, but that is a folder. Name a file in it.")
    if not os.access(folder, os.W_OK | os.X_OK) or (file.exists() and not os.access(file, os.W_OK)):
        raise errors.Unusable(f"The database {file} is read-only. Give the bot's user the right to write it.")


async def _current(chosen: settings.Settings) -> None:
    """Migrate SQLite, which is one machine's own; refuse an outdated PostgreSQL, which others may be using."""
    url = chosen.database_url.get_secret_value()
    if url.startswith("sqlite"):
        if file := sqlite_file(url):
            refuse_place(file)
        await migrations.upgrade(url)
        return
    match await migrations.standing(url):
        case migrations.Standing.CURRENT:
            return
        case migrations.Standing.NEWER:
            raise errors.Unusable(migrations.NEWER)
        case migrations.Standing.OLDER | migrations.Standing.EMPTY:
            raise errors.Unusable(OUTDATED)
