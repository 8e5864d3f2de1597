"""Has what older rules of the zones have planned planned anew, beside the sending: at the start, and now and then."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from reminderbot.planning import hours
from reminderbot.services import rules
from reminderbot.store.work import Store

EVERY = 3600.0  # seconds: an older program beside us, as during an upgrade, plans by older rules
BUSY = 1.0  # seconds before what another visit held is tried again, or a database that was away

log = structlog.get_logger(__name__)


async def keep(store: Store, now: Callable[[], datetime]) -> None:
    """Follow the rules until cancelled; `now` is the product's."""
    while True:
        await follow(store, now)
        await asyncio.sleep(EVERY)


async def follow(store: Store, now: Callable[[], datetime]) -> None:
    """Plan anew whatever older rules have planned, in short visits; return when nothing is behind."""
    treatments, moved, since = 0, 0, None
    while True:
        try:
            async with store.writing() as work:
                done = await rules.follow(work, now=now(), since=since)
        except Exception:  # the database is away, or another visit was preferred: what was done is kept
            log.warning("treatments could not be planned by the new rules", exc_info=True)
            await asyncio.sleep(BUSY)
            continue
        treatments, moved, since = treatments + done.treatments, moved + done.moved, done.next_due
        if done.is_done:
            break
        await asyncio.sleep(0.0 if done.treatments else BUSY)
    if treatments:
        log.info("planned by new rules of the zones", rules=hours.rules(), treatments=treatments, moved=moved)
