"""What the steps of a clinic's own plan are called: the same before a session is saved and after it."""

import dataclasses
from datetime import timedelta

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, invites, mydata, mydata_page, own_titles, registration, voices
from reminderbot.store import patients
from reminderbot.store import work as works
from tests.services import cast
from tests.services.plan_cast import DAY_5, Editor, editor

__all__ = ["editor"]  # fixtures

LATER = dataclasses.replace(cast.TUESDAY, day=cast.TUESDAY.day + timedelta(days=20))


@pytest.fixture(autouse=True)
async def _published(editor: Editor) -> None:
    """Dr Bea's plan has a step of its own."""
    await editor.add(DAY_5)
    await editor.publish()


async def test_a_step_of_an_own_plan_is_called_before_it_is_saved_as_it_is_then(
    store: works.Store,
    ana: access.Person,
    bound: invites.Created,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async with store.writing() as work:
        words = {"catalog": catalog, "language": "en"}
        found = await registration.preview(work, ana, LATER, catalog=catalog, now=clock.now())
        before = await own_titles.of_plan(work, found.plan, found.whose, **words, booked_at=clock.now())
        saved = await registration.register(work, ana, LATER, catalog=catalog, now=clock.now())
        after = await own_titles.of_chat(work, ana, **words)

    assert before == {"day-5": after[saved.treatment_id, "day-5"]}
    assert before["day-5"].startswith("For today")


async def test_the_page_of_all_that_is_stored_calls_it_so_for_the_patient_and_for_the_clinic(
    store: works.Store,
    ana: access.Person,
    editor: Editor,
    bound: invites.Created,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    voice = voices.Reader(catalog, clock.now(), "en")
    words = {"catalog": catalog, "language": "en"}

    async with store.writing() as work:
        await registration.register(work, ana, LATER, catalog=catalog, now=clock.now())
        titles = await own_titles.of_chat(work, ana, **words)
        page = mydata_page.body(voice, await mydata.of_chat(work, ana, now=clock.now()), titles)
        patient = (await patients.of_chat(work, ana.chat_id))[0]
        handed = await own_titles.of_patient(work, editor.who, patient.id, **words)

    (title,) = set(titles.values())
    assert title in page
    assert handed == titles


async def test_a_shipped_plan_has_no_titles_of_its_own(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        found = await registration.preview(work, ana, cast.TUESDAY, catalog=catalog, now=clock.now())
        own = await own_titles.of_plan(
            work, found.plan, found.whose, catalog=catalog, language="en", booked_at=clock.now()
        )

    assert own == {}
