"""The poster on the wall: whoever scans it tells a session, which the clinic confirms or puts right."""

import json
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, posters, registration, treatments
from reminderbot.store import bots, tables
from reminderbot.store import posters as rows
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk


@pytest.fixture
async def eva(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """An admin of Dr Bea's clinic."""
    return await desk.employ(store, bea, access.Role.ADMIN, name="Eva")


async def hung(store: works.Store, eva: access.Staff, clock: clocks.Clock) -> str:
    """Hang a poster; return the payload of its link."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT, username="aftercare_bot")
        await posters.rotate(work, eva, now=clock.now())
        found = await posters.current(work, eva, bot_id=cast.BOT)
    assert found
    return found.link.partition("start=")[2]


async def told(
    store: works.Store,
    who: access.Person,
    payload: str,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    *,
    name: str = "Ana",
    draft: registration.Draft = cast.TUESDAY,
) -> registration.Registered:
    """Scan the poster and tell a session."""
    async with store.writing() as work:
        wall = await posters.scanned(work, payload)
        assert wall
        patient_id = await posters.patient(work, who, wall.poster_id, name, now=clock.now())
        draft = registration.Draft(draft.day, draft.at, wall.zone, patient_id, wall.plan_key)
        return await posters.register(work, who, wall.poster_id, draft, catalog=catalog, now=clock.now())


async def test_a_session_told_by_the_poster_is_the_clinics_and_to_confirm(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    saved = await told(store, ana, await hung(store, eva, clock), catalog, clock)

    async with store.reading() as work:
        row = (await work.run(select(tables.treatments))).one()
        [waiting] = await posters.to_confirm(work, eva)
    assert (row.clinic_id, row.entered_by, row.confirmed_at) == (eva.clinic_id, "poster", None)
    assert (waiting.treatment_id, waiting.name, waiting.day) == (saved.treatment_id, "Ana", cast.TUESDAY.day)


async def test_a_confirmed_session_waits_no_more(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    saved = await told(store, ana, await hung(store, eva, clock), catalog, clock)

    async with store.writing() as work:
        await posters.confirm(work, eva, saved.treatment_id, version=1, now=clock.now())
        assert await posters.to_confirm(work, eva) == []
    assert await cast.count(store, tables.outbox) == 0


async def test_a_corrected_date_moves_the_reminders_and_is_told_to_the_patient(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    saved = await told(store, ana, await hung(store, eva, clock), catalog, clock)

    async with store.writing() as work:
        moved = await posters.correct(
            work,
            eva,
            saved.treatment_id,
            day=date(2026, 11, 26),
            at=time(10),
            version=1,
            catalog=catalog,
            now=clock.now(),
        )
        assert await posters.to_confirm(work, eva) == []

    assert moved.is_new
    assert (await cast.rows(store, saved.treatment_id))["day-1"].due_at == cast.at(27, 7, 30)
    [said] = await owed(store)
    assert "Thursday 26 November, 10:00" in said["text"]
    assert "Tuesday 24 November, 15:30" in said["text"]
    assert [row[0]["callback_data"] for row in said["reply_markup"]["inline_keyboard"]] == ["timeline", "worry"]


async def owed(store: works.Store) -> list[dict]:
    """Return the parameters of all that chats are owed."""
    async with store.reading() as work:
        found = []
        for row in (await work.run(select(tables.outbox).order_by(tables.outbox.c.id))).all():
            key = await work.key(row.key_id)
            assert key
            payload = key.open(row.payload, table="outbox", row=row.id, column="payload")
            found.append(json.loads(payload)["params"])
    return found


async def test_two_of_the_staff_at_once_and_the_second_is_told(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    saved = await told(store, ana, await hung(store, eva, clock), catalog, clock)
    async with store.writing() as work:
        await treatments.move(work, eva, saved.treatment_id, day=date(2026, 11, 25), at=time(9), now=clock.now())

    with pytest.raises(errors.Conflict, match=r"console\.refusal\.old"):
        async with store.writing() as work:
            await posters.confirm(work, eva, saved.treatment_id, version=1, now=clock.now())


async def test_a_rotated_poster_is_dead_at_once_and_its_token_wiped(
    store: works.Store, ana: access.Person, eva: access.Staff, clock: clocks.Clock
) -> None:
    old = await hung(store, eva, clock)
    async with store.reading() as work:
        before = await posters.scanned(work, old)
    new = await hung(store, eva, clock)

    assert before
    async with store.writing() as work:
        assert await posters.scanned(work, old) is None
        assert await posters.scanned(work, new) is not None
        with pytest.raises(errors.NotFound, match=r"refusal\.invite"):
            await posters.patient(work, ana, before.poster_id, "Ana", now=clock.now())
        kept = (await work.run(select(tables.posters.c.token).order_by(tables.posters.c.created_at))).scalars().all()
    assert sum(token is not None for token in kept) == 1


async def test_the_token_stands_nowhere_in_the_open(store: works.Store, eva: access.Staff, clock: clocks.Clock) -> None:
    payload = await hung(store, eva, clock)

    async with store.reading() as work:
        row = (await work.run(select(tables.posters))).one()
        kept = await rows.token(work, eva.clinic_id)
    assert payload.removeprefix("w-") not in repr(tuple(row))
    assert kept
    assert kept[0] == payload.removeprefix("w-")
    assert len(payload) <= 64


async def test_the_same_person_again_is_the_same_patient_and_a_daughter_another(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    payload = await hung(store, eva, clock)
    later = registration.Draft(date(2026, 12, 20), time(10), cast.MADRID)
    first = await told(store, ana, payload, catalog, clock, name="Ana García")
    second = await told(store, ana, payload, catalog, clock, name="ana", draft=later)
    daughter = await told(store, ana, payload, catalog, clock, name="Lola", draft=later)

    assert first.patient_id == second.patient_id
    assert daughter.patient_id != first.patient_id
    assert (await told(store, ana, payload, catalog, clock, name="Ana García")).is_new is False


async def test_another_clinic_neither_sees_nor_confirms(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    saved = await told(store, ana, await hung(store, eva, clock), catalog, clock)
    async with store.writing() as work:
        other = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    carl = await desk.employ(store, other, access.Role.ADMIN, name="Carl")

    async with store.writing() as work:
        assert await posters.to_confirm(work, carl) == []
        with pytest.raises(errors.NotFound):
            await posters.confirm(work, carl, saved.treatment_id, version=1, now=clock.now())


async def test_only_who_sets_the_clinic_makes_a_poster(
    store: works.Store, bea: clinics.ClinicView, clock: clocks.Clock
) -> None:
    front = await desk.employ(store, bea, access.Role.DESK, name="Dan")
    clock.wind(timedelta(0))

    with pytest.raises(errors.NotAllowed):
        async with store.writing() as work:
            await posters.rotate(work, front, now=clock.now())
