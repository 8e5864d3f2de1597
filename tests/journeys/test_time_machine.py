"""What the time machine shows is what then really comes: the same texts at the same minutes, over a clock change."""

import contextlib
import dataclasses
import time as clocks_of_the_machine
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.app import asking
from reminderbot.planning import hours, playing, timeline
from reminderbot.services import access, clinics, time_machine, wording
from reminderbot.store import editions, tables
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.conftest import MONDAY
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.journeys.test_staff_alerts import colleague
from tests.journeys.test_worries_and_invites import claims
from tests.web.console import desk

BOOK = "microneedling"
FRIDAY = timeline.Anchor(date(2027, 3, 26), time(17), acting.ZONE)
"""A session two days before the clocks go forward."""

HABITS = timeline.Habits(acting.ZONE, time(8, 30), hours.Quiet(time(21), time(8)))
ANA = time_machine.Invented("Ana", "en", FRIDAY, HABITS)
OWN = "Good morning {{ first_name }}! From {{ clinic_name }}: nothing harsh today, <b>day {{ day }}</b> & rest."


def at(month: int, day: int, hour: int = 12) -> datetime:
    """Return an instant of 2027, UTC."""
    return datetime(2027, month, day, hour, tzinfo=UTC)


LATER = timeline.Anchor(date(2027, 4, 9), time(10, 30), acting.ZONE)
SCRIPTS = {
    "declines": playing.Script(MONDAY, declines=True),
    "moves": playing.Script(MONDAY, (playing.Happening(at(3, 28), playing.Kind.MOVES, LATER),)),
    "stops": playing.Script(
        MONDAY,
        (playing.Happening(at(3, 31), playing.Kind.STOPS), playing.Happening(at(4, 10), playing.Kind.RETURNS)),
    ),
}


@dataclasses.dataclass
class Acted:
    """The story as it is really told: Ana's phone, and Dana of the staff."""

    story: Story
    ana: acting.Person
    dana: access.Staff

    async def comes(self, line: time_machine.Line) -> tuple[str, datetime]:
        """Wind to the minute of a message; return what came then. A minute before it nothing does."""
        if line.at - acting.MINUTE > self.story.clock.now():
            before = len(await self.ana.bot_texts())
            self.story.wind(line.at - acting.MINUTE)
            await self.ana.phone.wait_for_silence(0.1)
            assert len(await self.ana.bot_texts()) == before
            await self.ana.phone.mark()
            self.story.wind(line.at)
        words = acting.CATALOG.plain(line.html)
        came = await self.ana.phone.wait_for(lambda m: m.text == words)
        assert set(came.buttons) == set(line.buttons)
        return came.text, datetime.fromisoformat(came.date)

    async def happens(self, happening: playing.Happening) -> None:
        """Do what happens, at its instant."""
        self.story.wind(happening.at)
        match happening.kind:
            case playing.Kind.STOPS:
                await self.ana.says("stop", "undo")
                await self.ana.phone.mark()
            case playing.Kind.RETURNS:
                await self.ana.taps("undo")
            case playing.Kind.DECLINES:
                await self.ana.taps("reads_no")
                await self.ana.told("answered.reads-no")
            case playing.Kind.MOVES:
                await self._moves(happening)
                await self.ana.phone.wait_for("has moved your session")

    async def _moves(self, happening: playing.Happening) -> None:
        async with self.story.house.store.reading() as work:
            treatment_id = (await work.run(select(tables.treatments.c.id))).scalar_one()
            [patient_id] = (await work.run(select(tables.treatments.c.patient_id))).scalars()
        assert happening.to is not None
        form = {"day": happening.to.day.isoformat(), "at": f"{happening.to.at:%H:%M}", "version": "1"}
        async with browser(self.story, self.dana) as opened:
            await opened.send(f"/patients/{patient_id}/sessions/{treatment_id}/move", form)


@contextlib.asynccontextmanager
async def browser(story: Story, who: access.Staff) -> AsyncIterator[desk.Browser]:
    """Open a browser in which somebody of the staff is signed in, over the house of a story."""
    house, app = story.house, FastAPI()
    words, bot = asking.console_words(house.catalog), int(house.settings.token.get_secret_value().split(":")[0])
    console = Console(house.store, house.catalog, words, house.clock.now, clocks.machine, bot, desk.ADDRESS)
    app.router.routes.extend(consoles.site(console))
    async with desk.browser(app) as opened:
        opened.client.cookies.set("reminderbot", await desk.cookie(house.store, who))
        yield opened


