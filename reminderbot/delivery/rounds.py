"""Makes the rounds: passes on what nobody took up in time, and sends each morning's digest. Any number may run it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import alerts, rounds
from reminderbot.store.bells import Bell
from reminderbot.store.work import Store

EVERY = 5.0  # seconds between two looks

log = structlog.get_logger(__name__)


async def keep(store: Store, means: alerts.Means, catalog: catalogs.Catalog, now: Callable[[], datetime]) -> None:
    """Make the rounds until cancelled; `now` is the product's."""
    while True:
        try:
            await once(store, means, catalog, now())
        except Exception:  # the database is away: what is due stays due
            log.warning("the rounds could not be made", exc_info=True)
            await asyncio.sleep(EVERY)
        await store.bells.wait(Bell.ROUNDS, at_most=EVERY)


async def once(store: Store, means: alerts.Means, catalog: catalogs.Catalog, now: datetime) -> None:
    """Do all that is due, each in a transaction of its own."""
    async with store.reading() as work:
        overdue = await rounds.overdue(work, now=now)
        opening = await rounds.digests(work, now=now)
    for case_id in overdue:
        async with store.writing() as work:
            await rounds.escalate(work, means, catalog, case_id, now=now, machine_now=clocks.machine())
    for clinic_id in opening:
        async with store.writing() as work:
            await rounds.digest(work, means, clinic_id, now=now, machine_now=clocks.machine())
