"""The loop of reminders, over HTTP against the simulator, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from reminderbot import clocks
from reminderbot.gateway import pace
from reminderbot.planning import life
from reminderbot.simulator import client
from reminderbot.store import bots, tables, work
from tests.delivery import cast


async def test_a_due_reminder_is_sent_and_its_row_keeps_what_was_sent(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    id = await cast.reminder(house.store, ana)

    async with house.dispatching():
        await house.settled(id)

    row = await house.row(id)
    assert (row.state, row.sent_to, row.language, row.sent_at) == ("sent", ana.chat_id, "en", cast.NOON)
    assert row.message_id is not None
    assert await cast.copies(simulated, id) == 1
    assert await house.outcomes(id) == ["accepted"]


async def test_a_reminder_that_is_not_due_waits_for_its_time(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    id = await cast.reminder(house.store, ana, due_at=cast.NOON + timedelta(hours=1))

    async with house.dispatching() as runs:
        await asyncio.sleep(0.5)
        early = await cast.copies(simulated, id)
        house.clock.wind(timedelta(hours=1))
        await runs.wake()
        await house.settled(id, seconds=4)

    assert (early, await cast.copies(simulated, id)) == (0, 1)


async def test_the_ticker_wakes_the_dispatcher_at_the_due_time(house: cast.House, ana: cast.Patient) -> None:
    house.clock = clocks.Clock.starting(cast.NOON, rate=1.0)
    id = await cast.reminder(house.store, ana, due_at=cast.NOON + timedelta(seconds=0.8))

    async with house.dispatching():
        await house.settled(id)

    late = (await house.row(id)).sent_at - (cast.NOON + timedelta(seconds=0.8))
    assert timedelta(0) <= late < timedelta(seconds=0.95)  # the longest sleep is 1 s


async def test_a_reminder_that_is_late_by_four_seconds_is_still_sent(house: cast.House, ana: cast.Patient) -> None:
    id = await cast.reminder(house.store, ana, due_at=cast.NOON - timedelta(seconds=4))

    async with house.dispatching():
        await house.settled(id)

    assert await house.state(id) == ("sent", None)


async def test_a_restart_keeps_everything(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient, url: str
) -> None:
    past = await cast.reminder(house.store, ana)
    coming = await cast.reminder(house.store, ana, "day-2", due_at=cast.NOON + timedelta(hours=2))
    async with house.dispatching("before"):
        await house.settled(past)

    house.clock.wind(timedelta(hours=2))
    async with house.dispatching("after"):
        await house.settled(coming)

    assert [await cast.copies(simulated, id) for id in (past, coming)] == [1, 1]


async def test_quiet_hours_hold_after_an_outage_and_the_morning_sends(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    id = await cast.reminder(house.store, ana, useful_until=cast.NOON + timedelta(days=2))
    house.clock.wind(timedelta(hours=10, minutes=57))

    async with house.dispatching() as runs:
        await house.put_off(id, cast.NOON + timedelta(hours=20))
        at_night = await house.row(id)
        house.clock.wind(timedelta(hours=9, minutes=3))
        await runs.wake()
        await house.settled(id)

    assert at_night.state == "planned"
    assert at_night.due_at == cast.NOON + timedelta(hours=20)
    assert await house.state(id) == ("sent", None)


async def test_a_reminder_whose_useful_time_ends_in_quiet_hours_expires_with_the_reason(
    house: cast.House, ana: cast.Patient
) -> None:
    id = await cast.reminder(house.store, ana, useful_until=cast.NOON + timedelta(hours=12))
    house.clock.wind(timedelta(hours=10))

    async with house.dispatching():
        await house.settled(id)

    assert await house.state(id) == (life.State.EXPIRED, life.Reason.QUIET_HOURS)


async def test_after_an_outage_only_the_latest_useful_step_arrives(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    useless = await cast.reminder(
        house.store, ana, "eve", due_at=cast.NOON - timedelta(days=2), useful_until=cast.NOON - timedelta(days=1)
    )
    early, late = [
        await cast.reminder(house.store, ana, step, due_at=cast.NOON - timedelta(hours=hours))
        for step, hours in (("day-1", 3), ("day-2", 1))
    ]

    async with house.dispatching():
        await house.settled(useless, early, late)

    assert [await house.state(id) for id in (useless, early, late)] == [
        (life.State.EXPIRED, life.Reason.TOO_LATE),
        (life.State.EXPIRED, life.Reason.OVERTAKEN),
        (life.State.SENT, None),
    ]
    assert len(await simulated.sends()) == 1


async def test_a_poisoned_reminder_is_parked_while_the_rest_flows(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await simulated.person("Maria")
    await phone.start()
    maria = await cast.patient(house.store, phone.person)
    poisoned, healthy = await cast.reminder(house.store, ana), await cast.reminder(house.store, maria)
    house.words.broken.add(poisoned)
    monkeypatch.setattr("reminderbot.delivery.courier.RETRY", timedelta(seconds=0.1))

    async with house.dispatching():
        await house.settled(poisoned, healthy)

    assert await house.state(poisoned) == (life.State.PARKED, life.Reason.BROKEN)
    assert await house.state(healthy) == (life.State.SENT, None)


async def test_what_a_killed_sender_had_claimed_goes_as_soon_as_its_seat_is_taken(
    house: cast.House, ana: cast.Patient
) -> None:
    id = await cast.reminder(house.store, ana)
    await house.claim("dead", lease=timedelta(hours=1))

    async with house.dispatching("next"):
        await house.settled(id)

    assert await house.outcomes(id) == ["accepted"]


async def test_a_429_pauses_the_whole_bot_for_every_process(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    await simulated.fault("too_many", method="sendMessage", seconds=2)
    id = await cast.reminder(house.store, ana)

    async with house.dispatching("one"):
        await house.tried(id, "wait")
        paused = await house.row(id)
        claimed_elsewhere = await house.claim("two")
        await house.settled(id)

    assert (paused.state, claimed_elsewhere) == ("planned", [])
    assert await house.outcomes(id) == ["wait", "accepted"]
    assert (await house.row(id)).resends == 0


async def test_a_person_who_blocked_the_bot_is_noted_and_nothing_more_is_tried(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    await simulated.fault("blocked", method="sendMessage", times=None)
    first = await cast.reminder(house.store, ana)
    later = await cast.reminder(house.store, ana, "day-2", due_at=cast.NOON + timedelta(hours=1))

    async with house.dispatching() as runs:
        await house.settled(first)
        house.clock.wind(timedelta(hours=1))
        await runs.wake()
        await asyncio.sleep(0.5)

    assert await house.state(first) == (life.State.BLOCKED, life.Reason.BLOCKED)
    assert await house.outcomes(later) == []


async def test_a_reminder_without_a_chat_waits_and_expires_with_the_reason(house: cast.House) -> None:
    nobody = await cast.patient(house.store, 77, bound=False)
    id = await cast.reminder(house.store, nobody)

    async with house.dispatching() as runs:
        await asyncio.sleep(0.3)
        waiting = await house.state(id)
        house.clock.wind(timedelta(hours=8))
        await runs.wake()
        await house.settled(id)

    assert waiting == (life.State.PLANNED, None)
    assert await house.state(id) == (life.State.EXPIRED, life.Reason.NO_CHAT)


@pytest.mark.parametrize(
    ("budget", "state", "copies", "outcomes"),
    [(1, "sent", 2, ["unknown", "accepted"]), (0, "unconfirmed", 1, ["unknown"])],
)
async def test_an_answer_that_never_came_costs_the_resend_or_ends_unconfirmed(
    house: cast.House,
    simulated: client.Simulated,
    ana: cast.Patient,
    monkeypatch: pytest.MonkeyPatch,
    budget: int,
    state: str,
    copies: int,
    outcomes: list[str],
) -> None:
    monkeypatch.setattr("reminderbot.delivery.claiming.PATIENCE", timedelta(seconds=0.1))
    await simulated.fault("cut", method="sendMessage", accepted=True)
    id = await cast.reminder(house.store, ana, budget=budget)

    async with house.dispatching():
        await house.settled(id)

    assert ((await house.row(id)).state, await house.outcomes(id)) == (state, outcomes)
    assert await cast.copies(simulated, id) == copies


async def test_a_message_that_telegram_refuses_is_rejected_and_the_rest_flows(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    stranger = await cast.patient(house.store, 123_456_789_012)
    refused, fine = await cast.reminder(house.store, stranger), await cast.reminder(house.store, ana)

    async with house.dispatching():
        await house.settled(refused, fine)

    assert await house.state(refused) == (life.State.REJECTED, life.Reason.REFUSED)
    assert await house.state(fine) == (life.State.SENT, None)


async def test_an_outage_costs_no_resend_and_the_reminder_arrives_after_it(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient, telegram_url: str
) -> None:
    id = await cast.reminder(house.store, ana)
    reached = house.telegram
    from reminderbot.gateway import transport
    from reminderbot.simulator import server

    house.telegram = transport.Transport(server.TOKEN, "http://127.0.0.1:1", timeouts=cast.BRISK)
    async with house.dispatching("before"):
        await house.tried(id, "not_sent")
    house.telegram = reached
    async with house.dispatching("after"):
        await house.settled(id)

    tried = await house.outcomes(id)
    assert set(tried[:-1]) == {"not_sent"}
    assert (tried[-1], (await house.row(id)).resends) == ("accepted", 0)


async def test_two_dispatchers_send_every_reminder_once(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    ids = []
    for number in range(12):
        phone = await simulated.person(f"Patient {number}")
        await phone.start()
        ids.append(await cast.reminder(house.store, await cast.patient(house.store, phone.person)))

    async with house.dispatching("one"), house.dispatching("two"):
        await house.settled(*ids)

    assert [await cast.copies(simulated, id) for id in ids] == [1] * 12


async def test_the_pace_is_even_and_never_faster_than_set(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    house.limits = pace.Limits(reminders=10.0, total=12.0)
    ids = []
    for number in range(8):
        phone = await simulated.person(f"Patient {number}")
        await phone.start()
        ids.append(await cast.reminder(house.store, await cast.patient(house.store, phone.person)))

    started = clocks.machine()
    async with house.dispatching():
        await house.settled(*ids)

    assert clocks.machine() - started >= timedelta(seconds=0.65)


async def test_a_stop_of_the_process_gives_claims_and_the_seat_back(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    house.limits = pace.Limits(reminders=2.0, total=2.0)
    ids = []
    for number in range(6):
        phone = await simulated.person(f"Patient {number}")
        await phone.start()
        ids.append(await cast.reminder(house.store, await cast.patient(house.store, phone.person)))
    async with house.dispatching("one"):
        await house.settled(ids[0])

    states = {row.state for row in await house.rows()}
    async with house.store.writing() as visit:
        free = await bots.take_seat(visit, cast.BOT, bots.Duty.SENDER, owner="two", lease=timedelta(seconds=5))
    assert free
    assert states <= {"planned", "sent"}


async def test_the_alarm_of_a_revoked_token_stops_all_sends_and_loses_nothing(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient
) -> None:
    await simulated.fault("unauthorized", method="sendMessage", times=None)
    id = await cast.reminder(house.store, ana)

    async with house.dispatching():
        await house.tried(id, "halt")
        await asyncio.sleep(0.8)

    assert await house.state(id) == (life.State.PLANNED, None)
    assert await house.outcomes(id) == ["halt"]


def test_a_lease_is_longer_than_all_that_it_must_outlast() -> None:
    from reminderbot.gateway import transport

    limits = transport.Timeouts()
    parts = limits.connect + limits.write + limits.read + limits.pool + limits.commit

    assert limits.lease.total_seconds() > parts


async def test_the_ledger_and_the_rows_keep_the_promise(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient, store: work.Store
) -> None:
    from sqlalchemy import func, select

    await simulated.fault("cut", method="sendMessage", accepted=True, times=1)
    id = await cast.reminder(house.store, ana, budget=0)
    async with house.dispatching():
        await house.settled(id)

    at, row = tables.attempts.c, tables.reminders.c
    possible = select(func.count()).where(at.reminder_id == row.id, at.outcome.in_(["accepted", "unknown"]))
    async with store.reading() as visit:
        broken = await visit.run(select(row.id).where(possible.scalar_subquery() > 1 + row.budget))
    assert broken.all() == []
