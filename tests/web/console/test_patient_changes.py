"""Changing something of a patient's in the console: seen first, saved once, and nothing typed is lost."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk, world

FRIDAY = {"day": "2026-11-27", "at": "10:00"}


@pytest.fixture
async def things(store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, now: datetime) -> world.Things:
    """Ana García of Dr Bea's, who has joined, and what she has."""
    return await world.filled(store, catalog, bea, now=now, telegram_id=41)


@pytest.fixture
def home(things: world.Things) -> str:
    """The path of her page."""
    return f"/patients/{things['patient']}"


@pytest.fixture
def session(home: str, things: world.Things) -> str:
    """The path of her session's forms."""
    return f"{home}/sessions/{things['treatment']}"


async def treatment(store: works.Store, things: world.Things) -> tuple[str, str, int]:
    of = tables.treatments.c
    async with store.reading() as work:
        row = (await work.run(select(of.day, of.state, of.version).where(of.id == things["treatment"]))).one()
    return row.day.isoformat(), row.state, row.version


async def column(store: works.Store, things: world.Things, name: str) -> object:
    of = tables.patients.c
    async with store.reading() as work:
        return (await work.run(select(of[name]).where(of.id == things["patient"]))).scalar_one()


async def test_what_moves_and_what_stays_is_shown_before_it_is_saved(
    front: desk.Browser, session: str, things: world.Things, store: works.Store
) -> None:
    shown = desk.text(await front.get(f"{session}/move", **FRIDAY))

    assert "The session is on Friday 27 November, 10:00." in shown
    assert "7 messages move." in shown
    assert "1 that was sent is not repeated." in shown
    assert "The bot tells the patient at once." in shown
    assert await treatment(store, things) == ("2026-11-24", "booked", 1)


async def test_the_front_desk_moves_a_session(
    front: desk.Browser, home: str, session: str, things: world.Things, store: works.Store
) -> None:
    answer = await front.send(f"{session}/move", {**FRIDAY, "version": "1"})

    assert answer.headers["location"] == f"/console{home}?done=session-moved"
    assert "The session is moved." in desk.text(await front.client.get(answer.headers["location"]))
    assert await treatment(store, things) == ("2026-11-27", "booked", 2)
    assert await cast.count(store, tables.outbox) == 1


async def test_a_double_submit_moves_and_tells_once(front: desk.Browser, session: str, store: works.Store) -> None:
    once = desk.ONCE.search((await front.get(f"{session}/move", **FRIDAY)).text)
    form = {**FRIDAY, "version": "1", "_once": once[1] if once else ""}

    answers = [await front.post(f"{session}/move", form) for _ in range(2)]

    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await cast.count(store, tables.outbox) == 1


async def test_the_second_of_two_staff_is_told_and_what_was_typed_stands(
    front: desk.Browser, clinician: desk.Browser, session: str, things: world.Things, store: works.Store
) -> None:
    await front.send(f"{session}/move", {**FRIDAY, "version": "1"})

    answer = await clinician.send(f"{session}/move", {"day": "2026-11-30", "at": "16:45", "version": "1"})

    assert answer.status_code == 409
    assert "Somebody else has changed this" in desk.text(answer)
    assert 'value="2026-11-30"' in answer.text
    assert 'value="16:45"' in answer.text
    assert 'name="version" value="2"' in answer.text
    assert (await treatment(store, things))[0] == "2026-11-27"


@pytest.mark.parametrize("form", [{"day": "31/02/2026", "at": "10:00"}, {"day": "2026-11-27", "at": ""}, {}], ids=str)
async def test_a_date_that_cannot_be_read_is_asked_for_again(
    front: desk.Browser, session: str, things: world.Things, store: works.Store, form: dict[str, str]
) -> None:
    answer = await front.send(f"{session}/move", {**form, "version": "1"})

    assert answer.status_code == 422
    assert "Please give a day and a time." in desk.text(answer)
    assert (await treatment(store, things))[0] == "2026-11-24"


async def test_a_date_too_far_away_is_refused_while_it_is_only_looked_at(front: desk.Browser, session: str) -> None:
    answer = await front.get(f"{session}/move", day="2030-01-01", at="10:00")

    assert answer.status_code == 422
    assert "more than a year from now" in desk.text(answer)


async def test_a_session_is_called_off_and_the_back_button_changes_nothing(
    front: desk.Browser, home: str, session: str, things: world.Things, store: works.Store
) -> None:
    await front.send(f"{session}/cancel", {"version": "1"})

    again = await front.post(f"{session}/cancel", {"version": "1"})
    moved = await front.post(f"{session}/move", {**FRIDAY, "version": "1"})

    assert again.status_code == 303
    assert moved.status_code == 409
    assert "has been called off" in desk.text(moved)
    assert "Called off" in desk.text(await front.get(home))
    assert (await treatment(store, things))[1] == "cancelled"
    assert await cast.count(store, tables.outbox) == 1


