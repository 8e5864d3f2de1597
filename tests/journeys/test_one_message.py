"""One message put off, left out, read again; and what is coming as a file: on a phone, from tap to arrival."""

from datetime import UTC, datetime, timedelta

from tests.journeys.acting import DUE
from tests.journeys.conftest import Story

EVENING = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
"""Seven in the evening of the first day, in Madrid."""


async def test_a_message_put_off_comes_then_and_not_before(either_story: Story) -> None:
    story, ana = either_story, await either_story.person("Ana")
    await ana.registers()
    await story.brings(ana, "eve", "ride-home")
    await ana.says("/timeline", "one")
    await ana.taps("one")
    await ana.told("one.which")
    await ana.phone.tap(f"• {ana.words('title.day-1')}")
    card = await ana.asked("skip-one")
    await ana.phone.tap(next(label for label in card.buttons if "19:00" in label))
    done = await ana.asked("unsnooze")
    story.wind(DUE["day-1"] + timedelta(hours=1))
    await ana.phone.wait_for_silence(0.4)

    story.wind(EVENING)
    came = await ana.asked("as_expected")

    assert "will not come tomorrow, Wednesday 25 November, 08:30" in done.text
    assert datetime.fromisoformat(came.date) == EVENING
    await story.brings(ana, "day-2")


async def test_a_message_left_out_does_not_come_and_an_old_one_is_read_again(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await story.brings(ana, "eve")
    sent = await ana.told("step.eve")
    await ana.says("/timeline", "one")
    await ana.taps("one")
    listed = await ana.told("one.which")
    await ana.phone.tap(f"✓ {ana.words('title.eve')}")
    again = await ana.told("step.eve")
    await ana.taps("one-other")
    await ana.told("one.which")
    await ana.phone.tap(f"• {ana.words('title.ride-home')}")
    await ana.asked("skip-one")
    await ana.taps("skip-one")
    await ana.asked("unskip")

    story.wind(DUE["ride-home"] + timedelta(hours=1))
    await ana.phone.wait_for_silence(0.4)

    assert again.text.endswith(sent.text)
    assert again.id == listed.id
    await story.brings(ana, "day-1")


async def test_what_is_coming_arrives_as_a_file(story: Story) -> None:
    ana = await story.person("Ana", language="es")
    await ana.registers()
    await ana.says("/timeline", "calendar")

    await ana.taps("calendar")
    file = await ana.phone.wait_for(lambda message: message.kind == "document")

    assert (file.raw["file"]["name"], file.protected) == ("messages.ics", False)
    assert file.text == ana.words("calendar.file")
