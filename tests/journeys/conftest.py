"""A person's whole story: the simulator over HTTP, the app on a real database, a product clock that the story winds."""

import asyncio
import contextlib
import dataclasses
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from reminderbot import app, clocks, settings
from reminderbot.gateway import pace
from reminderbot.simulator import client, server
from reminderbot.store import vault
from tests.cli import warm
from tests.conftest import MONDAY
from tests.journeys import acting

ROOT = Path(__file__).resolve().parents[2]
KEY = vault.new_master()
SWIFT = pace.Limits(reminders=200, total=200, chat=50, burst=50)
"""A pace at which stories are told; that of real life is kept by `process`, and by tests/gateway/."""


@dataclasses.dataclass
class Story:
    """What a story is told with: phones, the house, and the clock."""

    simulated: client.Simulated
    house: app.House
    clock: clocks.Clock

    async def phone(self, first_name: str = "Ana", *, language: str = "en") -> client.Phone:
        """Invent a person and hand over their phone."""
        return await self.simulated.person(first_name, language_code=language)

    async def person(self, first_name: str = "Ana", *, language: str = "en") -> acting.Person:
        """Invent somebody who reads `language`."""
        return acting.Person(await self.phone(first_name, language=language), language)

    def wind(self, to: datetime | timedelta) -> None:
        """Wind the product clock to an instant, or forward by a span."""
        self.clock.wind(to if isinstance(to, timedelta) else to - self.clock.now())
        self.house.wake()

    async def brings(self, person: acting.Person, *steps: str) -> None:
        """Wind through these steps of the session that everyone here has; each arrives."""
        for step in steps:
            await person.phone.mark()
            self.wind(acting.DUE[step])
            await person.came(acting.DUE[step])


def chosen(base_url: str, database: str) -> settings.Settings:
    """Return the settings of a house in a test."""
    return settings.Settings.model_validate(
        {
            "token": server.TOKEN,
            "telegram_url": base_url,
            "database_url": database,
            "key": KEY,
            "listen": "127.0.0.1:0",
        }
    )


@pytest.fixture(autouse=True)
def _listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The erasure list of a story on PostgreSQL, which has no file that it could lie beside."""
    monkeypatch.setenv("REMINDERBOT_ERASURE_LIST", str(tmp_path / "reminderbot.erased"))


@pytest.fixture
async def simulated(clock: clocks.Clock) -> AsyncIterator[client.Simulated]:
    """A Telegram of our own whose messages bear the product clock's time."""
    simulator = server.Simulator([server.TOKEN], now=clock.now)
    async with server.serve(simulator) as base_url, client.Simulated(base_url) as held:
        yield held
    await ended()


async def ended() -> None:
    """End whatever still runs: a library may swallow a cancellation, and the loop's own end asks but once."""
    here = asyncio.current_task()
    for _ in range(5):
        left = [task for task in asyncio.all_tasks() if task is not here and not task.done()]
        if not left:
            return
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=2)


@contextlib.asynccontextmanager
async def told(simulated: client.Simulated, database: str, clock: clocks.Clock) -> AsyncIterator[Story]:
    """Run the app in this process for the length of the block."""
    async with app.opened(chosen(simulated.base_url, database), clock=clock) as house:
        serving = asyncio.create_task(app.serve(house, doors=frozenset(app.Door), limits=SWIFT))
        try:
            yield Story(simulated, house, clock)
            if serving.done():
                await serving
        finally:
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving


@pytest.fixture
async def story(simulated: client.Simulated, sqlite_url: str, clock: clocks.Clock) -> AsyncIterator[Story]:
    """A story on SQLite."""
    async with told(simulated, sqlite_url, clock) as opened:
        yield opened


@pytest.fixture
async def either_story(simulated: client.Simulated, url: str, clock: clocks.Clock) -> AsyncIterator[Story]:
    """A story on SQLite and again on PostgreSQL."""
    async with told(simulated, url, clock) as opened:
        yield opened


def environment(base_url: str, database: str) -> dict[str, str]:
    """Return the environment of a process of ours: this one's, with the settings of the story alone."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("REMINDERBOT_")},
        "REMINDERBOT_TOKEN": server.TOKEN,
        "REMINDERBOT_TELEGRAM_URL": base_url,
        "REMINDERBOT_DATABASE_URL": database,
        "REMINDERBOT_KEY": KEY,
        "REMINDERBOT_LISTEN": "127.0.0.1:0",
    }


class Process:
    """The bot as an operator runs it: an OS process that can be killed at any moment and started again."""

    def __init__(self, base_url: str, database: str, *, now: datetime = MONDAY) -> None:
        self.now = now
        self._environment = environment(base_url, database)
        self._running: warm.Running | None = None

    def start(self, *, log_level: str = "INFO", stderr: IO[bytes] | int = subprocess.DEVNULL) -> None:
        """Start it with the product clock standing at `now`."""
        clock = f"{self.now.astimezone(UTC).isoformat()}*0"
        chosen = {**self._environment, "REMINDERBOT_CLOCK": clock, "REMINDERBOT_LOG_LEVEL": log_level}
        self._running = warm.started(["run"], folder=ROOT, environment=chosen, out=subprocess.DEVNULL, err=stderr)

    def freeze(self) -> None:
        """Stop it where it stands, as an overloaded machine does; only `kill` follows."""
        if self._running is not None:
            self._running.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it as a supervisor does; return its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._running is None:
            return 0
        self._running.send_signal(how)
        code = self._running.wait(30)
        self._running = None
        return code


@pytest.fixture
async def process(simulated: client.Simulated, sqlite_url: str) -> AsyncIterator[Process]:
    """The bot as a process, not yet started."""
    made = Process(simulated.base_url, sqlite_url)
    yield made
    made.kill()


@pytest.fixture
def operator(simulated: client.Simulated, sqlite_url: str, clock: clocks.Clock) -> acting.Operator:
    """Whoever runs the bot of a story on SQLite."""
    return acting.Operator(environment(simulated.base_url, sqlite_url), clock)


@pytest.fixture(scope="session")
def clinic_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to which an operator has added Dr Bea's clinic, at the command line."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    nowhere = environment("http://127.0.0.1:9", f"sqlite:///{path}")
    operator = acting.Operator(nowhere, clocks.Clock.starting(MONDAY, rate=0.0))
    asyncio.run(operator.adds_a_clinic())
    return path


@pytest.fixture
async def clinic_story(
    clinic_template: Path, simulated: client.Simulated, sqlite_url: str, clock: clocks.Clock
) -> AsyncIterator[Story]:
    """A story on SQLite in which there is Dr Bea's clinic."""
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(clinic_template.read_bytes())
    async with told(simulated, sqlite_url, clock) as opened:
        yield opened
