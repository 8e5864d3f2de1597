"""What is measured with every contender, by turns: scheduling, moving, looking, draining, lateness, standing by."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

from benchmarks import database, standing
from benchmarks.contender import Contender
from benchmarks.figures import Figures, Measure, percentile
from benchmarks.sizes import Sizes

RATE = 100  # reminders a second, of which lateness is measured
FAR = timedelta(days=30)  # ahead: nothing of it is due while we measure
LEAD = 1.0  # seconds before the first falls due, in which they are put in; more for many
PATIENCE = 900.0  # seconds after which a drain is given up


@dataclasses.dataclass(frozen=True)
class Bench:
    """A run: the server, who takes part, how much, and what has been found."""

    server: str
    contenders: tuple[type[Contender], ...]
    sizes: Sizes
    figures: Figures

    @contextlib.asynccontextmanager
    async def opened(self, kind: type[Contender]) -> AsyncIterator[tuple[Contender, str]]:
        """Open a contender on a fresh database; yield it with the database's URL."""
        async with database.made(None if kind.on_sqlite else self.server) as url, kind.opened(url) as each:
            yield each, url

    @contextlib.asynccontextmanager
    async def all_opened(self) -> AsyncIterator[list[tuple[Contender, str]]]:
        """Open every contender, each on a database of its own."""
        async with contextlib.AsyncExitStack() as stack:
            yield [await stack.enter_async_context(self.opened(kind)) for kind in self.contenders]


async def schedule(bench: Bench) -> None:
    """Nine reminders of one treatment, one treatment after another; then many treatments at once; then moves."""
    one = Measure("schedule", "schedule one treatment's nine reminders", "ms")
    many = Measure("bulk", f"schedule {bench.sizes.bulk} treatments at once, each", "ms")
    moved = Measure("move", "move one treatment's nine reminders", "ms")
    rounds, bulk = bench.sizes.rounds, bench.sizes.bulk
    async with bench.all_opened() as opened:
        for each, _ in opened:
            await each.expect(rounds + 3 * bulk + 3)
            await each.schedule(3)  # statements and plans are warm from here on
        for _ in range(rounds):
            for each, _ in opened:
                bench.figures.note(one, each.name, await _ms(lambda each=each: each.schedule(1)))
        for _ in range(3):
            for each, _ in opened:
                bench.figures.note(many, each.name, await _ms(lambda each=each: each.schedule(bulk)) / bulk)
        for _ in range(rounds):
            for each, _ in opened:
                bench.figures.note(moved, each.name, await _ms(each.move))


async def look(bench: Bench) -> None:
    """A look when nothing is due, the bytes of what is pending, a start with it, and standing by with it."""
    for count in bench.sizes.pending:
        async with contextlib.AsyncExitStack() as stack:
            opened = []
            for kind in (each for each in bench.contenders if count <= each.most):
                each, url = await stack.enter_async_context(bench.opened(kind))
                await each.pending(count, due=datetime.now(UTC) + FAR)
                if not kind.on_sqlite:
                    database.settle(url)
                opened.append((each, url))
            await _looks(bench, count, [each for each, _ in opened])
            _sizes(bench, Measure(f"bytes-{count}", f"bytes a pending reminder, of {count:,}", "bytes"), count, opened)
            await _starts(bench, count, opened)


async def drain(bench: Bench) -> None:
    """Everything that is due at once."""
    for count in bench.sizes.drains:
        measure = Measure(f"drain-{count}", f"drain {count:,} that are due", "a second", more_is_better=True)
        for _ in range(bench.sizes.drain_rounds):
            for kind in bench.contenders:
                async with bench.opened(kind) as (each, url):
                    await each.pending(count, due=datetime.now(UTC) - timedelta(minutes=1))
                    if not kind.on_sqlite:
                        database.settle(url)
                    bench.figures.note(measure, each.name, count / await drained(each, count))
                    _sizes(
                        bench, Measure(f"kept-{count}", "bytes a reminder that was sent", "bytes"), count, [(each, url)]
                    )


async def late(bench: Bench) -> None:
    """How late they are carried out when a hundred fall due every second."""
    half = Measure("late-p50", f"lateness at {RATE} a second, p50", "ms")
    most = Measure("late-p99", f"lateness at {RATE} a second, p99", "ms")
    for kind in bench.contenders:
        async with bench.opened(kind) as (each, _):
            behind = await lags(each, bench.sizes.late)
        bench.figures.note(half, each.name, percentile(behind, 0.5))
        bench.figures.note(most, each.name, percentile(behind, 0.99))


async def _looks(bench: Bench, count: int, opened: list[Contender]) -> None:
    measure = Measure(f"look-{count}", f"a look when nothing is due, {count:,} pending", "ms")
    for each in opened:
        await each.look()
    for _ in range(bench.sizes.rounds):
        for each in opened:
            bench.figures.note(measure, each.name, await _ms(each.look))


def _sizes(bench: Bench, measure: Measure, count: int, opened: list[tuple[Contender, str]]) -> None:
    for each, url in opened:
        if each.tables and not each.on_sqlite:
            total = sum(database.bytes_of(url, table) for table in each.tables)
            bench.figures.note(measure, each.name, total / count)


async def _starts(bench: Bench, count: int, opened: list[tuple[Contender, str]]) -> None:
    ready = Measure(f"start-{count}", f"process start to first look, {count:,} pending", "s")
    idle = Measure(f"idle-{count}", f"CPU while idle, {count:,} pending (with its database's)", "s/min")
    seconds = bench.sizes.idle_seconds if count == bench.sizes.idle_with else 0
    for each, url in opened:
        if each.on_sqlite:
            continue
        found = await asyncio.to_thread(standing.measured, each, url, count, seconds)
        bench.figures.note(ready, each.name, found.ready)
        if found.cpu_a_minute is not None:
            bench.figures.note(idle, each.name, found.cpu_a_minute)


async def drained(each: Contender, count: int) -> float:
    """Return the seconds until all are carried out and recorded."""
    ran: list[float] = []
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE), each.serving(lambda: ran.append(time.perf_counter())):
        while len(ran) < count:
            await asyncio.sleep(0.01)
        while await each.left():
            await asyncio.sleep(0.01)
        return time.perf_counter() - began


async def lags(each: Contender, count: int) -> list[float]:
    """Return by how many ms each was late; they are due in the order in which they run."""
    first, apart = datetime.now(UTC) + timedelta(seconds=LEAD + count / 2_000), timedelta(seconds=1 / RATE)
    await each.pending(count, due=first, apart=apart)
    ran: list[datetime] = []
    async with asyncio.timeout(PATIENCE), each.serving(lambda: ran.append(datetime.now(UTC))):
        while len(ran) < count:
            await asyncio.sleep(0.05)
    return [(at - (first + number * apart)).total_seconds() * 1000 for number, at in enumerate(sorted(ran))]


async def _ms(deed: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await deed()
    return (time.perf_counter() - began) * 1000
