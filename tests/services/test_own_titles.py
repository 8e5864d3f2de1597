"""What the steps of a clinic's own plan are called: the same before a session is saved and after it."""

import dataclasses
from datetime import timedelta

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, invites, own_titles, registration
from reminderbot.store import work as works
from tests.services import cast
from tests.services.plan_cast import DAY_5, Editor, editor

__all__ = ["editor"]  # fixtures

LATER = dataclasses.replace(cast.TUESDAY, day=cast.TUESDAY.day + timedelta(days=20))


async def test_a_step_of_an_own_plan_is_called_before_it_is_saved_as_it_is_then(
    store: works.Store,
    ana: access.Person,
    editor: Editor,
    bound: invites.Created,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await editor.add(DAY_5)
    await editor.publish()

    async with store.writing() as work:
        words = {"catalog": catalog, "language": "en"}
        found = await registration.preview(work, ana, LATER, catalog=catalog, now=clock.now())
        before = await own_titles.of_plan(work, found.plan, found.whose, **words, booked_at=clock.now())
        saved = await registration.register(work, ana, LATER, catalog=catalog, now=clock.now())
        after = await own_titles.of_chat(work, ana, **words)

    assert before == {"day-5": after[saved.treatment_id, "day-5"]}
    assert before["day-5"].startswith("For today")


async def test_a_shipped_plan_has_no_titles_of_its_own(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        found = await registration.preview(work, ana, cast.TUESDAY, catalog=catalog, now=clock.now())
        own = await own_titles.of_plan(
            work, found.plan, found.whose, catalog=catalog, language="en", booked_at=clock.now()
        )

    assert own == {}
