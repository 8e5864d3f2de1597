"""Keeps the list of patients in order beside the sending: standings that only time changes, rows of older programs."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from reminderbot.services import listing
from reminderbot.store import standings
from reminderbot.store.work import Store

EVERY = 15.0  # seconds between looks; a look that finds nothing locks nothing

log = structlog.get_logger(__name__)


async def keep(store: Store, now: Callable[[], datetime]) -> None:
    """Settle what has aged until cancelled; `now` is the product's."""
    while True:
        try:
            await follow(store, now)
        except Exception:  # the database is away, or another visit was preferred: what was done is kept
            log.warning("patients could not be settled", exc_info=True)
        await asyncio.sleep(EVERY)


async def follow(store: Store, now: Callable[[], datetime]) -> int:
    """Settle all that has aged, in short visits; return how many patients that were."""
    total = 0
    while True:
        async with store.reading() as work:
            if not await standings.is_due(work, now=now()):
                return total
        async with store.writing() as work:
            done = await listing.sweep(work, now=now())
        total += done
        if not done:  # what is left is in another visit's hands
            return total
        await asyncio.sleep(0)
