"""The protocol step by step, on both databases: claims, holds read again at the intent, fence, lapse, resend."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from reminderbot.delivery import claiming, courier
from reminderbot.gateway import meaning
from reminderbot.planning import life
from reminderbot.services import access, stopping, treatments
from reminderbot.simulator import client
from reminderbot.store import bots, chats, reminders, tables
from reminderbot.store import ready as readies
from tests.delivery import cast

ACCEPTED = meaning.accepted({"message_id": 7})
GONE = timedelta(seconds=-1)  # a lease that has lapsed already


async def intended(house: cast.House, owner: str = "here") -> courier.Intent:
    """Bring the one due reminder to SENDING."""
    [claimed] = await house.claim(owner)
    intent = await house.courier(owner).intend(claimed)
    assert intent is not None
    return intent


async def look_again(house: cast.House, owner: str = "next") -> list[claiming.Claimed]:
    """Do what a look of the dispatcher does."""
    async with house.store.writing() as work:
        now, lease = house.clock.now(), timedelta(seconds=30)
        await claiming.take_back(work, now)
        await reminders.expire_useless(work, now=now)
        return await claiming.claim(work, cast.BOT, claiming.Turns(), owner=owner, now=now, lease=lease, limit=10)


async def lapse(house: cast.House, id: str) -> None:
    """Let the lease of a reminder run out."""
    await house.change(tables.reminders, id, lease_until=datetime(2020, 1, 1, tzinfo=cast.NOON.tzinfo))


async def test_ten_claims_at_once_get_every_reminder_once(house: cast.House) -> None:
    ids = {await cast.reminder(house.store, await cast.patient(house.store, 100 + n)) for n in range(20)}

    batches = await asyncio.gather(*(house.claim(f"owner {n}", limit=4) for n in range(10)))

    claimed = [each.claimed.ready.id for batch in batches for each in batch]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= ids


async def test_every_claim_names_its_own_chat(house: cast.House) -> None:
    patients = [await cast.patient(house.store, 100 + number) for number in range(4)]
    chats = {await cast.reminder(house.store, each): each.chat_id for each in patients}

    claimed = await house.claim(limit=4)

    assert {each.claimed.ready.id: each.claimed.ready.chat_id for each in claimed} == chats


async def test_clinics_take_turns(house: cast.House) -> None:
    large, small = await cast.clinic(house.store), await cast.clinic(house.store)
    for number in range(12):
        many = await cast.patient(house.store, 100 + number, clinic_id=large)
        await cast.reminder(house.store, many, due_at=cast.NOON - timedelta(hours=1))
    few = [await cast.patient(house.store, 200 + number, clinic_id=small) for number in range(2)]
    late = {await cast.reminder(house.store, each) for each in few}

    claimed = await house.claim(limit=4)

    assert late <= {each.claimed.ready.id for each in claimed}


@pytest.mark.parametrize(
    ("table", "whose", "change"),
    [
        pytest.param(tables.chats, "chat_id", {"consented_at": None}, id="consent withdrawn"),
        pytest.param(tables.chats, "chat_id", {"blocked_at": cast.NOON}, id="blocked"),
        pytest.param(tables.patients, "id", {"stopped_at": cast.NOON}, id="stopped"),
        pytest.param(tables.patients, "id", {"paused_until": cast.NOON + timedelta(days=1)}, id="paused"),
    ],
)
async def test_a_hold_that_came_after_the_claim_keeps_the_reminder_planned(
    house: cast.House, table: Any, whose: str, change: dict[str, Any]
) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    await house.change(table, getattr(ana, whose), **change)

    intent = await house.courier().intend(claimed)

    assert intent is None
    assert await house.state(id) == (life.State.PLANNED, None)
    assert await house.claim() == []


async def test_an_unbound_chat_gets_nothing(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    async with house.store.writing() as work:
        await work.run(tables.bindings.update().values(ended_at=cast.NOON))

    assert await house.courier().intend(claimed) is None
    assert await house.state(id) == (life.State.PLANNED, None)


async def test_a_cancelled_treatment_sends_nothing_more(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    await house.change(tables.treatments, ana.treatment_id, state="cancelled")

    assert await house.courier().intend(claimed) is None
    assert await house.state(id) == (life.State.CANCELLED, life.Reason.SESSION_CANCELLED)


async def test_a_stop_between_claim_and_intent_is_obeyed(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    async with house.store.writing() as work:
        await stopping.stop(work, access.Person(ana.chat_id), now=cast.NOON)

    assert await house.courier().intend(claimed) is None
    assert await house.state(id) == (life.State.CANCELLED, life.Reason.STOPPED)


async def test_of_a_stop_and_an_intent_at_once_no_intent_commits_after_the_stop(house: cast.House) -> None:
    for number in range(12):
        ana = await cast.patient(house.store, 100 + number)
        id = await cast.reminder(house.store, ana)
        [claimed] = await house.claim()

        async def stop(who: cast.Patient = ana) -> stopping.Stopped:
            async with house.store.writing() as work:
                return await stopping.stop(work, access.Person(who.chat_id), now=cast.NOON)

        intent, stopped = await asyncio.gather(house.courier().intend(claimed), stop())

        state = (await house.row(id)).state
        assert (intent is None, stopped.on_the_way) in [(True, 0), (False, 1)]
        assert state == (life.State.CANCELLED if intent is None else life.State.SENDING)


async def test_a_treatment_that_is_cancelled_by_its_patient_is_not_sent(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    async with house.store.writing() as work:
        await treatments.cancel(work, access.Person(ana.chat_id), ana.treatment_id, now=cast.NOON)

    assert await house.courier().intend(claimed) is None
    assert (await house.row(id)).state == life.State.CANCELLED


async def test_quiet_hours_are_the_patients_own_zones(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1, zone="Pacific/Auckland", quiet_from=time(0), quiet_to=time(8))
    id = await cast.reminder(house.store, ana, useful_until=cast.NOON + timedelta(days=1))  # noon is 01:00 for Ana

    assert await house.claim() == []
    assert (await house.row(id)).due_at == cast.NOON + timedelta(hours=7)
    async with house.store.reading() as work:
        event = (await work.run(select(tables.events).where(tables.events.c.reminder_id == id))).one()
    assert (event.kind, event.reason, event.due_before) == ("held", life.Reason.QUIET_HOURS, cast.NOON)


async def test_quiet_hours_that_began_after_the_claim_are_kept(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1, quiet_from=time(12, 1), quiet_to=time(13))
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    house.clock.wind(timedelta(minutes=2))

    assert await house.courier().intend(claimed) is None
    assert (await house.row(id)).due_at == cast.NOON + timedelta(hours=1)


async def test_a_claim_of_those_who_may_not_hear_now_leaves_nothing_claimed(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1, quiet_from=time(11), quiet_to=time(21))
    short = await cast.reminder(house.store, ana)
    other = await cast.reminder(
        house.store, await cast.treatment(house.store, ana), useful_until=cast.NOON + timedelta(days=1)
    )

    assert await house.claim() == []
    assert await house.state(short) == (life.State.EXPIRED, life.Reason.QUIET_HOURS)
    assert await house.state(other) == (life.State.PLANNED, None)


async def overtaken_by_a_short_one(house: cast.House) -> tuple[str, str]:
    """Have a step that is useful for a day overtaken by one that is over at one o'clock, and that one given back."""
    ana = await cast.patient(house.store, 1)
    early, late = (timedelta(hours=-each) for each in (2, 1))
    long = await cast.reminder(house.store, ana, due_at=cast.NOON + early, useful_until=cast.NOON + timedelta(days=1))
    short = await cast.reminder(
        house.store, ana, "day-2", due_at=cast.NOON + late, useful_until=cast.NOON + timedelta(hours=1)
    )
    claimed = await house.claim()
    await house.courier().give_back(claimed)
    assert await house.state(long) == (life.State.EXPIRED, life.Reason.OVERTAKEN)
    return long, short


