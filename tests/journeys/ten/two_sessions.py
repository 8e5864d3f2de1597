"""Nora has two sessions a week apart: what both would say she hears once, and the older one's list says why."""

from tests.journeys.ten import hero, stage

TITLE = "Two sessions a week apart"
START = "2026-11-23 10:00"
ZONE = "Europe/Madrid"
SECOND_READ = "2026-12-15T07:30:00+00:00"


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Nora has a series: one session on Tuesday 24 November, the next a week later, on 1 December.")
    nora = await hero.enters(on, "Nora")
    await nora.registers("24 Nov 15:30")
    with nora.hurrying(brief=nora.gist("review.beside")):
        await nora.writes("/session")
        await nora.writes("1 Dec 15:30")
        beside = await nora.taps("zone-yes")
    assert nora.gist("review.beside") in beside.text
    await nora.taps("save", brief=True)
    first = await nora.writes("/timeline", brief="not sent")
    assert first.text.count(nora.words("reason.newer_session")) == 3

    on.page.tell("The care of the first session comes as ever. From its start on, the second one has the word.")
    came = await nora.waits("2026-12-15 12:00", brief=True)
    assert len(came.messages) == len({each.date for each in came.messages})
    assert len([each for each in came.messages if nora.gist("step.day-1") in each.text]) == 2
    assert [each.date for each in came.messages if nora.gist("step.day-14") in each.text] == [SECOND_READ]
