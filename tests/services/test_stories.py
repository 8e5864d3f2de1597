"""The story of a reminder: every change of it with its cause, every attempt with what it came to, what it waits for."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, preferences, stopping, stories, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


@pytest.fixture
async def treatment(store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock) -> str:
    """Ana's session of Tuesday."""
    return (await cast.register(store, ana, catalog, now=clock.now())).treatment_id


async def told(store: works.Store, treatment: str, step: str, now: datetime) -> stories.Story:
    row = (await cast.rows(store, treatment))[step]
    async with store.reading() as work:
        return await stories.tell(work, cast.OPERATOR, row.id, now=now)


async def try_(store: works.Store, treatment: str, step: str, *outcomes: str | None, **values: Any) -> None:
    """Write attempts at a step into the ledger, a minute apart, and how the row stands after them."""
    row, first = (await cast.rows(store, treatment))[step], datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
    async with store.writing() as work:
        for number, outcome in enumerate(outcomes, start=1):
            began = first + timedelta(minutes=number)
            ended = began + timedelta(seconds=10) if outcome else None
            subject = {"reminder_id": row.id, "organisation_id": row.organisation_id, "number": number, "owner": "o"}
            await work.run(insert(tables.attempts).values(**subject, began_at=began, ended_at=ended, outcome=outcome))
        await work.run(update(tables.reminders).where(tables.reminders.c.id == row.id).values(**values))


async def test_a_story_begins_with_the_plan_and_tells_why_it_moved(
    store: works.Store, ana: access.Person, treatment: str, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await treatments.move(work, ana, treatment, day=date(2026, 11, 27), at=time(10), now=clock.now())
    async with store.writing() as work:
        await preferences.set_morning(work, ana, time(9), now=clock.now())

    chain = (await told(store, treatment, "day-1", clock.now())).chain
    assert [(line.kind, line.reason) for line in chain] == [
        ("planned", None),
        ("moved", "moved"),
        ("moved", "habits"),
    ]
    assert (chain[1].due_before, chain[1].due_after) == (cast.at(25, 7, 30), cast.at(28, 7, 30))


async def test_a_stop_and_the_way_back_are_told_with_their_cause(
    store: works.Store, ana: access.Person, treatment: str, clock: clocks.Clock
) -> None:
    for act in (stopping.stop, stopping.resume):
        async with store.writing() as work:
            await act(work, ana, now=clock.now())

    chain = (await told(store, treatment, "day-1", clock.now())).chain
    assert [(line.kind, line.reason) for line in chain[1:]] == [("ended", "stopped"), ("returned", "stopped")]


async def test_attempts_stand_between_the_events_with_what_they_came_to(store: works.Store, treatment: str) -> None:
    await try_(store, treatment, "day-1", "not_sent", "unknown", "accepted", state="sent", attempts=3, resends=1)

    story = await told(store, treatment, "day-1", cast.at(25, 9))
    kinds = [(line.kind, line.number) for line in story.chain]
    attempts = [
        (kind, number) for number, end in enumerate(("not_sent", "unknown", "accepted"), 1) for kind in ("began", end)
    ]
    assert kinds == [("planned", None), *attempts]
    assert story.waits == ()


async def test_of_two_unknown_attempts_the_second_leaves_no_resend(store: works.Store, treatment: str) -> None:
    await try_(store, treatment, "day-1", "unknown", "unknown", state="unconfirmed", reason="no_answer", attempts=2)

    chain = (await told(store, treatment, "day-1", cast.at(25, 9))).chain
    assert [line.resend_left for line in chain if line.kind == "unknown"] == [True, False]


async def test_an_attempt_under_way_has_no_end_and_waits_for_the_answer(store: works.Store, treatment: str) -> None:
    lease = cast.at(25, 8)
    await try_(store, treatment, "day-1", None, state="sending", attempts=1, lease_until=lease)

    story = await told(store, treatment, "day-1", cast.at(25, 7, 40))
    assert story.chain[-1].kind == stories.BEGAN
    assert story.waits == (stories.Wait(stories.Waits.ANSWER, lease),)


FAR = datetime(2126, 1, 1, tzinfo=UTC)  # ahead of the machine's own clock


@pytest.mark.parametrize(
    ("table", "values", "now", "waits"),
    [
        (None, {}, cast.at(23, 9), [("due", cast.at(25, 7, 30))]),
        (None, {}, cast.at(25, 8), [("sender", None)]),
        (tables.patients, {"stopped_at": cast.at(23, 9)}, cast.at(25, 8), [("stopped", None)]),
        (tables.patients, {"paused_until": cast.at(25, 18)}, cast.at(25, 8), [("paused", cast.at(25, 18))]),
        (tables.patients, {"quiet_from": time(8), "quiet_to": time(10)}, cast.at(25, 8), [("quiet", cast.at(25, 9))]),
        (tables.chats, {"blocked_at": cast.at(23, 9)}, cast.at(25, 8), [("blocked", None)]),
        (tables.chats, {"consented_at": None}, cast.at(25, 8), [("no_consent", None)]),
        (tables.bindings, {"ended_at": cast.at(23, 9)}, cast.at(25, 8), [("no_chat", None)]),
        (tables.bots, {"paused_until": FAR}, cast.at(25, 8), [("bot_paused", FAR)]),
        (tables.bots, {"broken_at": cast.at(25, 7)}, cast.at(25, 8), [("broken", None)]),
    ],
)
async def test_what_a_planned_reminder_waits_for_is_named(
    store: works.Store, treatment: str, table: Any, values: dict[str, Any], now: datetime, waits: list[Any]
) -> None:
    if table is not None:
        async with store.writing() as work:
            await work.run(update(table).values(**values))

    story = await told(store, treatment, "day-1", now)
    assert [(wait.what, wait.until) for wait in story.waits] == waits


async def test_six_digits_name_a_reminder_and_fewer_do_not(store: works.Store, treatment: str) -> None:
    id = (await cast.rows(store, treatment))["day-1"].id
    async with store.reading() as work:
        found = await stories.found(work, cast.OPERATOR, id[:6].upper())

        with pytest.raises(errors.NotFound, match="unknown_reminder"):
            await stories.found(work, cast.OPERATOR, id[:5])

    assert found == id


@pytest.mark.parametrize("typed", ["", "ffffffff", "%%%%%%", "______", "update", "' OR 1=1", "é" * 60])
async def test_what_names_no_reminder_is_not_found(store: works.Store, treatment: str, typed: str) -> None:
    async with store.reading() as work:
        with pytest.raises(errors.NotFound, match="unknown_reminder"):
            await stories.found(work, cast.OPERATOR, typed)


async def test_a_beginning_that_two_share_is_refused(store: works.Store, treatment: str) -> None:
    column = tables.reminders.c
    async with store.writing() as work:
        ids = list((await work.run(select(column.id).order_by(column.id).limit(2))).scalars())
        await work.run(tables.events.delete().where(tables.events.c.reminder_id.in_(ids)))
        for number, id in enumerate(ids):
            await work.run(update(tables.reminders).where(column.id == id).values(id=f"abcdef{number}".ljust(32, "0")))

    async with store.reading() as work:
        with pytest.raises(errors.NotFound, match="which_reminder"):
            await stories.found(work, cast.OPERATOR, "abcdef")


async def test_every_cause_of_a_change_is_one_that_the_table_can_hold() -> None:
    longest = max(len(each) for each in (*life.Reason, *life.State))

    assert longest <= tables.events.c.reason.type.length
