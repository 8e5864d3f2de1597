"""What failed is listed while it is of use, and each that may not go again says why."""

from typing import Any

import pytest
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, chats, invites, sending_again, stopping, treatments
from reminderbot.services.clinics import ClinicView
from reminderbot.services.sending_again import Outcome
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

FAILED = ("unconfirmed", "blocked", "rejected", "parked")


@pytest.fixture
async def clinician(store: works.Store, bea: ClinicView) -> access.Staff:
    """A clinician of Dr Bea's."""
    return await desk.employ(store, bea, access.Role.CLINICIAN)


@pytest.fixture
async def session(
    store: works.Store, bea: ClinicView, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> str:
    """Ana's session at Dr Bea's, joined; her day-1 is rejected."""
    made = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        opened = await invites.open_(work, ana, made.token, now=clock.now())
        await invites.confirm(work, ana, opened.invite_id, made.desk_code, now=clock.now())
    await cast.set_rows(store, made.treatment_id, "day-1", state="rejected", reason="refused")
    return made.treatment_id


async def id_of(store: works.Store, session: str, step: str = "day-1") -> str:
    return str((await cast.rows(store, session))[step].id)


async def sent(
    store: works.Store, who: access.Staff, clock: clocks.Clock, *ids: str, confirmed: bool = False
) -> list[str]:
    async with store.writing() as work:
        found = await sending_again.send(work, who, ids, confirmed=confirmed, now=clock.now())
    return [each.outcome for each in found]


@pytest.mark.parametrize("state", FAILED)
async def test_what_failed_is_listed_and_planned_again(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock, state: str
) -> None:
    await cast.set_rows(store, session, "day-1", state=state, faults=3)
    async with store.reading() as work:
        listed = await sending_again.failed(work, clinician, now=clock.now())

    assert [(each.step_key, each.state, each.name) for each in listed] == [("day-1", state, "Ana García")]
    assert await sent(store, clinician, clock, listed[0].id, confirmed=True) == [Outcome.AGAIN]
    row = (await cast.rows(store, session))["day-1"]
    assert (row.state, row.reason, row.faults) == ("planned", None, 0)
    async with store.reading() as work:
        noted = (await work.run(select(tables.audit.c.action, tables.audit.c.staff_id))).all()
    assert [tuple(each) for each in noted] == [("reminder.again", clinician.staff_id)]


@pytest.mark.parametrize("state", ["planned", "sent", "sending", "cancelled", "expired", "review"])
async def test_what_did_not_fail_is_left_alone(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock, state: str
) -> None:
    await cast.set_rows(store, session, "day-1", state=state)
    before = await cast.rows(store, session)

    assert await sent(store, clinician, clock, await id_of(store, session), confirmed=True) == [Outcome.NOT_FAILED]
    assert await cast.rows(store, session) == before


async def test_what_is_of_no_use_any_more_is_not_sent(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, session, "day-1", useful_until=clock.now())

    async with store.reading() as work:
        assert await sending_again.failed(work, clinician, now=clock.now()) == []
    assert await sent(store, clinician, clock, await id_of(store, session)) == [Outcome.LATE]


async def test_a_session_called_off_a_stop_and_a_block_keep_it_back(
    store: works.Store, session: str, ana: access.Person, clinician: access.Staff, clock: clocks.Clock
) -> None:
    id, seen = await id_of(store, session), []
    async with store.writing() as work:
        await chats.left(work, ana, now=clock.now())
    seen += await sent(store, clinician, clock, id)
    async with store.writing() as work:
        await chats.back(work, ana, now=clock.now())
        await stopping.stop(work, ana, now=clock.now())
    seen += await sent(store, clinician, clock, id)
    async with store.writing() as work:
        await stopping.resume(work, ana, now=clock.now())
        await treatments.cancel(work, ana, session, now=clock.now())
    seen += await sent(store, clinician, clock, id)

    assert seen == [Outcome.BLOCKED, Outcome.STOPPED, Outcome.CANCELLED]


async def test_whoever_has_no_chat_is_invited_first(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.bindings).values(ended_at=clock.now()))

    assert await sent(store, clinician, clock, await id_of(store, session)) == [Outcome.NO_CHAT]


async def test_each_of_many_has_an_answer_of_its_own(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, session, "day-2", state="unconfirmed")
    await cast.set_rows(store, session, "day-3", state="sent")
    ids = [await id_of(store, session, step) for step in ("day-1", "day-2", "day-3")]

    outcomes = await sent(store, clinician, clock, *ids, "0" * 32, ids[0])
    assert outcomes == [Outcome.AGAIN, Outcome.MAY_HAVE_ARRIVED, Outcome.NOT_FAILED, Outcome.GONE]


async def test_another_clinics_is_not_there(
    store: works.Store, session: str, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    carl = await desk.employ(store, carls, access.Role.ADMIN)
    before = await cast.rows(store, session)

    assert await sent(store, carl, clock, await id_of(store, session), confirmed=True) == [Outcome.GONE]
    assert await cast.rows(store, session) == before
    async with store.reading() as work:
        assert await sending_again.failed(work, carl, now=clock.now()) == []


async def test_the_desk_may_not(store: works.Store, bea: ClinicView, session: str, clock: clocks.Clock) -> None:
    desk_ = await desk.employ(store, bea, access.Role.DESK)

    with pytest.raises(errors.NotAllowed):
        await sent(store, desk_, clock, await id_of(store, session))


@pytest.mark.parametrize("copies", [1, 2])
async def test_the_budget_grows_to_the_one_copy_that_was_chosen(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock, copies: int
) -> None:
    row = (await cast.rows(store, session))["day-1"]
    async with store.writing() as work:
        for number in range(1, copies + 1):
            line: dict[str, Any] = {"reminder_id": row.id, "organisation_id": row.organisation_id, "owner": "o"}
            line |= {"number": number, "began_at": clock.now(), "outcome": "unknown"}
            await work.run(tables.attempts.insert().values(**line))
    await cast.set_rows(store, session, "day-1", state="unconfirmed", attempts=copies, budget=1, resends=copies - 1)

    assert await sent(store, clinician, clock, row.id) == [Outcome.MAY_HAVE_ARRIVED]
    assert await sent(store, clinician, clock, row.id, confirmed=True) == [Outcome.AGAIN]
    after = (await cast.rows(store, session))["day-1"]
    assert (after.budget, after.resends) == (copies, copies)


async def test_a_long_list_is_cut(
    store: works.Store, session: str, clinician: access.Staff, clock: clocks.Clock
) -> None:
    ids = [f"{number:032x}" for number in range(sending_again.MOST + 5)]

    assert len(await sent(store, clinician, clock, *ids)) == sending_again.MOST
