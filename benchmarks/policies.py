"""What row-level security costs: the same work as the program's role and as a superuser, by turns."""

import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from benchmarks import crowd, database, measures, seeding
from benchmarks.figures import Measure, percentile
from benchmarks.ours import KEY, Ours
from reminderbot.services import access, listing
from reminderbot.store import reach
from reminderbot.store.work import Store


class Unconfined(Ours):
    """The same as a superuser, for whom PostgreSQL asks no policy."""

    is_confined = False


async def policies(bench: measures.Bench) -> None:
    """Note how much longer each takes under policies: 1.1 is a tenth longer."""
    await _draining(bench)
    await _scheduling(bench)
    await _listing(bench)


async def _draining(bench: measures.Bench) -> None:
    count = bench.sizes.drains[0]
    took: dict[type[Ours], list[float]] = {Ours: [], Unconfined: []}
    for _ in range(bench.sizes.drain_rounds):
        for kind, seconds in took.items():
            async with bench.opened(kind) as (each, url):
                await each.pending(count, due=datetime.now(UTC) - timedelta(minutes=1))
                database.settle(url)
                seconds.append(await measures.drained(each, count))
    _note(bench, "drain", f"drain {count:,}", took[Ours], took[Unconfined])


async def _scheduling(bench: measures.Bench) -> None:
    took: dict[type[Ours], list[float]] = {Ours: [], Unconfined: []}
    async with bench.opened(Ours) as (confined, _), bench.opened(Unconfined) as (free, _):
        for each in (confined, free):
            await each.expect(bench.sizes.rounds + 3)
            await each.schedule(3)
        for _ in range(bench.sizes.rounds):
            for kind, each in ((Ours, confined), (Unconfined, free)):
                took[kind].append(await _seconds(lambda each=each: each.schedule(1)))
    _note(bench, "schedule", "schedule one treatment", took[Ours], took[Unconfined])


async def _listing(bench: measures.Bench) -> None:
    """The first page of a clinic's patients, asked for by its staff, confined to their organisation or to nothing."""
    async with database.made(bench.server) as url:
        await database.migrate(url)
        key, program = os.environ[KEY], database.as_program(url)
        async with database.opened(program, key) as confined, database.opened(url, key) as free:
            who = await crowd.fill(free, seeding.catalog(), bench.sizes.listed, now=crowd.at())
            database.settle(url)
            took: dict[Store, list[float]] = {confined: [], free: []}
            for _ in range(bench.sizes.asked):
                for store, seconds in took.items():
                    seconds.append(await _seconds(lambda store=store: _page(store, who)))
    _note(bench, "list", f"a page of {bench.sizes.listed:,} patients", took[confined], took[free])


async def _page(store: Store, who: access.Staff) -> None:
    async with store.confined(reach.organisation(who.organisation_id)).reading() as work:
        await listing.page(work, who, listing.Wanted(), now=crowd.at())


async def _seconds(deed: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await deed()
    return time.perf_counter() - began


def _note(bench: measures.Bench, key: str, words: str, confined: list[float], free: list[float]) -> None:
    measure = Measure(f"policies-{key}", f"{words}: under row-level security, of the time without", "×")
    bench.figures.note(measure, Ours.name, percentile(sorted(confined), 0.5) / percentile(sorted(free), 0.5))