async def test_a_step_has_its_turn_again_when_what_overtook_it_ends_unsaid(house: cast.House) -> None:
    long, short = await overtaken_by_a_short_one(house)
    house.clock.wind(timedelta(hours=2))

    claimed = await look_again(house)

    assert [each.ready.id for each in claimed] == [long]
    assert await house.state(short) == (life.State.EXPIRED, life.Reason.TOO_LATE)


async def test_a_step_stays_overtaken_by_what_was_said(house: cast.House) -> None:
    long, _ = await overtaken_by_a_short_one(house)
    courier = house.courier()
    [claimed] = await house.claim()
    intent = await courier.intend(claimed)
    assert intent is not None
    await courier.record(intent, ACCEPTED)
    house.clock.wind(timedelta(hours=2))

    assert await look_again(house) == []
    assert await house.state(long) == (life.State.EXPIRED, life.Reason.OVERTAKEN)


async def test_an_intent_after_the_lease_has_lapsed_is_refused(house: cast.House) -> None:
    await cast.reminder(house.store, await cast.patient(house.store, 1))
    [claimed] = await house.claim(lease=GONE)

    assert await house.courier().intend(claimed) is None


async def test_an_intent_of_another_owner_is_refused(house: cast.House) -> None:
    await cast.reminder(house.store, await cast.patient(house.store, 1))
    [claimed] = await house.claim("one")

    assert await house.courier("two").intend(claimed) is None


