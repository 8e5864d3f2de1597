"""The compose file, rehearsed: its services as processes on a real PostgreSQL, killed in turn while a patient talks.

The suite kills who polls and who sends; with WHOLE=1, as `make chaos` asks, those beside them and the web's too.

Truth is the stand-in's log of accepted messages, the rows of the database, and what the processes wrote.
"""

import asyncio
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from reminderbot import clocks
from reminderbot.simulator import client, server
from tests import sizes
from tests.conftest import database_url
from tests.journeys import acting
from tests.rehearsal import crowd
from tests.rehearsal.container import Container
from tests.rehearsal.fleet import Fleet
from tests.rehearsal.here import Here

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
RATE = 30.0  # of the product clock: a minute of Ana's takes two seconds
PROMISED = 10.0  # seconds from the SIGKILL of a seat's holder to the next one's
PATIENCE = 120.0  # machine seconds in which what a person waits for must come
AHEAD = timedelta(minutes=8)  # of the product: Ana has registered before her first reminder is due
RIDE_HOME = timedelta(minutes=90)  # after the session's start
WAVE = 30  # reminders that fall due, one each
SPACE = 0.5  # machine seconds, while the senders are killed
NEAR = 1.0  # machine seconds around a kill: what was on its way then may come twice


@dataclasses.dataclass
class Rehearsal:
    """The fleet with its Telegram, its clock and its database."""

    fleet: Fleet
    here: Here
    simulator: server.Simulator
    simulated: client.Simulated
    clock: clocks.Clock

    async def wave(self) -> dict[int, str]:
        """Let reminders fall due, one after the other, from now on."""
        space = timedelta(seconds=SPACE * RATE)
        dues = [self.clock.now() + space * number for number in range(WAVE)]
        return await crowd.gathers(self.simulator, self.here.database, self.here.key, dues)

    def session(self) -> str:
        """Return a session, as it is typed in Madrid, whose first reminder comes soon."""
        start = (self.clock.now() + AHEAD - RIDE_HOME).replace(second=0)
        return f"{start + timedelta(hours=1):%Y-%m-%d %H:%M}"

    async def polls_refused(self) -> int:
        """Return how many polls another poll has ended."""
        calls = await self.simulated.calls(method="getUpdates")
        return sum(call["outcome"] == "409" for call in calls)


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database in which there is nothing at all."""
    name = f"rehearsal_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield database_url(postgres_server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def rehearsal(empty_database: str, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """The whole file, brought up."""
    clock = clocks.Clock.starting(MORNING, rate=RATE)
    simulator, here = server.Simulator(now=clock.now), Here(tmp_path, empty_database)
    async with server.serve(simulator) as telegram, client.Simulated(telegram) as simulated:

        def stage() -> dict[str, str]:
            now = clock.now().isoformat()
            return {"REMINDERBOT_TELEGRAM_URL": telegram, "REMINDERBOT_CLOCK": f"{now}*{RATE}"}

        fleet = Fleet(here, stage)
        async with fleet.watched(), _ended(fleet):
            await fleet.up()
            yield Rehearsal(fleet, here, simulator, simulated, clock)


@contextlib.asynccontextmanager
async def _ended(fleet: Fleet) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await fleet.down()


async def test_the_compose_file_brings_up_a_bot_that_outlives_a_kill_of_every_process(rehearsal: Rehearsal) -> None:
    fleet, ana = rehearsal.fleet, acting.Person(await rehearsal.simulated.person("Ana"))
    faults = Faults()
    await ana.registers(rehearsal.session())
    faults.note(await rehearsal.polls_refused() == 0, "two polled at once while nothing was wrong")

    if sizes.IS_WHOLE:
        await killed(fleet.containers["web"][0])
        await killed(fleet.other(fleet.holder("poller")))
    await ana.hears("/timeline", "title.ride-home")
    poller, died = fleet.holder("poller"), fleet.holder("poller").kill()
    await ana.phone.say("/worried")
    took = await fleet.taken_over("poller", poller, died, within=PROMISED)
    faults.note(took < PROMISED, f"nobody polled for {took:.1f} s")
    await ana.phone.wait_for(ana.gist("worry.nobody"), timeout=PATIENCE)
    await poller.healthy()

    due = await rehearsal.wave()
    if sizes.IS_WHOLE:
        await killed(fleet.other(fleet.holder("sender")))
    faults.note(bool(await heard(ana, "step.ride-home")), "Ana's own reminder did not come")
    await between_two(rehearsal, due)
    sender, died = fleet.holder("sender"), fleet.holder("sender").kill()
    await ana.phone.say("stop")
    took = await fleet.taken_over("sender", sender, died, within=PROMISED)
    faults.note(took < PROMISED, f"nobody sent for {took:.1f} s")
    await ana.asked("undo", timeout=PATIENCE)
    await until_all_came(rehearsal, due)
    await sender.healthy()  # or it is told to end before it can hear

    await look_at_copies(rehearsal, due, died, faults)
    look_at_rows(rehearsal, faults)
    look_at_logs(rehearsal, faults)
    await look_at_ends(rehearsal, faults)
    assert faults.found == [], "\n".join(faults.found)


class Faults:
    """What did not hold, a sentence each."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def note(self, holds: bool, otherwise: str) -> None:
        """Keep a sentence unless something holds."""
        if not holds:
            self.found.append(otherwise)


