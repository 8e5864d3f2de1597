"""The poller: stored before it is confirmed, one at a time, loud when it is displaced."""

import asyncio
import base64
import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from reminderbot import errors
from reminderbot.gateway import poller, receiving, transport
from reminderbot.simulator import client, server
from reminderbot.store import bots, tables, vault
from reminderbot.store.work import Store
from tests.delivery import cast


@pytest.fixture(autouse=True)
async def _bot(store: Store) -> None:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)


@contextlib.asynccontextmanager
async def polling(store: Store, telegram: transport.Transport, owner: str = "here") -> AsyncIterator[None]:
    task = asyncio.create_task(poller.Poller(store, telegram, owner=owner).run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def stored(store: Store) -> list[int]:
    async with store.reading() as work:
        return list((await work.run(select(tables.inbox.c.update_id).order_by(tables.inbox.c.id))).scalars())


async def until_stored(store: Store, count: int) -> list[int]:
    async with asyncio.timeout(10):
        while len(found := await stored(store)) < count:
            await asyncio.sleep(0.02)
    return found


async def test_what_a_person_writes_is_stored_sealed(
    store: Store, telegram: transport.Transport, phone: client.Phone
) -> None:
    await phone.say("my secret words")

    async with polling(store, telegram):
        await until_stored(store, 2)

    async with store.reading() as work:
        rows = (await work.run(select(tables.inbox))).all()
    assert all(b"my secret words" not in row.payload for row in rows)
    assert len({row.chat_index for row in rows}) == 1


async def test_updates_are_confirmed_once_they_are_stored(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, phone: client.Phone
) -> None:
    async with polling(store, telegram):
        await until_stored(store, 1)
        async with asyncio.timeout(5):
            while await simulated.updates():
                await asyncio.sleep(0.02)

    assert await simulated.updates() == []


async def test_updates_that_cannot_be_stored_are_not_confirmed(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, phone: client.Phone
) -> None:
    lame = poller.Poller(store, telegram, owner="lame")
    before = await simulated.updates()
    async with store.writing() as work:  # the row whose absence the inbox refuses
        await work.run(tables.bots.delete())

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await lame._poll_once()
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await lame._poll_once()

    assert await simulated.updates() == before


async def test_an_update_that_comes_again_is_stored_once(
    store: Store, telegram: transport.Transport, phone: client.Phone
) -> None:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    await poller.Poller(store, telegram, owner="first")._poll_once()
    await poller.Poller(store, telegram, owner="second")._poll_once()  # nothing was confirmed: it comes again

    assert len(await stored(store)) == 1


async def test_a_second_poller_stands_by_and_takes_over_when_the_first_leaves(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, phone: client.Phone
) -> None:
    async with polling(store, telegram, "one"):
        await until_stored(store, 1)
        async with polling(store, telegram, "two"):
            await asyncio.sleep(1.5)
            conflicts = [call for call in await simulated.calls(method="getUpdates") if call["outcome"] == "409"]

    async with polling(store, telegram, "three"):
        await phone.say("hello")
        await until_stored(store, 2)

    assert conflicts == []


async def test_a_dead_pollers_seat_is_taken_after_its_lease(store: Store) -> None:
    async with store.writing() as work:
        first = await bots.take_seat(work, cast.BOT, bots.Duty.POLLER, owner="dead", lease=timedelta(seconds=0.3))
    async with store.writing() as work:
        too_early = await bots.take_seat(work, cast.BOT, bots.Duty.POLLER, owner="next", lease=timedelta(seconds=5))
    await asyncio.sleep(0.5)
    async with store.writing() as work:
        later = await bots.take_seat(work, cast.BOT, bots.Duty.POLLER, owner="next", lease=timedelta(seconds=5))

    assert (first, too_early, later) == (True, False, True)


async def test_a_409_that_lasts_ends_the_process(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "STRANGER", 1.0)
    await simulated.fault("conflict", method="getUpdates", times=None)

    with pytest.raises(poller.Displaced, match="with this token"):
        await asyncio.wait_for(poller.Poller(store, telegram, owner="here").run(), 15)


async def test_a_token_that_is_refused_is_told_in_one_sentence(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "REVOKED", 1.0)
    await simulated.fault("unauthorized", method="getUpdates", times=None)

    with pytest.raises(errors.Unusable, match="REMINDERBOT_TOKEN"):
        await asyncio.wait_for(poller.Poller(store, telegram, owner="here").run(), 15)


async def test_an_outage_is_survived_and_counts_as_polls_that_returned(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, phone: client.Phone
) -> None:
    await simulated.fault("server_error", method="getUpdates", times=2)

    async with polling(store, telegram):
        async with asyncio.timeout(5):
            while True:
                async with store.reading() as work:
                    returned = (await bots.polls(work, cast.BOT)).returned
                if returned is not None:
                    break
                await asyncio.sleep(0.02)
        early = await stored(store)
        await until_stored(store, 1)

    assert early == []


async def test_a_hung_poll_does_not_count_as_returned(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "POLL_MARGIN", 0.2)
    monkeypatch.setattr(poller, "FIRST_WAIT", 0.0)
    await simulated.fault("hang", method="getUpdates", seconds=3.0)

    await poller.Poller(store, telegram, owner="here")._poll_once()

    async with store.reading() as work:
        assert (await bots.polls(work, cast.BOT)).returned is None


KILLED = """
import asyncio, os, signal, sys
from reminderbot.gateway import poller, transport
from reminderbot.store import bots, inbox, vault
from reminderbot.store.work import Store

async def main():
    url, telegram_url, token, master, moment = sys.argv[1:]
    store = await Store.open(url, vault.Masters.read(master))
    async with store.writing() as work:
        await bots.ensure(work, int(token.partition(":")[0]))
    telegram = transport.Transport(token, telegram_url, poll_seconds=1)
    await telegram.open()
    keep = inbox.keep
    async def kept(*given):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return await keep(*given)
    inbox.keep = kept
    one = poller.Poller(store, telegram, owner="child")
    await one._poll_once()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_sigkill_around_the_commit_loses_no_update(
    moment: str,
    url: str,
    masters: vault.Masters,
    telegram_url: str,
    phone: client.Phone,
    telegram: transport.Transport,
) -> None:
    master = base64.urlsafe_b64encode(masters.active.secret).decode()
    await phone.say("do not lose me")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, telegram_url, server.TOKEN, master, moment
    )
    assert await child.wait() == -9

    store = await Store.open(url, masters)
    async with polling(store, telegram):
        found = await until_stored(store, 2)
    await store.close()

    assert len(found) == len(set(found)) == 2


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        ({"message": {"chat": {"id": 5}}}, 5),
        ({"edited_message": {"chat": {"id": -100}}}, -100),
        ({"my_chat_member": {"chat": {"id": 5}}}, 5),
        ({"callback_query": {"from": {"id": 5}, "message": {"chat": {"id": 9}}}}, 9),
        ({"callback_query": {"from": {"id": 5}}}, 5),
        ({"poll": {"id": "1"}}, None),
        ({"message": "nonsense"}, None),
        ({"message": {"chat": {"id": "five"}}}, None),
        ({"message": {"chat": {"id": 2**70}}}, None),
        ({"callback_query": "nonsense"}, None),
    ],
)
def test_an_update_belongs_to_the_chat_it_came_from(raw: dict[str, object], chat: int | None) -> None:
    assert receiving.chat_of(raw) == chat