async def begun(story: Story, operator: acting.Operator) -> Acted:
    """Let the clinic publish words of its own, and Ana join by its link."""
    async with story.house.store.reading() as work:
        bea = await clinics.find(work, access.Operator(), "Dr Bea")
    dana = await desk.employ(story.house.store, bea, access.Role.ADMIN)
    async with story.house.store.writing() as work:
        text = editions.TextRow("step.day-2", "en", OWN, "")
        await editions.add(
            work,
            wording.scope(dana),
            book=BOOK,
            reach="all",
            why="",
            staff_id=dana.staff_id,
            reviewed_by=None,
            review_on=None,
            restores=None,
            texts=[text],
            now=MONDAY,
        )
    ana = await story.person("Ana")
    invited = await operator.invites(at="2027-03-26T17:00", lang="en")
    await claims(ana, invited, invited["desk_code"])
    return Acted(story, ana, dana)


async def shown(acted: Acted, script: playing.Script) -> time_machine.Play:
    """Return what the time machine shows on the Monday on which Ana joins."""
    house = acted.story.house
    async with house.store.reading() as work:
        asked = (work, acted.dana, BOOK, time_machine.IN_FORCE)
        stage = await time_machine.staged(*asked, catalog=house.catalog, now=MONDAY)
    return time_machine.play(stage, ANA, script)


def in_order(play: time_machine.Play) -> Iterator[time_machine.Line | playing.Happening]:
    """Return all that happens and comes, in order of time; what happens goes before what it brings."""
    ahead = [each for each in play.happened if each.kind is not playing.Kind.JOINS]
    yield from sorted([*ahead, *play.sent], key=lambda each: (each.at, isinstance(each, time_machine.Line)))


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_what_is_shown_is_what_then_comes_at_the_same_minutes(
    clinic_story: Story, operator: acting.Operator, script: playing.Script
) -> None:
    acted = await begun(clinic_story, operator)
    play = await shown(acted, script)

    came = []
    for each in in_order(play):
        if isinstance(each, playing.Happening):
            await acted.happens(each)
        else:
            came.append(await acted.comes(each))
    before = len(await acted.ana.bot_texts())
    clinic_story.wind(at(12, 24))
    await acted.ana.phone.wait_for_silence(0.3)

    r = tables.reminders.c
    async with clinic_story.house.store.reading() as work:
        rows = (await work.run(select(r.step_key, r.state, r.reason, r.sent_at))).all()
    assert came == [(acting.CATALOG.plain(line.html), line.at) for line in play.sent]
    assert len(await acted.ana.bot_texts()) == before
    assert {row.step_key: (row.state, row.reason) for row in rows} == {
        line.step_key: (line.state, line.reason) for line in play.lines
    }
    assert {row.step_key: row.sent_at for row in rows if row.sent_at} == {line.step_key: line.at for line in play.sent}
    assert any("From Dr Bea: nothing harsh today" in text for text, _ in came)


async def test_a_play_comes_to_ones_own_phone_message_by_message_and_bears_no_buttons(clinic_story: Story) -> None:
    dana, phone = await colleague(clinic_story, access.Role.CLINICIAN, "Dana")
    page = f"/wording/{BOOK}/time-machine"
    typed = {"day": "2027-03-26", "at": "17:00", "name": "Ana", "joins": "10", "pause": "1"}
    before = len(await phone.bot_texts())

    began = clocks_of_the_machine.monotonic()
    async with browser(clinic_story, dana) as opened:
        answer = await opened.send(f"{page}/play", typed, seen=page)
    last = await phone.phone.wait_for("A look back, Ana.", timeout=90)
    took = clocks_of_the_machine.monotonic() - began

    assert answer.status_code == 303
    came = (await phone.bot_texts())[before:]
    assert [text.partition("\n")[0] for text in came] == [
        f"Test. No patient gets this. It would come on {day}, 08:30."
        for day in ("Friday 9 April", "Friday 23 April", "Thursday 24 June")
    ]
    assert took >= 2
    assert last.buttons == []
    assert last.text.endswith("[ Talk to a person ]")