async def killed(container: Container) -> None:
    """Kill it, and wait until the engine has brought it back."""
    before = len(container.pids)
    container.kill()
    assert await acting.eventually(lambda: came_back(container, before), seconds=PATIENCE)
    await container.healthy()


async def came_back(container: Container, before: int) -> bool:
    return len(container.pids) > before


async def between_two(rehearsal: Rehearsal, due: dict[int, str]) -> None:
    """Wait until a reminder was accepted and recorded, and the next is not due yet: what meets a kill is for chaos."""
    before = await accepted(rehearsal, due)
    await acting.eventually(lambda: more_than(rehearsal, due, before), seconds=PATIENCE)
    await asyncio.sleep(SPACE / 2)


async def until_all_came(rehearsal: Rehearsal, due: dict[int, str]) -> None:
    await acting.eventually(lambda: more_than(rehearsal, due, len(due) - 1), seconds=PATIENCE)


async def more_than(rehearsal: Rehearsal, due: dict[int, str], count: int) -> bool:
    return await accepted(rehearsal, due) > count


async def accepted(rehearsal: Rehearsal, due: dict[int, str]) -> int:
    """Return of how many reminders at least one copy was accepted."""
    return sum(bool(copies) for copies in (await crowd.copies(rehearsal.simulated, due)).values())


async def heard(person: acting.Person, key: str) -> list[str]:
    """Return the messages that hold a text, once there are any."""

    async def found() -> list[str]:
        return [text for text in await person.bot_texts() if person.gist(key) in text]

    kept: list[str] = await acting.eventually(found, seconds=PATIENCE)
    return kept


async def look_at_copies(rehearsal: Rehearsal, due: dict[int, str], died: float, faults: Faults) -> None:
    """Each reminder was claimed once and came once; the one in flight when its sender died may have come twice."""
    copies = await crowd.copies(rehearsal.simulated, due)
    tries = crowd.attempts(rehearsal.here.database, list(due.values()))
    for chat, id in due.items():
        met = any(abs(at - died) < NEAR for at in copies[chat][:1])
        most = 2 if met else 1
        faults.note(1 <= len(copies[chat]) <= most, f"a reminder came {len(copies[chat])} times")
        faults.note(1 <= tries.get(id, 0) <= most, f"a reminder was tried {tries.get(id, 0)} times")
    unsent = crowd.unsent(rehearsal.here.database, list(due.values()))
    faults.note(unsent == 0, f"{unsent} reminders are not sent by their rows")
    faults.note(await rehearsal.polls_refused() <= 1, "two polled at once")  # a dead poller's poll is still open


def look_at_rows(rehearsal: Rehearsal, faults: Faults) -> None:
    """Nothing that came from a person is left, and nothing that is owed to one."""
    with psycopg.connect(rehearsal.here.database) as connection:
        for what, query in {
            "updates wait": "SELECT count(*) FROM inbox WHERE processed_at IS NULL",
            "replies wait": "SELECT count(*) FROM outbox WHERE state IN ('planned', 'claimed', 'sending')",
        }.items():
            left = connection.execute(query).fetchone()
            faults.note(left == (0,), f"{left} {what}")


def look_at_logs(rehearsal: Rehearsal, faults: Faults) -> None:
    fleet = rehearsal.fleet
    polled = [line for line in fleet.said("a seat was taken") if "poller" in line]
    faults.note(len(polled) == 2, f"the poller's seat was taken {len(polled)} times, not at first and after its kill")
    for event in ("Traceback", "a poll failed"):
        faults.note(not fleet.said(event), f"{event}: {fleet.said(event)[:3]}")


async def look_at_ends(rehearsal: Rehearsal, faults: Faults) -> None:
    """Each process ends in its grace, and has written nothing where its file system is read-only."""
    serving = rehearsal.fleet.ours
    for name, code in (await rehearsal.fleet.down()).items():
        faults.note(code == 0, f"{name} ended with {code}")
    for each in serving:
        faults.note(each.service.read_only and set(each.left) <= {"erased"}, f"{each.name} wrote {each.left}")
