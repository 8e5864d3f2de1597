"""Ana is worried on the first day: at once she knows whom to call, the clinic answers, and the loop closes."""

import re
from datetime import date, time

from reminderbot.services import access
from tests.journeys.ten import hero, stage
from tests.web.console import desk

TITLE = "Worried on the first day"
START = "2026-11-23 10:00"
ZONE = "Europe/Madrid"
PHONE = "+34 600 000 000"
SENTENCE = "My left cheek is hot. May I come by?"
ANSWER = "Yes, please come by today at four. I will look at it myself."


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Ana is a patient of Dr Bea's in Madrid. The desk has entered her session and given her a card.")
    bea = await on.adds_a_clinic()
    ana = await hero.enters(on, "Ana")
    await ana.claims(await on.invites(bea, "Ana", date(2026, 11, 24), time(15, 30)))
    await ana.waits("2026-11-25 08:20", brief=True)
    await ana.waits("2026-11-25 10:15")

    way = await ana.taps("worried")
    assert PHONE in way.text
    assert ana.gist("worry.read-by-clinic") in way.text
    assert ana.words("worry.more") in way.text
    assert {ana.button("call-me"), ana.button("letter")} < set(way.buttons)
    told = await ana.writes(SENTENCE)
    assert ana.words("worry.added", clinic_name="Dr Bea") in told.text
    async with on.console(bea, access.Role.CLINICIAN) as at_her_desk:
        case = await _reads(on, at_her_desk)
        await _answers(on, at_her_desk)
        answer = await ana.hears()
        assert ANSWER in answer.text
        on.page.tell("At half past four Ana is on her way home. Dr Bea closes the note.")
        await ana.waits("2026-11-25 16:30")
        await at_her_desk.send(case, {"do": "close"})
        closed = await ana.hears()
    assert ana.gist("worry.closed-by-clinic") in closed.text


async def _reads(on: stage.Stage, browser: desk.Browser) -> str:
    """Dr Bea finds Ana on her list of the day, says that she has her, and reads; return the path of the case."""
    today = await browser.get("/today")
    line = "worried Ana Worried after the message: care on the first day. Please call."
    assert line in desk.text(today)
    subject = re.search(r'name="subject" value="([0-9a-f]+)"', today.text)
    assert subject
    form = {"kind": "worry", "subject": subject[1]}
    await browser.send("/today/cases", {**form, "do": "acknowledge"}, seen="/today")
    opened = await browser.send("/today/cases", {**form, "do": "open"}, seen="/today")
    path = opened.headers["location"].removeprefix("/console").partition("?")[0]
    assert SENTENCE in desk.text(await browser.get(path))
    on.page.tell(f"On Dr Bea's screen, first on the page of today: “{line}” She taps *Acknowledge* and reads the rest.")
    return path


async def _answers(on: stage.Stage, browser: desk.Browser) -> None:
    """Dr Bea writes to Ana from her page."""
    found = re.search(r"/console/patients/([0-9a-f]{32})", (await browser.get("/today")).text)
    assert found
    on.page.tell("She has a patient in the chair and cannot call, so she writes.")
    await browser.send(f"/letters/{found[1]}", {"letter_words": ANSWER})
