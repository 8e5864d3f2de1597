"""Telegram away, busy or cut off: nothing is lost, nothing comes at night or in a burst, and no third copy."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.acting import DUE, LANGUAGES
from tests.journeys.conftest import Story

NIGHT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # three in the morning in Madrid
SENDING = "sendMessage"
RESENT = 45.0  # machine seconds: the patience before a second copy of a reminder, and some


async def sends_to(story: Story, chat: int, *, at: datetime | None = None) -> list[str]:
    """Return what was accepted for a chat; with `at` only what was sent at that instant of the product."""
    sends = [send for send in await story.simulated.sends() if send["chat"] == chat]
    return [send["text"] for send in sends if at is None or datetime.fromisoformat(send["at"]) == at]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_after_hours_of_outage_nothing_comes_at_night_and_no_burst_in_the_morning(
    either_story: Story, language: str
) -> None:
    story, ana = either_story, await either_story.person("Ana", language=language)
    await ana.registers()
    await story.brings(ana, "eve")
    before = len(await sends_to(story, ana.phone.person))
    await story.simulated.fault("too_many", method=SENDING, times=1, seconds=1)
    story.wind(DUE["ride-home"])
    await ana.phone.wait_for_silence(0.3)  # refused, and to be tried again in a second
    story.wind(NIGHT)
    await ana.phone.wait_for_silence(1.5)
    asleep = len(await sends_to(story, ana.phone.person))

    await ana.phone.mark()
    story.wind(DUE["day-1"] + timedelta(minutes=1))
    await ana.asked("as_expected")
    await ana.phone.wait_for_silence(0.4)

    shown = await ana.timeline()
    assert asleep == before
    assert len(await sends_to(story, ana.phone.person)) == before + 2  # the day's care, and the timeline
    assert ana.words("reason.too_late") in shown or ana.words("reason.overtaken") in shown


async def test_a_429_loses_nothing_and_repeats_nothing(story: Story) -> None:
    ana, carl = await story.person("Ana"), await story.person("Carl")
    await ana.registers()
    await carl.registers()
    await story.simulated.fault("too_many", method=SENDING, times=2, seconds=1)

    story.wind(DUE["eve"])
    for person in (ana, carl):
        await person.came(DUE["eve"])
    await ana.phone.wait_for_silence(1.2)

    for person in (ana, carl):
        assert len(await sends_to(story, person.phone.person, at=DUE["eve"])) == 1


async def test_a_lost_answer_makes_two_copies_at_most_and_a_lost_call_loses_nothing(story: Story) -> None:
    ana, carl = await story.person("Ana"), await story.person("Carl")
    await ana.registers()
    await carl.registers()
    await story.simulated.fault("cut", method=SENDING, chat=ana.phone.person, times=None, accepted=True)
    await story.simulated.fault("cut", method=SENDING, chat=carl.phone.person, times=1, accepted=False)

    story.wind(DUE["eve"])
    await carl.phone.wait_for(lambda m: datetime.fromisoformat(m.date) == DUE["eve"], timeout=RESENT)
    copies = await settled(story, ana.phone.person)
    await story.simulated.heal()

    assert copies == 2
    assert await settled(story, carl.phone.person) == 1
    assert ana.words("reason.no_answer") in await ana.timeline()


async def settled(story: Story, chat: int) -> int:
    """Return how many copies of what is sent at this instant were accepted, once no more have come for a second."""
    seen, still = -1, 0
    while still < 5:
        await asyncio.sleep(0.25)
        now = len(await sends_to(story, chat, at=story.clock.now()))
        seen, still = now, still + 1 if now == seen else 0
    return seen


async def test_a_reply_whose_answer_is_lost_comes_at_most_twice(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    story.wind(timedelta(hours=1))
    await story.simulated.fault("cut", method=SENDING, times=None, accepted=True)

    await ana.hears("/privacy", "privacy.how")
    await asyncio.sleep(1.5)  # the patience before a second copy
    copies = await settled(story, ana.phone.person)
    await story.simulated.heal()

    assert copies == 2
    assert await ana.hears("/next", "next.one")


async def test_what_people_write_while_we_cannot_poll_is_answered_in_order_later(story: Story) -> None:
    ana = await story.person("Ana")
    await story.simulated.fault("server_error", method="getUpdates", times=2)
    await ana.phone.start()
    await ana.asked("agree")

    await story.simulated.fault("server_error", method="getUpdates", times=2)
    await ana.phone.say("/help")
    await ana.phone.say("/what")
    await ana.told("topic.what-it-is")

    texts = await ana.bot_texts()
    assert ana.gist("help.all") in texts[-2]
    assert ana.gist("topic.what-it-is") in texts[-1]
