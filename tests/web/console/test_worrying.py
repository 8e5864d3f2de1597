"""The clinic's own worrying words in the console: written, changed by one at a time, refused, and nobody else's."""

import pytest

from reminderbot.services import clinics, worry_words
from reminderbot.store import work as works
from tests.web.console import desk

PAGE = "/questions/worrying"


async def in_force(store: works.Store, clinic: clinics.ClinicView) -> tuple[str, ...]:
    async with store.reading() as work:
        return (await worry_words.in_force(work, clinic.id)).lines


async def test_the_list_is_written_and_changed(
    clinician: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    first = await clinician.send(PAGE, {"lines": "cheek purple\n\n cheek  purple \nears ring", "version": "0"})
    assert await in_force(store, bea) == ("cheek purple", "ears ring")

    await clinician.send(PAGE, {"lines": "", "version": "1"})

    assert first.headers["location"] == f"/console{PAGE}?done=worrying-changed"
    assert await in_force(store, bea) == ()


async def test_who_changes_what_another_has_changed_is_told(
    clinician: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    await clinician.send(PAGE, {"lines": "cheek purple", "version": "0"})

    told = await clinician.send(PAGE, {"lines": "my own", "version": "0"})

    assert told.status_code == 409
    assert ("my own</textarea>" in told.text, 'name="version" value="1"' in told.text) == (True, True)
    assert await in_force(store, bea) == ("cheek purple",)


@pytest.mark.parametrize("lines", ["no", "?!", "x" * 61, "\n".join(f"strange thing {number}" for number in range(101))])
async def test_a_list_that_would_drown_or_hear_nothing_is_refused(
    clinician: desk.Browser, store: works.Store, bea: clinics.ClinicView, lines: str
) -> None:
    told = await clinician.send(PAGE, {"lines": lines, "version": "0"})

    assert told.status_code == 422
    assert await in_force(store, bea) == ()


async def test_carl_and_the_front_desk_see_none_of_it(
    clinician: desk.Browser, carl: desk.Browser, front: desk.Browser
) -> None:
    await clinician.send(PAGE, {"lines": "canary purple", "version": "0"})

    assert "canary" not in (await carl.get(PAGE)).text
    assert (await front.get(PAGE)).status_code == 403
