"""What the bot tells a patient when the clinic has changed something: once, in their language, if they can have it."""

import dataclasses
import json
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, invites, preferences, telling, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


@dataclasses.dataclass
class Joined:
    """Ana, a patient of Dr Bea's, her chat joined; and somebody of the front desk."""

    person: access.Person
    staff: access.Staff
    treatment_id: str
    patient_id: str


@pytest.fixture
async def joined(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> Joined:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
        await preferences.set_language(work, ana, "es", catalog=catalog)
        view = await treatments.get(work, ana, invite.treatment_id)
    staff = access.Staff("s" * 32, bea.organisation_id, bea.id, access.Role.DESK)
    return Joined(ana, staff, invite.treatment_id, view.patient_id)


async def owed(store: works.Store) -> list[dict[str, Any]]:
    """Return the calls that wait in the outbox."""
    async with store.reading() as work:
        found = (await work.run(select(tables.outbox).order_by(tables.outbox.c.id))).all()
        keys = [await work.key(row.key_id) for row in found]
        return [
            json.loads(key.open(row.payload, table="outbox", row=row.id, column="payload"))["params"]
            for key, row in zip(keys, found, strict=True)
            if key is not None
        ]


async def moved(store: works.Store, joined: Joined, catalog: catalogs.Catalog, clock: clocks.Clock) -> bool:
    """Move Ana's session to Friday, and tell her."""
    now, friday = clock.now(), date(2026, 11, 27)
    given = {"catalog": catalog, "bot_id": cast.BOT, "now": now, "machine_now": clocks.machine()}
    async with store.writing() as work:
        done = await treatments.move(work, joined.staff, joined.treatment_id, day=friday, at=time(10), now=now)
        return await telling.moved(work, joined.staff, done, **given)


async def test_a_moved_session_is_told_in_the_patients_language_with_what_moves_and_what_stays(
    store: works.Store, joined: Joined, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.sent(store, joined.treatment_id, "eve", now=clock.now())

    is_told = await moved(store, joined, catalog, clock)

    [call] = await owed(store)
    assert is_told
    assert call["text"].startswith("Bea Skin ha cambiado tu sesión. Ahora es el <b>viernes 27 de noviembre, 10:00</b>")
    assert "• 1 ya te llegó. No se repite." in call["text"]
    assert call["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "timeline"
    assert call["protect_content"]


async def test_the_second_of_two_clicks_tells_nothing(
    store: works.Store, joined: Joined, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    assert await moved(store, joined, catalog, clock)

    assert not await moved(store, joined, catalog, clock)
    assert len(await owed(store)) == 1


async def test_who_shares_a_chat_is_told_whose_session_it_is(
    store: works.Store, joined: Joined, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    other = await cast.invite(store, bea, catalog, now=clock.now(), name="Lucía")
    async with store.writing() as work:
        await invites.confirm(work, joined.person, other.invite_id, other.desk_code, now=clock.now())

    await moved(store, joined, catalog, clock)

    assert "la sesión de Ana García" in (await owed(store))[0]["text"]


@pytest.mark.parametrize(("table", "column"), [("patients", "stopped_at"), ("chats", "blocked_at")])
async def test_nobody_is_written_to_who_stopped_or_blocked(
    store: works.Store, joined: Joined, catalog: catalogs.Catalog, clock: clocks.Clock, table: str, column: str
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.metadata.tables[table]).values({column: clock.now()}))

    assert not await moved(store, joined, catalog, clock)
    assert await owed(store) == []


async def test_in_quiet_hours_it_makes_no_sound(
    store: works.Store, joined: Joined, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    clock.wind(cast.at(23, 21) - clock.now())

    await moved(store, joined, catalog, clock)

    assert (await owed(store))[0]["disable_notification"]


async def test_a_cancelled_session_is_told(
    store: works.Store, joined: Joined, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    given = {"catalog": catalog, "bot_id": cast.BOT, "now": clock.now(), "machine_now": clocks.machine()}
    async with store.writing() as work:
        done = await treatments.cancel(work, joined.staff, joined.treatment_id, now=clock.now())
        await telling.cancelled(work, joined.staff, done, **given)

    assert "ha anulado tu sesión. Iba a ser el <b>martes 24 de noviembre, 15:30</b>" in (await owed(store))[0]["text"]
