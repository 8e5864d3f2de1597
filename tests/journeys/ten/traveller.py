"""Theo flies to New York: the clocks go back at home before the flight and there after it; the morning stays his."""

from tests.journeys.ten import hero, stage

TITLE = "The traveller over a clock change"
START = "2026-10-21 12:00"
ZONE = "Europe/Madrid"


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell(
        "Theo has his session in Madrid on Thursday 22 October. In the night to Sunday the clocks go back in Europe. "
        "On Monday he flies to New York, where they go back a week later."
    )
    theo = await hero.enters(on, "Theo")
    await theo.registers("22 Oct 15:30")
    care = await theo.waits("2026-10-25 12:00", brief=True)
    mornings = [each.date for each in care.messages[-3:]]
    assert mornings == ["2026-10-23T06:30:00+00:00", "2026-10-24T06:30:00+00:00", "2026-10-25T07:30:00+00:00"]

    on.page.tell("The night was an hour longer, and half past eight is still half past eight by his clock.")
    await theo.taps("reads_yes")
    await theo.waits("2026-10-26 22:00")
    theo.flies("New York")
    await theo.writes("/timezone")
    await theo.writes("New York")
    moved = await theo.taps("zone-yes")
    assert theo.words("done.zone", city="New York", clock="17:00", count=4) == moved.messages[0].text

    reads = await theo.waits("2026-11-05 12:00", brief=True)
    assert [each.date for each in reads.messages] == ["2026-10-29T12:30:00+00:00", "2026-11-05T13:30:00+00:00"]
    on.page.tell("On 1 November the clocks of New York have gone back, too. His morning has not moved.")