async def test_the_row_keeps_language_and_body_sealed_from_the_intent_on(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    await intended(house)

    row = await house.row(id)
    async with house.store.reading() as work:
        patient = (await work.run(select(tables.patients).where(tables.patients.c.id == ana.id))).one()
        key = await work.key(patient.key_id)
        assert key is not None
    assert id.encode() not in row.body
    assert key.open(row.body, table="reminders", row=id, column="body") == id


async def test_a_claim_whose_sender_died_is_planned_again_and_costs_nothing(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    await house.claim("dead", lease=GONE)

    [again] = await look_again(house)

    assert again.ready.id == id
    assert await house.outcomes(id) == []


async def test_a_sender_that_died_on_the_way_costs_the_one_resend_and_then_it_is_unconfirmed(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "PATIENCE", timedelta(0))
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    for _ in range(2):
        await intended(house)
        await lapse(house, id)
        async with house.store.writing() as work:
            await claiming.take_back(work, cast.NOON)

    row = await house.row(id)
    assert (row.state, row.reason, row.resends) == (life.State.UNCONFIRMED, life.Reason.NO_ANSWER, 1)
    assert await house.outcomes(id) == ["unknown", "unknown"]


async def test_without_a_budget_a_sender_that_died_leaves_it_unconfirmed(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1), budget=0)
    await intended(house)
    await lapse(house, id)

    await look_again(house)

    assert await house.state(id) == (life.State.UNCONFIRMED, life.Reason.NO_ANSWER)


async def test_a_sender_that_wakes_up_late_overwrites_nothing(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "PATIENCE", timedelta(0))
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    frozen = await intended(house, "frozen")
    await lapse(house, id)
    async with house.store.writing() as work:
        await claiming.take_back(work, cast.NOON)
    await intended(house, "next")

    fits = await house.courier("frozen").record(frozen, ACCEPTED)

    row = await house.row(id)
    assert (fits, row.state, row.attempts) == (False, life.State.SENDING, 2)
    assert await house.outcomes(id) == ["unknown", None]


async def test_the_answer_of_the_latest_attempt_counts(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    intent = await intended(house)

    fits = await house.courier().record(intent, ACCEPTED)

    assert fits
    assert ((await house.row(id)).state, (await house.row(id)).message_id) == (life.State.SENT, 7)


async def test_one_that_may_have_arrived_ends_unconfirmed_when_it_is_no_longer_useful(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    intent = await intended(house)
    await house.courier().record(intent, meaning.Answer(meaning.Outcome.UNKNOWN))
    house.clock.wind(timedelta(hours=9))

    await look_again(house)

    assert await house.state(id) == (life.State.UNCONFIRMED, life.Reason.NO_ANSWER)


async def test_an_erased_chat_is_held(house: cast.House) -> None:
    ana = await cast.patient(house.store, 1)
    id = await cast.reminder(house.store, ana)
    [claimed] = await house.claim()
    async with house.store.writing() as work:
        row = await chats.get(work, ana.chat_id)
        assert row is not None
        await work.destroy_key(row.key_id)

    assert await house.courier().intend(claimed) is None
    assert (await house.row(id)).state == life.State.PLANNED


async def test_overdue_counts_what_is_due_and_not_held(house: cast.House) -> None:
    ana, stopped = await cast.patient(house.store, 1), await cast.patient(house.store, 2, stopped_at=cast.NOON)
    await cast.reminder(house.store, ana, due_at=cast.NOON - timedelta(minutes=5))
    await cast.reminder(house.store, ana, "day-2", due_at=cast.NOON + timedelta(hours=1))
    await cast.reminder(house.store, stopped)

    async with house.store.reading() as work:
        overdue = await reminders.overdue_now(work, cast.NOON)

    assert overdue == reminders.Overdue(cast.NOON - timedelta(minutes=5), 1)


async def test_a_look_says_when_something_will_be_due(house: cast.House, simulated: client.Simulated) -> None:
    ana = await cast.patient(house.store, 1)
    await cast.reminder(house.store, ana, due_at=cast.NOON + timedelta(hours=1))

    async with house.store.reading() as work:
        look = await reminders.look(work, cast.BOT, cast.NOON)

    assert (look.busy, look.due, look.wake) == (False, cast.NOON + timedelta(hours=1), None)


async def test_a_fault_is_counted_and_the_third_parks(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    house.words.broken.add(id)
    states = []
    for _ in range(3):
        await house.change(tables.reminders, id, retry_at=None)
        [claimed] = await house.claim()
        await house.courier().intend(claimed)
        states.append((await house.row(id)).state)

    assert states == [life.State.PLANNED, life.State.PLANNED, life.State.PARKED]
    assert await house.outcomes(id) == []


async def test_a_database_that_fails_while_a_reminder_is_made_is_no_fault_of_the_reminder(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    house.words.unserved.add(id)
    [claimed] = await house.claim()

    with pytest.raises(DBAPIError):
        await house.courier().intend(claimed)

    row = await house.row(id)
    assert (row.state, row.faults) == (life.State.CLAIMED, 0)


async def test_a_hold_reads_the_row_only_while_it_is_ours(house: cast.House) -> None:
    await cast.reminder(house.store, await cast.patient(house.store, 1))
    [claimed] = await house.claim("one")

    async with house.store.writing() as work:
        assert await readies.again(work, claimed.claimed.ready.id, owner="two") is None


CHANGES = [
    pytest.param(tables.patients, "id", {"language": "es"}, id="language"),
    pytest.param(tables.patients, "id", {"zone": "Europe/Madrid"}, id="zone"),
    pytest.param(tables.patients, "id", {"quiet_from": time(22)}, id="quiet hours"),
    pytest.param(tables.treatments, "treatment_id", {"version": 2, "at": time(10)}, id="session moved"),
    pytest.param(tables.clinics, "clinic_id", {"phone": "+34 911 111 111"}, id="phone of the clinic"),
]


@pytest.mark.parametrize(("table", "whose", "change"), CHANGES)
async def test_a_text_whose_ground_has_changed_since_it_was_prepared_is_made_anew(
    house: cast.House, table: Any, whose: str, change: dict[str, Any]
) -> None:
    ana = await cast.patient(house.store, 1, clinic_id=await cast.clinic(house.store))
    await cast.reminder(house.store, ana)
    [prepared] = await house.claim()
    await house.change(table, getattr(ana, whose), **change)
    before = len(house.words.made)

    intent = await house.courier().intend(prepared)

    assert intent is not None
    assert len(house.words.made) == before + 1
    assert all(getattr(intent.ready, name, value) == value for name, value in change.items() if name != "phone")


async def test_what_has_not_changed_goes_as_it_was_prepared(house: cast.House) -> None:
    await cast.reminder(house.store, await cast.patient(house.store, 1))
    [prepared] = await house.claim()

    intent = await house.courier().intend(prepared)

    assert intent is not None
    assert len(house.words.made) == 1


async def test_a_bot_that_was_paused_meanwhile_sends_nothing(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    [prepared] = await house.claim()
    async with house.store.writing() as work:
        await bots.pause(work, cast.BOT, timedelta(minutes=1))

    assert await house.courier().intend(prepared) is None
    assert await house.state(id) == (life.State.PLANNED, None)


async def two_treatments(house: cast.House) -> tuple[cast.Patient, str, str]:
    """Have Ana two sessions, each with an overdue reminder; return hers, the later and the earlier one."""
    ana = await cast.patient(house.store, 1)
    other = await cast.treatment(house.store, ana)
    later = await cast.reminder(house.store, ana)
    earlier = await cast.reminder(house.store, other, "day-7", due_at=cast.NOON - timedelta(hours=1))
    return ana, later, earlier


async def test_overdue_steps_of_two_sessions_are_said_in_one_message(house: cast.House) -> None:
    _, later, earlier = await two_treatments(house)
    [prepared] = await house.claim()
    intent = await house.courier().intend(prepared)
    assert intent is not None

    await house.courier().record(intent, ACCEPTED)

    merged = await house.row(earlier)
    assert (await house.state(later), await house.state(earlier)) == (
        (life.State.SENT, None),
        (life.State.MERGED, None),
    )
    assert merged.merged_into == later
    assert {later, earlier} <= set(str(intent.params["text"]).split())
    assert await house.outcomes(earlier) == []


async def test_what_was_to_be_said_together_is_planned_again_when_nothing_arrived(house: cast.House) -> None:
    _, later, earlier = await two_treatments(house)
    [prepared] = await house.claim()
    intent = await house.courier().intend(prepared)
    assert intent is not None

    await house.courier().record(intent, meaning.Answer(meaning.Outcome.NOT_SENT))

    assert (await house.row(earlier)).merged_into is None
    assert {(await house.row(id)).state for id in (later, earlier)} == {life.State.PLANNED}


async def test_what_was_said_together_goes_by_itself_when_nobody_knows(house: cast.House) -> None:
    _, later, earlier = await two_treatments(house)
    [prepared] = await house.claim()
    intent = await house.courier().intend(prepared)
    assert intent is not None

    await house.courier().record(intent, meaning.Answer(meaning.Outcome.UNKNOWN))

    both = [await house.row(id) for id in (later, earlier)]
    assert [(row.state, row.resends, row.merged_into) for row in both] == [(life.State.PLANNED, 1, None)] * 2


async def test_what_was_said_together_goes_by_itself_when_the_sender_is_lost(house: cast.House) -> None:
    _, later, earlier = await two_treatments(house)
    [prepared] = await house.claim()
    assert await house.courier().intend(prepared) is not None
    await lapse(house, later)

    await look_again(house)

    both = [await house.row(id) for id in (later, earlier)]
    assert [(row.state, row.resends, row.merged_into) for row in both] == [(life.State.PLANNED, 1, None)] * 2


async def test_what_allows_no_second_copy_stays_with_the_message_that_may_have_said_it(house: cast.House) -> None:
    _, later, earlier = await two_treatments(house)
    for id in (later, earlier):
        await house.change(tables.reminders, id, budget=0)
    [prepared] = await house.claim()
    intent = await house.courier().intend(prepared)
    assert intent is not None

    await house.courier().record(intent, meaning.Answer(meaning.Outcome.UNKNOWN))

    assert [(await house.row(id)).state for id in (later, earlier)] == [life.State.UNCONFIRMED, life.State.MERGED]


async def test_a_session_cancelled_meanwhile_is_not_said_along(house: cast.House) -> None:
    _, later, earlier = await two_treatments(house)
    [prepared] = await house.claim()
    await house.change(tables.treatments, (await house.row(earlier)).treatment_id, state="cancelled")

    intent = await house.courier().intend(prepared)

    assert intent is not None
    assert intent.params["text"] == later
    assert (await house.row(earlier)).state == life.State.PLANNED


async def test_a_claim_freed_from_the_dead_is_told_in_the_reminders_story(house: cast.House) -> None:
    id = await cast.reminder(house.store, await cast.patient(house.store, 1))
    await house.claim("dead", lease=GONE)

    await look_again(house)

    async with house.store.reading() as work:
        kinds = (await work.run(select(tables.events.c.kind).where(tables.events.c.reminder_id == id))).scalars().all()
    assert kinds == ["freed"]


def test_turns_go_round_and_share_what_there_is() -> None:
    turns, clinics = claiming.Turns(), ["a", "b", "c"]

    rounds = [turns.shares(clinics, 2) for _ in range(3)]

    assert rounds == [[("a", 1), ("b", 1)], [("c", 1), ("a", 1)], [("b", 1), ("c", 1)]]
    assert claiming.Turns().shares(clinics, 8) == [("a", 3), ("b", 3), ("c", 2)]
    assert claiming.Turns().shares([], 8) == []
