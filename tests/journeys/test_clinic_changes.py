"""The console and the phone together: staff moves a session and writes a note, and the patient has it at once."""

from datetime import UTC, datetime

from fastapi import FastAPI
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.services import access, clinics
from reminderbot.simulator import server
from reminderbot.store import tables
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.journeys.test_worries_and_invites import claims
from tests.web.console import desk

BOT = int(server.TOKEN.partition(":")[0])
MOVED = {"ride-home": datetime(2026, 11, 26, 16, 0, tzinfo=UTC), "day-1": datetime(2026, 11, 27, 7, 30, tzinfo=UTC)}


def console(story: Story) -> FastAPI:
    """Return the console over the house of a story."""
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    words, clock = acting.CATALOG, story.clock
    standing = Console(story.house.store, words, words, clock.now, clocks.machine, BOT, desk.ADDRESS)
    made.router.routes.extend(consoles.site(standing))
    return made


async def ids(story: Story) -> dict[str, str]:
    """Return the ids of Ana, her session, and by step of her reminders."""
    of = tables.reminders.c
    async with story.house.store.reading() as work:
        found = (await work.run(select(of.id, of.step_key, of.patient_id, of.treatment_id))).all()
    steps = {row.step_key: row.id for row in found}
    return steps | {"patient": found[0].patient_id, "treatment": found[0].treatment_id}


async def test_a_session_moved_in_the_console_is_told_moves_its_messages_and_repeats_none(
    clinic_story: Story, operator: acting.Operator
) -> None:
    ana = await clinic_story.person("Ana")
    invited = await operator.invites()
    await claims(ana, invited, invited["desk_code"])
    await clinic_story.brings(ana, "eve")
    store, has = clinic_story.house.store, await ids(clinic_story)
    async with store.reading() as work:
        bea = await clinics.find(work, access.Operator(), "Dr Bea")
    home = f"/patients/{has['patient']}"
    await ana.phone.mark()

    async with desk.signed_in(console(clinic_story), store, bea, access.Role.CLINICIAN) as dana:
        form = {"day": "2026-11-26", "at": "15:30", "version": "1"}
        await dana.send(f"{home}/sessions/{has['treatment']}/move", form)
        told = await ana.phone.wait_for("Dr Bea has moved your session.")
        note = f"{home}/reminders/{has['day-1']}/note"
        mark = (await dana.get(note)).text.split('name="shown" value="')[1][:16]
        await dana.send(note, {"words": "Keep off the treadmill", "until": "2026-11-28", "shown": mark})
        listed = await ana.timeline()

        clinic_story.wind(acting.DUE["ride-home"])
        await ana.phone.mark()
        clinic_story.wind(MOVED["ride-home"])
        home_message = await ana.came(MOVED["ride-home"])
        clinic_story.wind(MOVED["day-1"])
        day_1 = await ana.came(MOVED["day-1"])
        proof = desk.text(await dana.get(f"{home}/proof"))

    assert "It is now on Thursday 26 November, 15:30." in told.text
    assert "8 messages move." in told.text
    assert "1 you already had. It is not repeated." in told.text
    assert ana.button("timeline") in told.buttons
    assert "From Dr Bea: Keep off the treadmill" in listed
    assert day_1.text.endswith("From Dr Bea: Keep off the treadmill")
    texts = await ana.bot_texts()
    assert [texts.count(message.text) for message in (home_message, day_1)] == [1, 1]
    assert sum("I will write again about 90 minutes after the start." in text for text in texts) == 1
    assert "Keep off the treadmill" in proof


async def test_messages_wait_for_the_end_of_a_pause_and_go_on_then(
    clinic_story: Story, operator: acting.Operator
) -> None:
    ana = await clinic_story.person("Ana")
    invited = await operator.invites()
    await claims(ana, invited, invited["desk_code"])
    store, has = clinic_story.house.store, await ids(clinic_story)
    async with store.reading() as work:
        bea = await clinics.find(work, access.Operator(), "Dr Bea")
    home = f"/patients/{has['patient']}"
    await ana.phone.mark()

    async with desk.signed_in(console(clinic_story), store, bea, access.Role.DESK) as dana:
        version = (await dana.get(f"{home}/pause", until="2026-11-26")).text.split('name="version" value="')[1]
        await dana.send(f"{home}/pause", {"until": "2026-11-26", "version": version.partition('"')[0]})
        await ana.phone.wait_for("Dr Bea has paused my messages.")
        clinic_story.wind(acting.DUE["eve"])
        clinic_story.wind(acting.DUE["day-1"])
        await ana.phone.mark()
        clinic_story.wind(acting.DUE["day-2"])
        first = await ana.came(acting.DUE["day-2"])

    assert ana.gist("step.day-2") in first.text
    assert not any(ana.gist("step.day-1") in text for text in await ana.bot_texts())
