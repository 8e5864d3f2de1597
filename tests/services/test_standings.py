"""A patient's standing changes with what they and the clinic do, and by itself where time alone decides."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, chats, invites, listing, privacy, standings, stopping, treatments
from reminderbot.services.clinics import ClinicView
from reminderbot.services.standings import Standing
from reminderbot.store import attempts, sendings, tables
from reminderbot.store import work as works
from tests.services import cast

DAY = timedelta(days=1)


async def stands(store: works.Store, treatment_id: str) -> tuple[str | None, bool]:
    """Return a patient's standing, and whether it ages."""
    p, t = tables.patients.c, tables.treatments.c
    query = select(p.standing, p.settle_at).join(tables.treatments, t.patient_id == p.id).where(t.id == treatment_id)
    async with store.reading() as work:
        row = (await work.run(query)).one()
    return row.standing, row.settle_at is not None


@pytest.fixture
async def invited(store: works.Store, bea: ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock):
    """Ana's invite to Tuesday's session."""
    return await cast.invite(store, bea, catalog, now=clock.now())


@pytest.fixture
async def joined(store: works.Store, invited: invites.Created, ana: access.Person, clock: clocks.Clock) -> str:
    """Ana's session, her chat bound."""
    async with store.writing() as work:
        opened = await invites.open_(work, ana, invited.token, now=clock.now())
        await invites.confirm(work, ana, opened.invite_id, invited.desk_code, now=clock.now())
    return invited.treatment_id


async def test_a_link_leads_from_invited_over_opened_to_joined(
    store: works.Store, invited: invites.Created, ana: access.Person, clock: clocks.Clock
) -> None:
    seen = [await stands(store, invited.treatment_id)]
    async with store.writing() as work:
        opened = await invites.open_(work, ana, invited.token, now=clock.now())
    seen.append(await stands(store, invited.treatment_id))
    async with store.writing() as work:
        await invites.confirm(work, ana, opened.invite_id, invited.desk_code, now=clock.now())
    seen.append(await stands(store, invited.treatment_id))

    assert seen == [(Standing.INVITED, True), (Standing.OPENED, True), (Standing.JOINED, True)]


async def test_a_link_that_too_many_tries_have_locked_asks_for_another(
    store: works.Store, invited: invites.Created, ana: access.Person, clock: clocks.Clock
) -> None:
    for _ in range(invites.TRIES):
        async with store.writing() as work:
            await invites.confirm(work, ana, invited.invite_id, "22222", now=clock.now())

    assert await stands(store, invited.treatment_id) == (Standing.TO_INVITE, True)


async def test_a_stop_and_its_undoing_show(
    store: works.Store, joined: str, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())
    stopped = await stands(store, joined)
    async with store.writing() as work:
        await stopping.resume(work, ana, now=clock.now())

    assert (stopped[0], (await stands(store, joined))[0]) == (Standing.STOPPED, Standing.JOINED)


async def test_a_block_and_the_way_back_show(
    store: works.Store, joined: str, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await chats.left(work, ana, now=clock.now())
    blocked = await stands(store, joined)
    async with store.writing() as work:
        await chats.back(work, ana, now=clock.now())

    assert (blocked[0], (await stands(store, joined))[0]) == (Standing.BLOCKED, Standing.JOINED)


async def test_a_block_that_delivery_meets_shows(
    store: works.Store, joined: str, ana: access.Person, clock: clocks.Clock
) -> None:
    row = (await cast.rows(store, joined))["day-1"]
    result = sendings.Result(life.State.BLOCKED, life.Reason.BLOCKED, 0, None, True, "blocked", "", None)
    async with store.writing() as work:
        subject = attempts.Subject(row.organisation_id, reminder_id=row.id)
        await sendings.record(work, subject, number=1, result=result, now=clock.now(), chat_id=ana.chat_id)

    assert (await stands(store, joined))[0] == Standing.BLOCKED


async def test_a_session_called_off_leaves_nothing_to_come(
    store: works.Store, joined: str, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await treatments.cancel(work, ana, joined, now=clock.now())

    assert await stands(store, joined) == (Standing.ENDED, False)


async def test_whoever_is_erased_is_over_and_found_by_nothing(
    store: works.Store, joined: str, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.patients).values(external_index=b"x" * 32))
        await privacy.erase(work, ana, now=clock.now())

    async with store.reading() as work:
        left = (await work.run(select(tables.patients.c.external_index))).scalars().all()
    assert await stands(store, joined) == (Standing.ENDED, False)
    assert (left, await cast.count(store, tables.search_tokens)) == ([None], 0)


async def swept(store: works.Store, clock: clocks.Clock) -> int:
    count = 0
    while True:
        async with store.writing() as work:
            done = await listing.sweep(work, now=clock.now())
        if not done:
            return count
        count += done


async def test_a_day_after_the_session_whoever_did_not_join_never_joined(
    store: works.Store, invited: invites.Created, clock: clocks.Clock
) -> None:
    before = await swept(store, clock)
    clock.wind(3 * DAY)
    await swept(store, clock)

    assert before == 0
    assert await stands(store, invited.treatment_id) == (Standing.NEVER, False)


async def test_once_all_was_said_it_is_over(store: works.Store, joined: str, clock: clocks.Clock) -> None:
    await cast.set_rows(store, joined, *(await cast.rows(store, joined)), state="sent")
    clock.wind(2 * DAY)
    await swept(store, clock)

    assert await stands(store, joined) == (Standing.ENDED, False)


async def test_what_an_older_program_wrote_gets_its_branch_its_standing_and_its_search(
    store: works.Store, invited: invites.Created, bea: ClinicView, clock: clocks.Clock
) -> None:
    unknown = {"standing": None, "clinic_id": None, "latest_at": None, "settle_at": None}
    async with store.writing() as work:
        before = len((await work.run(select(tables.search_tokens))).all())
        await work.run(update(tables.patients).values(**unknown))
        await work.run(tables.search_tokens.delete())

    assert await swept(store, clock) == 1
    async with store.reading() as work:
        row = (await work.run(select(tables.patients))).one()
    assert (row.clinic_id, row.standing, row.latest_at is None) == (bea.id, Standing.INVITED, False)
    assert await cast.count(store, tables.search_tokens) == before > 0


async def test_settling_twice_writes_the_same(store: works.Store, joined: str, clock: clocks.Clock) -> None:
    async with store.writing() as work:
        ids = list((await work.run(select(tables.patients.c.id))).scalars())
        await standings.settle(work, ids, now=clock.now())
        first = (await work.run(select(tables.patients))).all()
        await standings.settle(work, ids, now=clock.now())
        second = (await work.run(select(tables.patients))).all()

    assert first == second


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_two_sweeps_at_once_settle_everybody_once(
    store: works.Store, bea: ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    for number in range(4):
        await cast.invite(store, bea, catalog, now=clock.now(), name=f"Ana {number}")
    clock.wind(3 * DAY)

    async with store.writing() as one, store.writing() as other:
        counts = [await listing.sweep(work, now=clock.now(), most=3) for work in (one, other)]

    assert counts == [3, 1]
