"""Sam wants less, then nothing, then all of it again: by degrees, each told, and each undone by one tap."""

from tests.journeys.ten import hero, stage

TITLE = "Stops and returns"
START = "2026-11-23 10:00"
ZONE = "Europe/Madrid"


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Sam has a session on Tuesday, and a full week.")
    sam = await hero.enters(on, "Sam")
    await sam.registers("24 Nov 15:30")
    await sam.waits("2026-11-24 20:00", brief=True)
    with sam.hurrying():
        await sam.writes("/settings")
        await sam.taps("less")
    await _one_later(sam)
    await _a_pause(sam)
    await _today_only(sam)
    await _stop(sam)


async def _one_later(sam: hero.Hero) -> None:
    """The first degree: one message comes later."""
    with sam.hurrying():
        await sam.taps("later")
        later = await sam.taps("Later: tomorrow, Wednesday 25 November, 19:00")
    assert sam.button("unsnooze") in later.buttons
    care = await sam.waits("2026-11-25 20:00", brief=True)
    assert [each.date for each in care.messages] == ["2026-11-25T18:00:00+00:00"]


async def _a_pause(sam: hero.Hero) -> None:
    """The second: nothing comes until a day."""
    with sam.hurrying():
        await sam.writes("fewer messages")
        await sam.taps("pause")
        paused = await sam.taps(sam.words("button.pause-until", date="Saturday 28 November"))
    assert sam.words("pause.done", date="Saturday 28 November", count=0, count_late=2) == paused.messages[0].text
    assert (await sam.waits("2026-11-26 12:00")).said == ()
    back = await sam.taps("unpause", brief=True)
    assert sam.gist("step.day-2") in back.text


async def _today_only(sam: hero.Hero) -> None:
    """The third: the day's messages, and none of later days."""
    with sam.hurrying(brief=True):
        await sam.writes("fewer messages")
        left = await sam.taps("today-only")
    assert sam.words("today.done", count=0, left_out=5) == left.messages[0].text
    again = await sam.taps("all-again", brief=True)
    assert sam.words("today.undone", count=5, count_late=0) == again.messages[0].text


async def _stop(sam: hero.Hero) -> None:
    """The last: nothing at all, until Sam is back."""
    await sam.writes("please stop", brief=True)
    assert (await sam.waits("2026-12-02 10:00")).said == ()
    await sam.starts(brief=True)
    back = await sam.taps("resume", brief=True)
    assert sam.words("stop.resumed", count=4, count_late=1) in back.text
    late = await sam.waits("2026-12-08 10:00", brief=True)
    assert [each.date for each in late.messages] == ["2026-12-08T07:30:00+00:00"]