async def test_a_second_session_is_added(front: desk.Browser, home: str) -> None:
    seen = desk.text(await front.get(f"{home}/sessions/new", day="2026-12-15", at="09:00"))

    await front.send(f"{home}/sessions/new", {"day": "2026-12-15", "at": "09:00", "plan": "microneedling"})

    assert "9 messages will come." in seen
    assert "Tuesday 15 December, 09:00" in desk.text(await front.get(home))


async def test_the_plans_to_change_to_are_the_shipped_ones_and_the_clinics(front: desk.Browser, session: str) -> None:
    shown = desk.text(await front.get(f"{session}/plan"))

    assert "It follows the plan “microneedling”" in shown
    assert "New plan Microneedling Peel" in shown


HABITS = {"name": "Ana G.", "language": "es", "zone": "Lisbon", "morning": "09:00"} | {
    "quiet_from": "22:00",
    "quiet_to": "08:00",
}


async def test_name_and_hours_are_seen_first_and_saved_then(
    front: desk.Browser, home: str, things: world.Things, store: works.Store
) -> None:
    version = str(await column(store, things, "version"))
    seen = await front.send(f"{home}/habits/seen", {**HABITS, "version": version}, seen=f"{home}/habits")

    answer = await front.send(f"{home}/habits", {**HABITS, "version": version})

    assert "messages move." in desk.text(seen)
    assert 'value="Ana G."' in seen.text
    assert answer.status_code == 303
    assert await column(store, things, "zone") == "Europe/Lisbon"
    assert "Ana G." in desk.text(await front.get(home))


async def test_habits_changed_meanwhile_are_not_written_over_and_nothing_typed_is_lost(
    front: desk.Browser, clinician: desk.Browser, home: str, things: world.Things, store: works.Store
) -> None:
    version = str(await column(store, things, "version"))
    await front.send(f"{home}/habits", {**HABITS, "version": version})

    answer = await clinician.send(f"{home}/habits", {**HABITS, "name": "Ana Typed", "version": version})

    assert answer.status_code == 409
    assert 'value="Ana Typed"' in answer.text
    assert "Ana G." in desk.text(await front.get(home))


async def test_an_unknown_zone_is_asked_for_again(
    front: desk.Browser, home: str, things: world.Things, store: works.Store
) -> None:
    version = str(await column(store, things, "version"))

    answer = await front.send(f"{home}/habits", {**HABITS, "zone": "Atlantis-on-Sea", "version": version})

    assert answer.status_code == 422
    assert "no such time zone" in desk.text(answer)
    assert 'value="Atlantis-on-Sea"' in answer.text


async def test_a_pause_is_seen_saved_and_ended(
    front: desk.Browser, home: str, things: world.Things, store: works.Store
) -> None:
    seen = desk.text(await front.get(f"{home}/pause", until="2026-11-27"))
    version = str(await column(store, things, "version"))

    await front.send(f"{home}/pause", {"until": "2026-11-27", "version": version})
    shown = desk.text(await front.get(home))
    await front.send(f"{home}/resume", seen=home)

    assert "Nothing is sent before Friday 27 November." in seen
    assert "Paused until Friday 27 November" in shown
    assert await column(store, things, "paused_until") is None


async def test_a_note_is_written_by_a_clinician_and_not_by_the_front_desk(
    clinician: desk.Browser, front: desk.Browser, home: str, things: world.Things, store: works.Store
) -> None:
    of = tables.reminders.c
    async with store.reading() as work:
        day_2 = await work.run(select(of.id).where(of.treatment_id == things["treatment"], of.step_key == "day-2"))
        path = f"{home}/reminders/{day_2.scalar_one()}/note"
    shown = (await clinician.get(path)).text
    mark = shown.split('name="shown" value="')[1][:16]
    form = {"words": "Keep off the treadmill", "until": "2026-11-27", "shown": mark}

    refused = await front.post(path, form)
    await clinician.send(path, form)
    other = await clinician.send(path, {**form, "words": "Another one", "shown": mark})

    assert refused.status_code == 403
    assert "Keep off the treadmill" in desk.text(await clinician.get(home))
    assert other.status_code == 409
    assert "Another one" in other.text


async def test_who_stopped_is_not_told_and_staff_reads_so_before_they_save(
    front: desk.Browser, session: str, store: works.Store, now: datetime
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.patients).values(stopped_at=now))

    seen = desk.text(await front.get(f"{session}/move", **FRIDAY))
    await front.send(f"{session}/move", {**FRIDAY, "version": "1"})

    assert "nobody is told" in seen
    assert await cast.count(store, tables.outbox) == 0
