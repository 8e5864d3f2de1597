"""Staff who cancel treatments and patients who press /stop while reminders go out, in a process of their own.

Each writes, in its own transaction and once it holds the chat's lock, the machine's instant as the time of the stop:
on PostgreSQL the database's. An intent that committed earlier began earlier; one that begins later has broken the law.
"""

import asyncio
import contextlib
import random
import signal
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from reminderbot.services import access, people, stopping, treatments
from reminderbot.store import leases, tables, vault
from reminderbot.store.work import UNREACHED, Store, Work

_r, _b = tables.reminders.c, tables.bindings.c


def main(spec: dict[str, Any]) -> None:
    """Stop or cancel for somebody every `pause` seconds, at most `most` times, until SIGTERM."""
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_until_told(spec))


async def _until_told(spec: dict[str, Any]) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    store = await Store.open(spec["database_url"], vault.Masters.read(spec["key"]))
    chance = random.Random(spec.get("seed", 7))
    try:
        for _ in range(spec["most"]):
            await asyncio.sleep(spec["pause"])
            with contextlib.suppress(*UNREACHED):  # the database was killed: the next one, then
                await _somebody(store, chance)
    finally:
        await store.close()


async def _somebody(store: Store, chance: random.Random) -> None:
    """Stop or cancel for one whose reminder is about to go, or just went, or waits."""
    states = chance.choice((["claimed", "sending"], ["claimed"], ["planned"], ["sent"]))
    async with store.reading() as work:
        query = select(_r.treatment_id, _b.chat_id).join(tables.bindings, _b.patient_id == _r.patient_id)
        chosen = query.where(_r.state.in_(states)).order_by(func.random()).limit(1)
        found = (await work.run(chosen)).first()
    if found is None:
        return
    async with store.writing() as work:
        who = access.Person(found.chat_id)
        await people.chat(work, who, lock=True)
        now = await instant(work)
        if chance.random() < 0.5:
            await stopping.stop(work, who, now=now)
        else:
            await treatments.cancel(work, who, found.treatment_id, now=now)


async def instant(work: Work) -> datetime:
    """Return the machine's instant, read once the lock is held."""
    return (await work.run(select(leases.now(work).label("now")))).scalar_one()
