"""Mia hears of the bot on the fourth day: what is past stays unsaid, what is ahead comes."""

from tests.journeys.ten import hero, stage

TITLE = "The late starter"
START = "2026-11-27 10:00"
ZONE = "Europe/London"


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Mia had her session on Monday. On Friday, four days later, a friend shows her the bot.")
    mia = await hero.enters(on, "Mia", city="London")

    review = await mia.registers("23 Nov 11:00", save=False)
    unsent = [line for line in review.text.splitlines() if "not sent" in line]
    assert [mia.words("reason.late_start") in line for line in unsent] == [False, True, True, True, True]

    now = await mia.taps("save")
    assert mia.gist("expect.days") in now.text
    await mia.taps("skip")

    on.page.tell("Nothing that is over is sent after the fact. On Monday the first short read comes.")
    read = await mia.waits("2026-11-30 12:00")
    assert [each.silent for each in read.messages] == [True]
    assert mia.gist("step.day-7") in read.text

    shown = await mia.writes("/next")
    assert "Monday 7 December, 08:30" in shown.text
