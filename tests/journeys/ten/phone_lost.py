"""Eva loses her phone and has a new account: the clinic unties the old one and invites her anew."""

import re
from datetime import date, time

from reminderbot.services import access, clinics
from tests.journeys import test_desk
from tests.journeys.ten import hero, stage
from tests.web.console import desk

TITLE = "The phone is lost"
START = "2026-11-23 10:00"
ZONE = "Europe/Madrid"
PATIENT = re.compile(r"/console(/patients/[0-9a-f]{32})")


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Eva is a patient of Dr Bea's. After her session she leaves her phone in the train.")
    bea = await on.adds_a_clinic()
    old = await hero.enters(on, "Eva")
    await old.claims(await on.invites(bea, "Eva", date(2026, 11, 24), time(15, 30)))
    await old.waits("2026-11-24 18:00", brief=True)

    on.page.tell("With a new phone she has a new account. The bot does not know her, and says nothing of her.")
    new = await hero.enters(on, "Eva")
    unknown = await new.writes("/timeline")
    assert new.gist("timeline.none") in unknown.text
    token, code = await _anew(on, bea)
    told = await old.hears("The lost phone")
    assert old.gist("invite.unbound") in told.text

    with new.hurrying(brief=new.words("title.ride-home")):
        await new.opens(token)
        await new.taps("agree")
        joined = await new.writes(code, shown="the code of the new card")
    assert new.words("title.ride-home") in joined.text
    assert (await new.waits("2026-11-25 12:00", brief=True)).said
    assert (await old.waits("2026-11-25 12:00")).said == ()
    on.page.tell("The lost phone stays silent from now on.")


async def _anew(on: stage.Stage, clinic: clinics.ClinicView) -> tuple[str, str]:
    """Let the desk untie the chat; return the payload and the code of the new invite."""
    async with on.console(clinic, access.Role.DESK) as front:
        found = PATIENT.search((await front.get("/patients")).text)
        assert found
        assert "Untie this chat" in desk.text(await front.get(found[1]))
        answer = await front.post(f"{found[1]}/unbind")
        page = await front.get(answer.headers["location"].removeprefix("/console").partition("?")[0])
    on.page.tell("She calls the clinic. On Eva's page the desk taps *Untie this chat* and hands out the new invite.")
    link, code = test_desk.LINK.search(page.text), test_desk.CODE.search(page.text)
    assert link
    assert code
    return link[1], code[1]
