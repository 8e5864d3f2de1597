"""A process that starts with a later release of the zones' rules plans anew what an earlier one has planned."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.store import vault
from reminderbot.store import work as works
from tests import zones
from tests.app import process
from tests.cli import terminal
from tests.services import cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_a_later_release_is_followed_from_the_start(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await works.Store.open(url, vault.Masters.read(terminal.KEY))
    catalog = catalogs.Catalog.load(files.default_folder())
    ana = await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=NOW)
    treatment = (await cast.register(store, ana, catalog, now=NOW)).treatment_id
    zones.release(tmp_path / "later", {cast.MADRID: "Europe/London"})
    monkeypatch.setenv("PYTHONPATH", zones.first_on_the_path(tmp_path / "later"))

    settings = {"telegram_url": terminal.NOWHERE, "database_url": url, "clock": f"{NOW.isoformat()}*0"}
    with process.started(tmp_path, "run", "--only", "delivery", cold=True, **settings) as bot:
        async with asyncio.timeout(process.PATIENCE):
            while "moved=9" not in bot.said and bot.lives:
                await asyncio.sleep(0.05)

    day_1 = (await cast.rows(store, treatment))["day-1"]
    await store.close()
    assert day_1.due_at == cast.at(25, 8, 30), bot.said
