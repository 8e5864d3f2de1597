"""Desk codes that look like something else, and what looks like a desk code."""

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, invites
from reminderbot.store import work as works
from tests.services import cast


@pytest.mark.parametrize(
    ("text", "is_code"), [("4AM8N", True), (" 4am-8n ", True), ("24 Nov", False), ("24 dec", True)]
)
def test_a_text_has_the_form_of_a_code_or_not(text: str, is_code: bool) -> None:
    assert invites.is_code(text) is is_code


async def test_a_date_that_has_the_form_of_a_code_is_one_try_and_counts_as_both(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        opened = await invites.open_(work, ana, invite.token, now=clock.now())
        confirmed = await invites.confirm(work, ana, opened.invite_id, "24dec", day=cast.TUESDAY.day, now=clock.now())

    assert isinstance(confirmed, invites.Confirmed)
