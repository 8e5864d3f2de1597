"""The outbox: owed in the transaction of its cause, sent in order, once more at most, wiped when final."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from reminderbot import clocks
from reminderbot.gateway import gate, pace, seat, sender, transport
from reminderbot.simulator import client
from reminderbot.store import bots, outbox, owed, tables
from reminderbot.store.work import Store
from tests.delivery import cast


@contextlib.asynccontextmanager
async def sending(store: Store, telegram: transport.Transport, owner: str = "here") -> AsyncIterator[None]:
    door = gate.Gate(pace.Limits(reminders=500, total=500, chat=500, burst=100))
    clock = clocks.Clock.starting(cast.NOON)
    post = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.SENDER, owner=owner)
    async with post.kept(), cast.running(sender.Sender(store, telegram, door, clock, post, owner=owner).run()):
        yield


@contextlib.asynccontextmanager
async def unserved(owned: Store) -> AsyncIterator[None]:
    """Take the chats away for a while, so that a row of the outbox is found and cannot be loaded."""
    async with owned.writing() as work:
        await work.run(text("ALTER TABLE chats RENAME TO chats_away"))
    try:
        yield
    finally:
        async with owned.writing() as work:
            await work.run(text("ALTER TABLE chats_away RENAME TO chats"))


async def row(store: Store, id: int) -> Any:
    async with store.reading() as work:
        return (await work.run(select(tables.outbox).where(tables.outbox.c.id == id))).one()


async def settled(store: Store, *ids: int) -> list[str]:
    async with asyncio.timeout(15):
        while {(await row(store, id)).state for id in ids} & {"planned", "sending"}:
            await asyncio.sleep(0.02)
    return [(await row(store, id)).state for id in ids]


async def outcomes(store: Store, id: int) -> list[str]:
    at = tables.attempts.c
    async with store.reading() as work:
        return list((await work.run(select(at.outcome).where(at.outbox_id == id).order_by(at.number))).scalars())


async def test_what_is_owed_arrives_at_once_and_is_wiped(
    store: Store,
    telegram: transport.Transport,
    ana: cast.Patient,
    phone: client.Phone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "LOOK", 60.0)  # so that only the bell can wake the sender in time
    async with sending(store, telegram):
        await asyncio.sleep(0.3)
        id = await cast.owe(store, ana, "Good <b>morning</b>")
        message = await phone.wait_for(lambda each: each.text == "Good morning")
        await settled(store, id)

    kept = await row(store, id)
    assert (kept.state, kept.payload, kept.message_id) == ("sent", None, message.id)
    assert message.preview is False


async def test_a_file_of_text_arrives_as_a_document_with_its_caption(
    store: Store, telegram: transport.Transport, ana: cast.Patient, phone: client.Phone
) -> None:
    params = {"document": {"name": "messages.ics", "text": "BEGIN:VCALENDAR\r\nرسالة"}, "caption": "Here <b>it</b> is"}
    async with sending(store, telegram):
        id = await cast.owe(store, ana, "", method="sendDocument", params=params)
        message = await phone.wait_for(lambda each: each.kind == "document")
        states = await settled(store, id)

    assert (message.text, message.raw["file"]["name"]) == ("Here it is", "messages.ics")
    assert (states, (await row(store, id)).payload) == (["sent"], None)


async def test_replies_of_a_chat_keep_their_order(
    store: Store, telegram: transport.Transport, ana: cast.Patient, phone: client.Phone
) -> None:
    ids = [await cast.owe(store, ana, f"word {n}") for n in range(6)]

    async with sending(store, telegram, "one"), sending(store, telegram, "two"):
        await settled(store, *ids)

    assert [each.text for each in await phone.messages(by="bot")] == [f"word {n}" for n in range(6)]


async def test_replies_that_wait_for_their_retry_take_nobodys_place(store: Store, ana: cast.Patient) -> None:
    others = [await cast.patient(store, 100 + number) for number in range(4)]
    for each in others:
        await cast.owe(store, each, "Later")
    async with store.writing() as work:
        await work.run(update(tables.outbox).values(retry_at=clocks.machine() + timedelta(minutes=1)))
    id = await cast.owe(store, ana, "Now")

    async with store.reading() as work:
        look = await owed.look(work, cast.BOT, limit=4)

    assert [each.id for each in look.owed] == [id]
    assert 50 < (look.wake or 0) <= 60


async def test_a_refused_reply_does_not_hold_up_the_next(
    store: Store, telegram: transport.Transport, ana: cast.Patient
) -> None:
    bad = await cast.owe(store, ana, "a <p>paragraph</p>")
    good = await cast.owe(store, ana, "a line")

    async with sending(store, telegram):
        states = await settled(store, bad, good)

    assert states == ["rejected", "sent"]


async def test_an_answer_to_a_tap_goes_without_a_chat_and_not_when_it_is_stale(
    store: Store, telegram: transport.Transport, ana: cast.Patient, simulated: client.Simulated
) -> None:
    stale = await cast.owe(
        store,
        ana,
        "",
        method="answerCallbackQuery",
        params={"callback_query_id": "1"},
        budget=0,
        useful_for=timedelta(seconds=-1),
    )
    forged = await cast.owe(store, ana, "", method="answerCallbackQuery", params={"callback_query_id": "1"}, budget=0)

    async with sending(store, telegram):
        states = await settled(store, stale, forged)

    calls = await simulated.calls(method="answerCallbackQuery")
    assert states == ["expired", "rejected"]
    assert [call["chat"] for call in calls] == [None]


async def test_an_edit_that_changes_nothing_is_a_success(
    store: Store, telegram: transport.Transport, ana: cast.Patient, phone: client.Phone
) -> None:
    async with sending(store, telegram):
        await settled(store, await cast.owe(store, ana, "Same"))
        message = await phone.last()
        again = await cast.owe(
            store, ana, "", method="editMessageText", params={"message_id": message.id, "text": "Same"}
        )
        gone = await cast.owe(store, ana, "", method="editMessageText", params={"message_id": 99_999, "text": "Other"})
        states = await settled(store, again, gone)

    assert states == ["sent", "rejected"]


@pytest.mark.parametrize(("budget", "state", "copies"), [(1, "sent", 2), (0, "unconfirmed", 1)])
async def test_a_reply_whose_answer_was_lost_goes_once_more_or_not_at_all(
    store: Store,
    telegram: transport.Transport,
    ana: cast.Patient,
    phone: client.Phone,
    simulated: client.Simulated,
    budget: int,
    state: str,
    copies: int,
) -> None:
    await simulated.fault("cut", method="sendMessage", accepted=True)
    id = await cast.owe(store, ana, "Hello", budget=budget)

    async with sending(store, telegram):
        states = await settled(store, id)

    assert states == [state]
    assert [each.text for each in await phone.messages(by="bot")] == ["Hello"] * copies


async def test_a_reply_whose_sender_died_is_sent_from_its_row(
    store: Store, telegram: transport.Transport, ana: cast.Patient
) -> None:
    id = await cast.owe(store, ana, "Hello")
    from reminderbot.store import owed

    async with store.writing() as work:
        taken = await owed.take(work, id)
        assert taken is not None
        await owed.intend(work, taken, owner="dead", lease=timedelta(seconds=-1))

    async with sending(store, telegram):
        await settled(store, id)

    assert await outcomes(store, id) == ["unknown", "accepted"]


async def test_a_429_holds_the_replies_too(
    store: Store, telegram: transport.Transport, ana: cast.Patient, simulated: client.Simulated
) -> None:
    await simulated.fault("too_many", method="sendMessage", seconds=1)
    ids = [await cast.owe(store, ana, f"word {n}") for n in range(2)]
    started = time.monotonic()

    async with sending(store, telegram):
        await settled(store, *ids)

    assert await outcomes(store, ids[0]) == ["wait", "accepted"]
    assert time.monotonic() - started >= 1


async def test_a_reply_to_whoever_blocked_the_bot_is_noted(
    store: Store, telegram: transport.Transport, ana: cast.Patient, simulated: client.Simulated
) -> None:
    await simulated.fault("blocked", method="sendMessage")
    id = await cast.owe(store, ana, "Hello")

    async with sending(store, telegram):
        states = await settled(store, id)

    async with store.reading() as work:
        chat = (await work.run(select(tables.chats).where(tables.chats.c.id == ana.chat_id))).one()
    assert states == ["blocked"]
    assert chat.blocked_at is not None


async def test_a_database_that_fails_while_a_reply_is_loaded_parks_nothing(
    store: Store,
    owned: Store,
    telegram: transport.Transport,
    ana: cast.Patient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "RETRY", timedelta(0))
    id = await cast.owe(store, ana, "Hello")

    async with unserved(owned), sending(store, telegram):
        await asyncio.sleep(0.8)
        faults = (await row(store, id)).faults
    async with sending(store, telegram):
        states = await settled(store, id)

    assert (faults, states) == (0, ["sent"])


async def test_a_farewell_reaches_a_chat_whose_key_is_gone_and_nothing_else_does(
    store: Store, telegram: transport.Transport, ana: cast.Patient, phone: client.Phone
) -> None:
    words = await cast.owe(store, ana, "personal words")
    farewell = await cast.owe(store, ana, "All is erased.", kind=outbox.Kind.FAREWELL)
    async with store.writing() as work:
        chat = (await work.run(select(tables.chats).where(tables.chats.c.id == ana.chat_id))).one()
        await work.destroy_key(chat.key_id)
        erased = update(tables.chats).where(tables.chats.c.id == ana.chat_id)
        await work.run(erased.values(key_id=None, telegram_id=None, telegram_index=None))

    async with sending(store, telegram):
        states = await settled(store, words, farewell)

    assert states == ["cancelled", "sent"]
    assert [each.text for each in await phone.messages(by="bot")] == ["All is erased."]


async def test_nothing_is_owed_to_a_chat_that_does_not_exist(store: Store, ana: cast.Patient) -> None:
    nobody = cast.Patient("", "f" * 32, 0, "", "")

    with pytest.raises(KeyError):
        await cast.owe(store, nobody, "Hello")


async def test_what_is_owed_is_undone_with_its_cause(store: Store, ana: cast.Patient) -> None:
    with contextlib.suppress(RuntimeError):
        async with store.writing() as work:
            await outbox.owe(
                work,
                bot_id=cast.BOT,
                organisation_id=tables.BUILT_IN,
                chat_id=ana.chat_id,
                kind=outbox.Kind.REPLY,
                method="sendMessage",
                params={"text": "never"},
                now=datetime.now(UTC),
            )
            raise RuntimeError("the cause failed")

    async with store.reading() as work:
        assert (await work.run(select(tables.outbox))).all() == []


async def test_what_is_owed_is_sealed(store: Store, ana: cast.Patient) -> None:
    id = await cast.owe(store, ana, "personal words")

    assert b"personal words" not in (await row(store, id)).payload
