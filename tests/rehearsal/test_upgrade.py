"""A new release takes over while reminders flow and a patient talks: none is lost, none comes twice."""

import asyncio
import collections
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from reminderbot.simulator import client, server
from tests.app import process
from tests.cli import terminal
from tests.delivery import cast
from tests.journeys import acting
from tests.rehearsal import crowd, upgrading

MANY = 100  # reminders: four seconds at the pace of reminders
FEW = 10  # of them accepted: the drain is in its middle
CLOCK = "2026-11-23T12:05Z*0"  # five minutes after the reminders were due
PATIENCE = 120.0


@dataclasses.dataclass
class Town:
    """Two versions of the bot on one database, their Telegram, and Ana."""

    old: upgrading.Version
    new: upgrading.Version
    simulator: server.Simulator
    simulated: client.Simulated
    settings: dict[str, str]
    ana: acting.Person

    @contextlib.contextmanager
    def started(self, version: upgrading.Version) -> Iterator[process.Bot]:
        """Run a version for the length of the block."""
        bot = version.started(**self.settings)
        try:
            yield bot
        finally:
            bot.kill()

    async def crowd(self) -> dict[int, str]:
        """Let many reminders be due at once."""
        return await crowd.gathers(self.simulator, self.settings["database_url"], terminal.KEY, [cast.NOON] * MANY)

    async def came(self, due: dict[int, str]) -> list[int]:
        """Return how often each reminder was accepted."""
        return [len(copies) for copies in (await crowd.copies(self.simulated, due)).values()]

    async def until(self, due: dict[int, str], count: int) -> bool:
        """Wait until of this many reminders a copy was accepted."""

        async def enough() -> bool:
            return sum(map(bool, await self.came(due))) >= count

        return bool(await acting.eventually(enough, seconds=PATIENCE))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Both versions, started by nobody yet."""
    old = upgrading.this(tmp_path)
    simulator = server.Simulator()
    async with server.serve(simulator) as telegram, client.Simulated(telegram) as simulated:
        ana = acting.Person(await simulated.person("Ana"))
        settings = {"telegram_url": telegram, "clock": CLOCK}
        yield Town(old, upgrading.following(old), simulator, simulated, settings, ana)


async def test_an_upgrade_beside_the_running_bot_loses_nothing_and_doubles_nothing(town: Town, owner_url: str) -> None:
    town.settings["database_url"] = owner_url
    with town.started(town.old) as old:
        await town.ana.agrees()
        earlier = await town.crowd()
        migrated = await asyncio.to_thread(town.new.runs, "migrate", database_url=owner_url)
        figures = await old.ready()
        with town.started(town.new) as new:
            await new.ready()
            await town.ana.tells()
            later = await town.crowd()
            await town.until(later, FEW)
            left = MANY - sum(map(bool, await town.came(later)))
            code, _ = await old.stop()
            await town.ana.saves()
            await town.until(earlier | later, 2 * MANY)
            ended, _ = await new.stop()

    assert migrated.out.startswith("The database is now current.")
    assert figures["migrations"] == "newer"
    assert (code, left > 0, ended) == (0, True, 0)
    assert await town.came(earlier | later) == [1] * 2 * MANY
    assert await doubled(town.ana) == []
    assert not any("Traceback" in bot.said for bot in (old, new))


async def test_a_restart_into_the_next_release_in_the_middle_of_a_drain_loses_nothing_and_doubles_nothing(
    town: Town, sqlite_url: str
) -> None:
    town.settings["database_url"] = sqlite_url
    with town.started(town.old) as old:
        await town.ana.agrees()
        due = await town.crowd()
        await town.until(due, FEW)
        await town.ana.phone.say(acting.SESSION)
        code, _ = await old.stop()
    left = MANY - sum(map(bool, await town.came(due)))
    with town.started(town.new) as new:
        await town.ana.asked("cancel", timeout=PATIENCE)
        await town.until(due, MANY)
        ended, _ = await new.stop()

    assert (code, left > 0, ended) == (0, True, 0)
    assert await town.came(due) == [1] * MANY
    assert await doubled(town.ana) == []
    assert not any("Traceback" in bot.said for bot in (old, new))


async def doubled(person: acting.Person) -> list[str]:
    """Return what the bot said more than once."""
    return [text for text, count in collections.Counter(await person.bot_texts()).items() if count > 1]
