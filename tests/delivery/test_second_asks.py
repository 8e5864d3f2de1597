"""The second ask on its way: planned with the record of the first, ended by what answers it, never a third message."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from reminderbot.delivery import courier
from reminderbot.gateway import meaning
from reminderbot.planning import life
from reminderbot.services import access, checkins, privacy, stopping, treatments, worries
from reminderbot.store import tables
from tests.delivery import cast

ACCEPTED = meaning.accepted({"message_id": 7})
AFTER = timedelta(hours=3)


@pytest.fixture(autouse=True)
def asks_again(house: cast.House) -> None:
    house.words.asks_again_after = AFTER


async def intended(house: cast.House) -> courier.Intent:
    [prepared] = await house.claim()
    intent = await house.courier().intend(prepared)
    assert intent is not None
    return intent


async def asked(house: cast.House, ana: cast.Patient) -> str:
    """Send the first ask; return its id."""
    id = await cast.reminder(house.store, ana)
    await house.courier().record(await intended(house), ACCEPTED)
    return id


async def again(house: cast.House) -> Any:
    """Return the row of the second ask; None if there is none."""
    async with house.store.reading() as work:
        return (await work.run(select(tables.reminders).where(tables.reminders.c.round == 2))).one_or_none()


async def answers(house: cast.House, ana: cast.Patient, id: str, said: str = "ok") -> checkins.Answered:
    async with house.store.writing() as work:
        return await checkins.answer(work, access.Person(ana.chat_id), id, "skin", said, now=house.clock.now())


async def test_a_first_ask_that_arrived_plans_the_second_once_and_the_second_plans_no_third(
    house: cast.House, ana: cast.Patient
) -> None:
    await asked(house, ana)
    row = await again(house)
    assert (row.state, row.due_at, row.message_key) == (life.State.PLANNED, cast.NOON + AFTER, "checkin.again")
    assert (row.budget, row.useful_until) == (0, cast.NOON + timedelta(hours=8))

    house.clock.wind(AFTER)
    await house.courier().record(await intended(house), ACCEPTED)

    assert (await again(house)).state == life.State.SENT
    assert sorted(row.round for row in await house.rows()) == [1, 2]


async def test_a_first_ask_whose_end_is_not_known_is_not_asked_again(house: cast.House, ana: cast.Patient) -> None:
    await cast.reminder(house.store, ana, budget=0)

    await house.courier().record(await intended(house), meaning.Answer(meaning.Outcome.UNKNOWN))

    assert await again(house) is None


@pytest.mark.parametrize("said", ["ok", "worried"])
async def test_an_answer_that_came_before_the_record_leaves_nothing_to_ask(
    house: cast.House, ana: cast.Patient, said: str
) -> None:
    id = await cast.reminder(house.store, ana)
    intent = await intended(house)
    await answers(house, ana, id, said)

    await house.courier().record(intent, ACCEPTED)

    assert await again(house) is None


@pytest.mark.parametrize(
    ("table", "whose", "change"),
    [
        pytest.param(tables.treatments, "treatment_id", {"version": 2}, id="moved"),
        pytest.param(tables.treatments, "treatment_id", {"state": "cancelled"}, id="called off"),
        pytest.param(tables.patients, "id", {"stopped_at": cast.NOON}, id="stopped"),
    ],
)
async def test_what_changed_while_the_first_was_on_its_way_leaves_nothing_to_ask(
    house: cast.House, ana: cast.Patient, table: Any, whose: str, change: dict[str, Any]
) -> None:
    await cast.reminder(house.store, ana)
    intent = await intended(house)
    await house.change(table, getattr(ana, whose), **change)

    await house.courier().record(intent, ACCEPTED)

    assert await again(house) is None


async def test_an_answer_between_the_claim_and_the_intent_keeps_the_second_ask_back(
    house: cast.House, ana: cast.Patient
) -> None:
    first = await asked(house, ana)
    house.clock.wind(AFTER)
    [prepared] = await house.claim()
    await answers(house, ana, first)

    assert await house.courier().intend(prepared) is None
    assert await house.state((await again(house)).id) == (life.State.SKIPPED, life.Reason.ANSWERED)


async def test_an_answer_while_the_second_ask_is_on_its_way_keeps_it_from_being_tried_again(
    house: cast.House, ana: cast.Patient
) -> None:
    first = await asked(house, ana)
    house.clock.wind(AFTER)
    intent = await intended(house)
    await answers(house, ana, first)
    await house.courier().record(intent, meaning.Answer(meaning.Outcome.NOT_SENT))
    await house.change(tables.reminders, intent.ready.id, retry_at=None)

    assert await house.claim() == []
    assert await house.state(intent.ready.id) == (life.State.SKIPPED, life.Reason.ANSWERED)


async def test_an_answer_on_the_second_is_the_answer_of_both(house: cast.House, ana: cast.Patient) -> None:
    first = await asked(house, ana)
    house.clock.wind(AFTER)
    await house.courier().record(await intended(house), ACCEPTED)

    given = await answers(house, ana, (await again(house)).id)
    later = await answers(house, ana, first, "worried")

    assert given.is_first
    assert (later.answer, later.is_first) == (checkins.Answer.OK, False)
    async with house.store.reading() as work:
        assert list((await work.run(select(tables.check_ins.c.reminder_id))).scalars()) == [first]


@pytest.mark.parametrize("deed", ["worry", "stop", "move", "cancel", "erase"])
async def test_a_worry_a_stop_a_move_a_cancellation_and_an_erasure_end_the_second_ask(
    house: cast.House, ana: cast.Patient, deed: str
) -> None:
    await asked(house, ana)
    who, now = access.Person(ana.chat_id), house.clock.now()
    async with house.store.writing() as work:
        if deed == "worry":
            await worries.raise_(work, who, now=now)
        elif deed == "stop":
            await stopping.stop(work, who, now=now)
        elif deed == "move":
            day = (now + timedelta(days=3)).date()
            await treatments.move(work, who, ana.treatment_id, day=day, at=now.time(), now=now)
        elif deed == "erase":
            await privacy.erase(work, who, now=now)
        else:
            await treatments.cancel(work, who, ana.treatment_id, now=now)

    row = await again(house)

    assert (row.state, row.reason) == {
        "worry": ("skipped", "answered"),
        "stop": ("cancelled", "stopped"),
        "move": ("skipped", "moved"),
        "erase": ("cancelled", "erased"),
        "cancel": ("cancelled", "session_cancelled"),
    }[deed]
    house.clock.wind(AFTER)
    assert await house.claim() == []
