"""A pause of a person's own: what it holds, that it undoes a stop, and that it is nobody else's."""

from datetime import date, timedelta

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, pausing, stopping
from reminderbot.store import work as works
from tests.services import cast

THURSDAY = date(2026, 11, 26)


async def pause(store: works.Store, who: access.Person, clock: clocks.Clock, until: date = THURSDAY) -> pausing.Held:
    """Pause in a visit of its own."""
    async with store.writing() as work:
        return await pausing.pause(work, who, until, now=clock.now())


async def days(store: works.Store, who: access.Person, clock: clocks.Clock) -> list[date]:
    """Return until when the chat's patients are paused."""
    async with store.reading() as work:
        return list((await pausing.until(work, who, now=clock.now())).values())


async def test_a_pause_holds_a_chat_until_the_day_begins(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())

    held = await pause(store, ana, clock)

    assert held == pausing.Held(later=0, lost=3)
    assert await days(store, ana, clock) == [THURSDAY]


async def test_a_pause_ends_by_itself(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await pause(store, ana, clock)

    clock.wind(timedelta(days=4))

    assert await days(store, ana, clock) == []


async def test_a_pause_of_a_stopped_chat_undoes_the_stop(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    before = await cast.states(store, kept.treatment_id)
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())

    await pause(store, ana, clock)

    assert await cast.states(store, kept.treatment_id) == before
    assert await days(store, ana, clock) == [THURSDAY]


async def test_a_lift_ends_it_once(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await pause(store, ana, clock)

    async with store.writing() as work:
        lifted = [(await pausing.lift(work, ana, now=clock.now())).is_new for _ in range(2)]

    assert lifted == [True, False]
    assert await days(store, ana, clock) == []


async def test_a_pause_is_nobody_elses(
    store: works.Store, ana: access.Person, carl: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await cast.register(store, carl, catalog, now=clock.now())

    await pause(store, carl, clock)

    assert await days(store, ana, clock) == []


async def test_a_day_that_has_begun_is_refused(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())

    with pytest.raises(errors.Invalid, match=r"refusal\.pause_past"):
        await pause(store, ana, clock, until=clock.now().date())
