"""The time machine's page: played from its address, read by whoever signs off, tried in one's own chat."""

import re

import pytest
from sqlalchemy import func, select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import wording
from reminderbot.store import colleagues, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

PAGE = "/wording/microneedling/time-machine"
PLAY = {"day": "2026-11-24", "at": "15:30", "name": "Ana", "joins": "-3"}


async def link(store: works.Store, browser: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock) -> None:
    """Link a chat of whoever is signed in."""
    person = await cast.consenting(store, catalog, telegram_id=4_100_200_399, now=clock.now())
    assert browser.who is not None
    async with store.writing() as work:
        await colleagues.set_chat(work, browser.who.staff_id, person.chat_id)


async def tests_owed(store: works.Store) -> int:
    async with store.reading() as work:
        query = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.kind == "test")
        return int((await work.run(query)).scalar_one())


async def test_a_clinician_sees_every_message_with_its_weekday_and_hour(clinician: desk.Browser) -> None:
    page = await clinician.get(PAGE, **PLAY)

    shown = desk.text(page)
    assert page.status_code == 200
    assert "Messages sent: 9" in shown
    assert "Ana · English · Tuesday 24 November, 15:30 · The texts in force" in shown
    assert "Monday 23 November, 19:00 UTC+01:00" in shown
    assert "Ana, your session: Tuesday 24 November at 15:30" in shown
    assert "As expected I am worried" in shown


async def test_the_head_marks_one_page_as_the_one_that_is_open(admin: desk.Browser) -> None:
    marked = {
        path: re.findall(r'href="([^"]+)" aria-current="page"', (await admin.get(path)).text)
        for path in (PAGE, "/wording/microneedling", "/today")
    }

    assert marked == {path: [f"/console{path}"] for path in (PAGE, "/today")} | {
        "/wording/microneedling": ["/console/wording"]
    }


async def test_the_page_plays_at_once_as_it_is_opened(admin: desk.Browser) -> None:
    page = await admin.get(PAGE)

    assert "Messages sent: 9" in desk.text(page)


async def test_every_shortcut_leads_to_its_play(admin: desk.Browser) -> None:
    page = await admin.get(PAGE, **PLAY)
    links = re.findall(r'href="/console(/wording/[^"?]+\?[^"]+)"', page.text)

    shown = [desk.text(await admin.get(link.replace("&amp;", "&"))) for link in links]

    assert len(links) == 4
    assert "Its time was past when the patient began." in shown[0]
    assert "The session is moved to" in shown[1]
    assert "The patient wants the messages again." in shown[2]
    assert "Sunday 28 March 2027, 08:30 UTC+02:00" in shown[3]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "yesterday"}, "day"),
        ({"day": "9999-12-31"}, ""),
        ({"home": "Mars/Olympus"}, "Mars/Olympus"),
        ({"morning": "06:00"}, "quiet"),
        ({"joins": "soon"}, "A day is a number"),
        ({"moved_on": "2"}, "say on which day it is moved"),
        ({"back_on": "6"}, "must have stopped before"),
        ({"stops_on": "6", "back_on": "5"}, "must have stopped before"),
    ],
)
async def test_what_cannot_be_played_is_said_above_the_form(
    admin: desk.Browser, typed: dict[str, str], said: str
) -> None:
    page = await admin.get(PAGE, **{**PLAY, **typed})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert said.lower() in desk.text(page).lower()


async def test_a_book_that_is_none_and_an_edition_that_is_none_are_not_there(admin: desk.Browser) -> None:
    assert (await admin.get("/wording/words/time-machine")).status_code == 404
    assert (await admin.get(PAGE, **PLAY, source="0" * 32)).status_code == 404


async def test_a_draft_is_shown_and_never_as_markup_of_our_page(
    store: works.Store, clinician: desk.Browser, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    body = "<script>alert(1)</script> and <b>rest</b>"
    async with store.writing() as work:
        assert admin.who is not None
        await wording.save(
            work, admin.who, "microneedling", "step.eve", "en", body, version=0, catalog=catalog, now=clock.now()
        )

    page = await clinician.get(PAGE, **{**PLAY, "source": "drafts", "name": "<i>Ana</i>"})

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "Telegram would not take this text" in page.text
    assert "<i>Ana</i>" not in page.text


async def test_one_message_is_sent_to_ones_own_chat(
    store: works.Store, clinician: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await link(store, clinician, catalog, clock)

    answer = await clinician.send(f"{PAGE}/send", {**PLAY, "step": "eve"}, seen=PAGE)

    assert answer.status_code == 303
    assert "day=2026-11-24" in answer.headers["location"]
    assert await tests_owed(store) == 1
    assert "Sent to your own chat." in desk.text(await clinician.client.get(answer.headers["location"]))


async def test_the_whole_play_is_sent_with_pauses(
    store: works.Store, clinician: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await link(store, clinician, catalog, clock)

    answer = await clinician.send(f"{PAGE}/play", {**PLAY, "pause": "3"}, seen=PAGE)

    assert answer.status_code == 303
    assert await tests_owed(store) == 9


async def test_whoever_has_no_chat_is_led_to_where_one_is_linked(store: works.Store, clinician: desk.Browser) -> None:
    page = await clinician.get(PAGE, **PLAY)
    answer = await clinician.send(f"{PAGE}/play", {**PLAY, "pause": "3"}, seen=PAGE)

    assert 'href="/console/me/alerts"' in page.text
    assert answer.status_code == 409
    assert "No chat of yours can be reached." in desk.text(answer)
    assert "Monday 23 November, 19:00" in desk.text(answer)
    assert await tests_owed(store) == 0


async def test_the_front_desk_does_not_see_it(front: desk.Browser) -> None:
    assert (await front.get(PAGE)).status_code == 403
