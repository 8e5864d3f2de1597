"""The house: settings, what we say, what we remember, and the product clock; opened once, closed at the end."""

import contextlib
import dataclasses
from collections.abc import AsyncIterator
from datetime import datetime

from reminderbot import clocks, errors, settings
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.store import bells, vault, work
from reminderbot.store import migrate as migrations

Catalog = catalogs.Catalog
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
    catalog: catalogs.Catalog
    store: work.Store
    clock: clocks.Clock

    def wake(self) -> None:
        """Let the delivery look at once: the product clock was wound."""
        self.store.bells.ring([bells.Bell.REMINDERS])


@contextlib.asynccontextmanager
async def opened(chosen: settings.Settings, *, clock: clocks.Clock | None = None) -> AsyncIterator[House]:
    """Open the catalog and the database; Unusable with one sentence if something is missing, wrong or outdated."""
    keys = masters(chosen)
    words = catalog(chosen)
    await _current(chosen)
    store = await work.Store.open(chosen.database_url.get_secret_value(), keys)
    try:
        yield House(chosen, words, store, clock or chosen.product_clock())
    finally:
        await store.close()


def catalog(chosen: settings.Settings) -> catalogs.Catalog:
    """Load what we say; Unusable if a file in messages/ is broken."""
    hours.use_pinned_rules()
    return catalogs.Catalog.load(chosen.messages)


def masters(chosen: settings.Settings) -> vault.Masters:
    """Return the master keys; Unusable if there are none or one is malformed."""
    if chosen.key is None:
        raise errors.Unusable(NO_KEY)
    return vault.Masters.read(chosen.key.get_secret_value())


def local(instant: datetime, zone: str) -> datetime:
    """Return an instant on a zone's wall clock."""
    return hours.to_local(instant, zone)


async def _current(chosen: settings.Settings) -> None:
    """Migrate SQLite, which is one machine's own; refuse an outdated PostgreSQL, which others may be using."""
    url = chosen.database_url.get_secret_value()
    if url.startswith("sqlite"):
        await migrations.upgrade(url)
        return
    match await migrations.standing(url):
        case migrations.Standing.CURRENT:
            return
        case migrations.Standing.NEWER:
            raise errors.Unusable(migrations.NEWER)
        case migrations.Standing.OLDER | migrations.Standing.EMPTY:
            raise errors.Unusable(OUTDATED)
