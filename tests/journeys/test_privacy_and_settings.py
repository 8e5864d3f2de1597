"""What is stored and its erasure; what can be set, and what that changes later."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.journeys.acting import CATALOG, DUE, LANGUAGES, SESSION, Person
from tests.journeys.conftest import Story

SECRETS = ("+34 699 123 456", "it throbs like a xylophone", "Anastasia")


async def test_what_is_erased_is_nowhere_in_the_database(story: Story, sqlite_url: str) -> None:
    ana = await story.person(SECRETS[2])
    await ana.agrees()
    await ana.tells()
    await ana.taps("save")
    await ana.asked("skip")
    await ana.says(SECRETS[0])
    await story.brings(ana, "eve", "ride-home", "day-1")
    await ana.hears(f"I am worried, {SECRETS[1]}", "worry.phone", clinic_phone=SECRETS[0])
    before = len(await ana.bot_texts())

    await ana.says("/forget", "forget-yes")
    await ana.taps("forget-yes")
    await ana.told("done.forgotten")
    story.wind(timedelta(days=100))
    await ana.phone.wait_for_silence(0.4)

    assert len(await ana.bot_texts()) == before + 1
    assert found_in(sqlite_url, *SECRETS, str(ana.phone.person), "Madrid 2026", "I am worried, it") == []


def found_in(sqlite_url: str, *words: str) -> list[str]:
    """Return which of the words stand in the bytes of the database, its log and its index."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    raw = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    return [word for word in words if word.encode() in raw]


async def test_what_people_say_is_sealed_while_it_is_kept(story: Story, sqlite_url: str) -> None:
    ana = await story.person(SECRETS[2])
    await ana.agrees()
    await ana.tells()
    await ana.taps("save")
    await ana.asked("skip")
    await ana.says(SECRETS[0])
    await ana.hears(f"I am worried, {SECRETS[1]}", "worry.phone", clinic_phone=SECRETS[0])
    await story.brings(ana, "eve")

    assert found_in(sqlite_url, *SECRETS, str(ana.phone.person), ana.gist("done.phone")) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_chat_can_begin_anew_after_it_was_forgotten(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    await ana.says("/forget", "forget-yes")
    await ana.taps("forget-yes")
    await ana.told("done.forgotten")

    none = await ana.timeline()
    await ana.registers()

    assert none == ana.words("timeline.none")
    await story.brings(ana, "eve")


async def test_a_second_tap_on_erase_finds_nothing_to_erase(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    asked = await ana.says("/forget", "forget-yes")
    await ana.taps("forget-yes")
    await ana.told("done.forgotten")

    await ana.phone.press("forget:yes", message_id=asked.id)
    await ana.phone.start()

    assert await ana.asked("agree")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_privacy_says_what_is_stored(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()

    said = await ana.says("/privacy", "forget")

    assert ana.gist("privacy.how") in said.text
    assert "Madrid" in said.text
    assert ana.clock(time(8, 30)) in said.text


async def sets(ana: Person, name: str, value: str, key: str) -> None:
    """Change one setting by typing, and save what its example shows."""
    await ana.says("/settings", f"set-{name}")
    await ana.taps(f"set-{name}")
    await ana.asked("keep")
    await ana.says(value, "save")
    await ana.taps("save")
    await ana.told(key)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_new_morning_hour_moves_what_is_still_to_come(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    await story.brings(ana, "eve", "ride-home", "day-1")

    await sets(ana, "hour", "10:00", "done.hour")
    story.wind(DUE["day-2"])
    await ana.phone.wait_for_silence(0.3)
    await ana.phone.mark()
    story.wind(DUE["day-2"] + timedelta(minutes=90))

    assert await ana.came(DUE["day-2"] + timedelta(minutes=90))


async def test_new_quiet_hours_hold_what_falls_into_them(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()

    await sets(ana, "quiet", "18:30-08:00", "done.quiet")
    await ana.phone.mark()
    story.wind(DUE["eve"])
    await ana.phone.wait_for_silence(0.3)
    morning = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    story.wind(morning)

    assert ana.gist("step.eve") in (await ana.came(morning)).text


async def test_quiet_hours_that_are_none_are_refused_and_nothing_changes(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    before = (await ana.says("/settings", "set-quiet")).text

    for typed in ("25:00-26:00", "sometimes", "08:00-07:00"):
        await ana.taps("set-quiet")
        await ana.asked("keep")
        await ana.phone.say(typed)
        await ana.phone.wait_for()
        assert (await ana.says("/settings", "set-quiet")).text == before


async def test_a_switched_language_speaks_in_later_reminders(story: Story) -> None:
    ana = await story.person("Ana", language="en")
    await ana.registers()
    await ana.says("/language")
    spanish = Person(ana.phone, "es")

    await ana.phone.tap(CATALOG.language("es").name)
    await spanish.told("done.language")
    await story.brings(spanish, "eve")

    assert spanish.gist("step.eve") in (await spanish.phone.last()).text


async def test_a_new_zone_moves_what_is_still_to_come(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await story.brings(ana, "eve", "ride-home", "day-1")

    await ana.says("/timezone", "zone-yes")
    await ana.says("London", "zone-yes")
    await ana.taps("zone-yes")
    await ana.told("done.zone")
    await ana.phone.mark()
    story.wind(DUE["day-2"])
    await ana.phone.wait_for_silence(0.3)
    story.wind(DUE["day-2"] + timedelta(hours=1))

    assert await ana.came(DUE["day-2"] + timedelta(hours=1))


HOURS = [
    (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "eve"),
    (datetime(2026, 11, 24, 15, 0, tzinfo=UTC), "during"),
    (datetime(2026, 11, 24, 20, 0, tzinfo=UTC), "today"),
    (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), "day-1"),
    (datetime(2026, 11, 26, 20, 0, tzinfo=UTC), "day-2"),
    (datetime(2026, 11, 27, 20, 0, tzinfo=UTC), "day-3"),
    (datetime(2026, 11, 29, 20, 0, tzinfo=UTC), "days"),
    (datetime(2026, 12, 10, 20, 0, tzinfo=UTC), "weeks"),
    (datetime(2027, 1, 24, 20, 0, tzinfo=UTC), "months"),
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_to_expect_is_told_for_the_hour_since_the_session(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    nothing = await ana.hears("/expect", "expect.none")
    await ana.registers(SESSION)

    for at, phase in HOURS:
        story.wind(at)
        await ana.hears("/expect", f"expect.{phase}")

    assert ana.button("session") in nothing.buttons


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_topic_has_a_command_and_a_button(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    topics = [topic for topic in CATALOG.menu if topic.key != "now"]

    for topic in topics:
        said = await ana.hears(f"/{topic.command}", topic.message)
        assert ana.button("person") in said.buttons
    await ana.says("/topics", "person")
    for topic in topics:
        await ana.taps(f"topic-{topic.key}")
        await ana.told(topic.message)

    assert len(topics) == 6


async def test_next_says_what_comes_next(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()

    said = await ana.hears("/next", "next.one")

    assert "19:00" in said.text
    assert ana.words("title.eve") in said.text.lower()
