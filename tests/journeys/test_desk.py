"""The desk's screen and the patient's phone together: invited, joined, said no, told by the poster, claimed."""

import contextlib
import re
import time
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.services import access, clinics
from reminderbot.store import tables
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.web.console import desk

ANA = {"name": "Ana García", "day": "2026-11-24", "at": "15:30", "language": "en"}
LINK = re.compile(r"\?start=([A-Za-z0-9_-]+)")
CODE = re.compile(r'<strong class="code">(\w+)</strong>')
SECONDS = 30.0  # from the scan to the first message, at the most


@contextlib.asynccontextmanager
async def at_the_desk(story: Story, role: access.Role = access.Role.DESK) -> AsyncIterator[desk.Browser]:
    """Sit at the desk of Dr Bea's clinic."""
    house = story.house

    async def told_its_name() -> int | None:
        async with house.store.reading() as work:
            named = select(tables.bots.c.id).where(tables.bots.c.username.is_not(None))
            found: int | None = (await work.run(named)).scalars().first()
        return found

    bot = await acting.eventually(told_its_name)
    async with house.store.reading() as work:
        [bea] = await clinics.list_(work, access.Operator())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    clock = story.clock.now
    console = Console(house.store, house.catalog, house.catalog, clock, clocks.machine, bot, desk.ADDRESS)
    app.router.routes.extend(consoles.site(console))
    async with desk.signed_in(app, house.store, bea, role) as browser:
        yield browser


async def made(front: desk.Browser, **more: str) -> tuple[str, str, str]:
    """Make Ana's invite; return its page, the link's payload and the desk code. `more` is typed over it."""
    answer = await front.send("/invites/new", ANA | more)
    path = answer.headers["location"].removeprefix("/console")
    page = await front.get(path)
    link, code = LINK.search(page.text), CODE.search(page.text)
    assert link
    assert code
    return path, link[1], code[1]


async def joins(front: desk.Browser, ana: acting.Person, **more: str) -> str:
    """Let Ana, or whoever `more` says, take up the clinic's invite; return the invite's page."""
    path, payload, code = await made(front, **more)
    await ana.phone.start(payload)
    await ana.asked("agree")
    await ana.taps("agree")
    await ana.told("prompt.proof")
    await ana.phone.say(code)
    await ana.asked("zone-yes")  # what comes last
    return path


async def test_from_the_scan_to_the_first_message_in_under_thirty_seconds_and_two_taps(
    clinic_story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = await clinic_story.person("Ana")
    async with at_the_desk(clinic_story) as front:
        path, payload, code = await made(front)
        began = time.monotonic()
        await ana.phone.start(payload)  # the first tap: Start
        await ana.asked("agree", "no-thanks")
        opened = desk.text(await front.get(path + "/live", state="invited"))
        await ana.taps("agree")  # the second
        await ana.told("prompt.proof")
        await ana.phone.say(code)
        await ana.asked("move", "drop")
        took = time.monotonic() - began
        joined = desk.text(await front.get(path + "/live", state="opened"))

    with capsys.disabled():
        print(f"\nfrom the scan to the first message: {took:.1f} s, 2 taps and the code")  # noqa: T201 - the figure is asked for
    assert took < SECONDS
    assert "The patient has opened it" in opened
    assert "The patient has joined" in joined


async def test_who_says_no_hears_nothing_more_and_gets_the_plan_on_paper(clinic_story: Story) -> None:
    ana = await clinic_story.person("Ana")
    async with at_the_desk(clinic_story) as front:
        path, payload, _ = await made(front)
        await ana.phone.start(payload)
        await ana.asked("no-thanks")
        await ana.taps("no-thanks")
        await ana.told("invite.declined")
        said = len(await ana.bot_texts())
        screen = desk.text(await front.get(path))
        paper = desk.text(await front.get(path + "/plan"))
        clinic_story.wind(acting.DUE["day-3"])
        await ana.phone.say("/timeline")
        await ana.asked("session")

        assert "The patient wants no messages" in screen
        assert "Monday 23 November, 19:00" in paper
        assert "Tuesday 24 November at 15:30" in paper
        assert len(await ana.bot_texts()) == said + 1


async def test_a_date_told_by_the_poster_is_put_right_at_the_desk_and_told_on_the_phone(clinic_story: Story) -> None:
    ana = await clinic_story.person("Ana")
    async with at_the_desk(clinic_story, access.Role.ADMIN) as front:
        await front.post("/poster")
        link = await poster_payload(clinic_story, front)
        await ana.phone.start(link)
        await ana.asked("agree")
        await ana.taps("agree")
        await ana.told("poster.name")
        await ana.phone.tap("Ana")
        await ana.told("prompt.day")
        await ana.says("23 Nov 15:30", "hour-other")
        await ana.phone.tap(ana.clock(acting.time(8, 30)))
        await ana.asked("save")
        await ana.taps("save")
        await ana.told("poster.saved")
        listed = await front.get("/invites")
        treatment = re.search(r"/console/sessions/(\w+)/confirm", listed.text)
        assert treatment
        form = {"day": "2026-11-24", "at": "15:30", "version": "1"}
        await ana.phone.mark()
        answer = await front.post(f"/sessions/{treatment[1]}/confirm", form)
        await ana.told("poster.corrected")
        after = desk.text(await front.get("/invites"))

    assert "To confirm" in desk.text(listed)
    assert answer.headers["location"].endswith("done=session-corrected")
    assert "To confirm" not in after
    await clinic_story.brings(ana, "eve")


async def poster_payload(story: Story, front: desk.Browser) -> str:
    """Return what the poster's QR code hands to /start, as the clinic's own service prints it."""
    from reminderbot.services import posters

    assert front.who
    async with story.house.store.reading() as work:
        bot = (await work.run(select(tables.bots.c.id))).scalars().first()
        found = await posters.current(work, front.who, bot_id=bot or 0)
    assert found
    return found.link.partition("start=")[2]


async def test_a_code_read_out_at_the_desk_brings_the_clinic_two_taps_away(clinic_story: Story) -> None:
    ana = await clinic_story.person("Ana")
    await ana.registers()
    await ana.phone.say("/clinic")
    await ana.asked("clinic-code")
    await ana.taps("clinic-code")
    code = re.search(r"\b[2-9A-Z]{6}\b", (await ana.told("claim.code")).text)
    assert code
    async with at_the_desk(clinic_story) as front:
        wrong = await front.send("/claim", {"claim": "WWWWWW", "name": "Ana"})
        nameless = await front.send("/claim", {"claim": code[0], "name": ""})
        await ana.phone.mark()
        answer = await front.send("/claim", {"claim": code[0], "name": "Ana García"})
    await ana.asked("not-mine")
    await ana.taps("not-mine")
    way = await ana.asked("leave-clinic", "person")

    assert (wrong.status_code, nameless.status_code) == (422, 422)
    assert "Tries left: 4" in desk.text(wrong)
    assert 'value="WWWWWW"' in wrong.text
    assert "no name for this patient" in desk.text(nameless)
    assert answer.headers["location"].endswith("done=claimed")
    assert "+34 600 000 000" in way.text
