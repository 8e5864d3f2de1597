"""Patients by the dozen with one reminder each, who have opened the chat long ago: what was sent tells by its chat."""

import collections
from collections.abc import Sequence
from datetime import datetime, timedelta

import psycopg

from reminderbot.simulator import client, server
from reminderbot.store import vault, work
from tests.delivery import cast

USEFUL = timedelta(hours=3)


async def gathers(simulator: server.Simulator, database: str, key: str, dues: Sequence[datetime]) -> dict[int, str]:
    """Add a patient for each due time; return the reminders by their chats."""
    world = simulator.world
    bot = world.bot(None)
    assert bot is not None
    store = await work.Store.open(database, vault.Masters.read(key))
    reminders = {}
    try:
        for due in dues:
            person = simulator.add_person("Bea")
            world.conversation(bot, person).started = True
            patient = await cast.patient(store, person.id)
            reminders[person.id] = await cast.reminder(store, patient, due_at=due, useful_until=due + USEFUL)
    finally:
        await store.close()
    return reminders


async def copies(simulated: client.Simulated, crowd: dict[int, str]) -> dict[int, list[float]]:
    """Return the machine's monotonic seconds at which something was accepted for each chat of the crowd."""
    found = collections.defaultdict(list, {chat: [] for chat in crowd})
    for send in await simulated.sends():
        if send["chat"] in crowd:
            found[send["chat"]].append(send["monotonic"])
    return found


def unsent(database: str, reminders: Sequence[str]) -> int:
    """Return how many reminders have not come to be SENT."""
    with psycopg.connect(database) as connection:
        query = "SELECT count(*) FROM reminders WHERE id = ANY(%s) AND state <> 'sent'"
        found = connection.execute(query, [list(reminders)]).fetchone()
    return int(found[0]) if found else 0


def attempts(database: str, reminders: Sequence[str]) -> dict[str, int]:
    """Return how often each reminder was tried."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT reminder_id, count(*) FROM attempts WHERE reminder_id = ANY(%s) GROUP BY reminder_id",
            [list(reminders)],
        ).fetchall()
    return {str(id): int(count) for id, count in rows}
