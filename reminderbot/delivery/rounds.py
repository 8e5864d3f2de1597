"""Makes the rounds: what nobody took up is passed on, mornings get their digest, what has had its time is erased.

Any number of processes may make them: each thing is done by one.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import alerts, forgetting, retention, rounds
from reminderbot.services.lists import uploading
from reminderbot.store import invites
from reminderbot.store.bells import Bell
from reminderbot.store.work import Store

EVERY: Final = 5.0  # seconds between two looks
TIDIED: Final = timedelta(hours=1)  # between two looks for what has had its time

log = structlog.get_logger(__name__)


async def keep(store: Store, means: alerts.Means, catalog: catalogs.Catalog, now: Callable[[], datetime]) -> None:
    """Make the rounds until cancelled; `now` is the product's."""
    tidied: datetime | None = None
    while True:
        try:
            await once(store, means, catalog, now())
            if tidied is None or now() - tidied >= TIDIED:
                await tidy(store, now())
                tidied = now()
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


async def tidy(store: Store, now: datetime) -> None:
    """Erase what has had its time: dead links and sign-ins, lists that nobody applied, patients kept long enough."""
    async with store.writing() as work:
        await invites.wipe_expired(work, now=now)
        await uploading.wipe_old(work, now=now)
    async with store.writing() as work:
        await forgetting.forget(work, now=now, machine_now=clocks.machine())
    await retention.round(store, now=now)
