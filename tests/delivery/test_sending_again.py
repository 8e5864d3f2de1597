"""What a person sends again goes once more, and never oftener than they chose."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from reminderbot.planning import life
from reminderbot.services import access, sending_again
from reminderbot.services.clinics import ClinicView
from reminderbot.simulator import client
from reminderbot.store import figures, tables
from tests.delivery import cast
from tests.web.console import desk


@pytest.fixture
async def clinician(house: cast.House, ana: cast.Patient) -> access.Staff:
    """Somebody of the clinic that looks after Ana."""
    id = await cast.clinic(house.store)
    async with house.store.writing() as work:
        await work.run(update(tables.patients).where(tables.patients.c.id == ana.id).values(clinic_id=id))
    clinic = ClinicView(id, tables.BUILT_IN, "Dr Bea", "", "", "", "UTC", ("en",), "microneedling", None)
    return await desk.employ(house.store, clinic, access.Role.CLINICIAN)


async def over_budget(house: cast.House) -> int:
    """Return how many reminders have more possible copies than their budget allows, as the metric counts them."""
    async with house.store.reading() as work:
        return (await figures.read(work, cast.BOT)).copies_over_budget


async def again(house: cast.House, who: access.Staff, id: str, *, confirmed: bool) -> str:
    async with house.store.writing() as work:
        [result] = await sending_again.send(work, who, [id], confirmed=confirmed, now=house.clock.now())
    return result.outcome


@pytest.mark.parametrize("budget", [0, 1])
async def test_an_unconfirmed_one_goes_once_more_after_a_yes_and_not_by_itself(
    house: cast.House,
    simulated: client.Simulated,
    ana: cast.Patient,
    clinician: access.Staff,
    monkeypatch: pytest.MonkeyPatch,
    budget: int,
) -> None:
    monkeypatch.setattr("reminderbot.delivery.claiming.PATIENCE", timedelta(seconds=0.1))
    await simulated.fault("cut", method="sendMessage", accepted=True, times=budget + 2)
    id = await cast.reminder(house.store, ana, budget=budget)
    async with house.dispatching("first"):
        await house.settled(id)

    refused = await again(house, clinician, id, confirmed=False)
    done = await again(house, clinician, id, confirmed=True)
    async with house.dispatching("second"):
        await house.settled(id)

    assert (refused, done) == ("may_have_arrived", "again")
    assert (await house.row(id)).state == life.State.UNCONFIRMED
    assert await house.outcomes(id) == ["unknown"] * (budget + 2)
    assert await cast.copies(simulated, id) == budget + 2
    assert await over_budget(house) == 0


async def test_a_blocked_one_goes_with_all_its_tries_once_the_chat_is_back(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient, clinician: access.Staff
) -> None:
    await simulated.fault("blocked", method="sendMessage")
    id = await cast.reminder(house.store, ana)
    async with house.dispatching("first"):
        await house.settled(id)
    before = (await house.row(id)).state

    refused = await again(house, clinician, id, confirmed=False)
    async with house.store.writing() as work:
        await work.run(update(tables.chats).where(tables.chats.c.id == ana.chat_id).values(blocked_at=None))
    done = await again(house, clinician, id, confirmed=False)
    async with house.dispatching("second"):
        await house.settled(id)

    assert (before, refused, done) == (life.State.BLOCKED, "blocked", "again")
    row = await house.row(id)
    assert (row.state, row.budget, row.resends) == (life.State.SENT, 1, 0)
    assert await cast.copies(simulated, id) == 1


async def test_two_who_send_it_again_at_once_send_it_once(
    house: cast.House, simulated: client.Simulated, ana: cast.Patient, clinician: access.Staff
) -> None:
    id = await cast.reminder(house.store, ana, state=life.State.PARKED)

    outcomes = [await again(house, clinician, id, confirmed=True) for _ in range(2)]
    async with house.dispatching():
        await house.settled(id)

    assert outcomes == ["again", "not_failed"]
    assert await cast.copies(simulated, id) == 1
    async with house.store.reading() as work:
        event = select(func.count()).where(tables.events.c.reminder_id == id, tables.events.c.kind == "retried")
        assert (await work.run(event)).scalar_one() == 1
