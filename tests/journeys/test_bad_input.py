"""Whatever a person may send that is no answer: each gets a sentence, and nothing is changed by it."""

import asyncio
from datetime import timedelta

import pytest

from tests.journeys.acting import CATALOG, LANGUAGES, Person, eventually
from tests.journeys.conftest import Story

REFUSED = [
    ("31 Feb", "refusal.date.no-such-date"),
    ("2028-11-24 15:30", "refusal.date.too-far-ahead"),
    ("24.11.2023", "refusal.date.too-far-past"),
    ("24 Nov 25:00", "refusal.date.no-such-time"),
    ("15:30", "ask.date.no-date"),
    ("🦄" * 4000, "refusal.date.too-long"),
    ("<b>bold</b> & co", "refusal.date.unreadable"),
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_date_that_is_none_is_answered_and_asked_again(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.agrees()

    for typed, key in REFUSED:
        await ana.phone.say(typed)
        await ana.told(key)
        await ana.asked("today" if key != "ask.date.no-date" else "cancel")

    assert await ana.timeline() == ana.words("timeline.none")
    assert await ana.says("2026-11-24 15:30", "cancel")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_ambiguous_date_is_asked_about_with_both_readings(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.agrees()

    which = await ana.hears("03/04", "ask.date.day-or-month", typed="03/04")
    await ana.phone.tap(which.buttons[0])
    asked = await ana.told("prompt.time", date=which.buttons[0])

    assert len(which.buttons) == 3  # both, and a way out
    assert which.buttons[0] != which.buttons[1]
    assert asked.text.lower().startswith(which.buttons[0].lower())


async def test_a_wall_time_that_the_clock_skips_is_said_before_it_is_saved(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.agrees()

    review = await ana.tells("2027-03-28 02:30")

    assert ana.words("review.skipped", time_typed="02:30", clock="03:30") in review.text


async def test_a_wall_time_that_comes_twice_is_asked_about_in_a_known_zone(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await ana.says("/session", "today")

    which = await ana.hears("2027-10-31 02:30", "ask.date.twice")

    assert len(which.buttons) == 3


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_zone_is_found_by_a_near_spelling_or_a_city_and_an_unknown_one_is_asked_again(
    story: Story, language: str
) -> None:
    ana = await story.person("Ana", language=language)
    await ana.agrees()
    await ana.says("2026-11-24 15:30", "cancel")

    for typed in ("Hogwarts", "../etc/passwd", "🦄", "<i>"):
        await ana.hears(typed, "prompt.zone-unknown")
    for typed, city in {"Madird": "Madrid", "Buenos Aires": "Buenos Aires"}.items():
        assert city in (await ana.says(typed, "zone-yes")).text

    assert await ana.timeline() == ana.words("timeline.none")


async def test_a_country_of_many_zones_offers_them(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.agrees()
    await ana.says("2026-11-24 15:30", "cancel")

    which = await ana.hears("Brazil", "prompt.zone-which")

    assert len(which.buttons) > 3


async def test_an_hour_that_is_none_is_asked_again(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.agrees()
    await ana.says("2026-11-24 15:30", "cancel")
    await ana.says("Madrid", "zone-yes")
    await ana.taps("zone-yes")
    await ana.asked("hour-other")

    for typed in ("25:00", "whenever", "🦄"):
        await ana.hears(typed, "help.not-an-answer")

    assert "9:15" in (await ana.says("9:15", "save")).text


async def test_a_name_of_any_kind_is_shown_as_it_is_and_breaks_nothing(story: Story) -> None:
    for name in ("<b>Ana</b>", "\u202eanA\u202c", 'A&B "quoted"', "A" * 64, "{{ bot }}", "\u200f"):
        ana = await story.person(name)
        await ana.phone.start()
        welcome = await ana.asked("agree")
        await ana.taps("agree")

        assert await ana.asked("today")
        assert not {"\u202e", "\u202c", "\u200f"} & set(welcome.text)
        assert "<b>" not in name or "<b>Ana</b>" in welcome.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_no_text_gets_a_sentence_and_the_way_to_a_person(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()

    for kind in ("sticker", "contact"):
        await ana.phone.send(kind)
        said = await ana.asked("person")
        assert ana.gist("help.unseen") in said.text, kind


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_nobody_has_seen_is_said_to_be_so_and_is_never_downloaded(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()

    for kind, key in (("photo", "photo"), ("voice", "voice"), ("document", "file")):
        await ana.phone.mark()
        await ana.phone.send(kind)
        said = await ana.asked("worried")
        assert ana.gist(f"unseen.{key}") in said.text, kind
    assert await story.simulated.calls(method="getFile") == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_group_hears_one_sentence_and_nothing_of_anyones_health(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    group = ana.phone.in_group(await story.simulated.group(ana.phone))
    await group.wait_for("@")

    await group.say("/timeline")
    await group.say("/start")
    await group.wait_for_silence(0.4)

    said = [message.text for message in await group.messages(by="bot")]
    assert [text.partition("@")[0] for text in said] == [ana.words("help.group", username="").partition("@")[0]]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_edited_message_is_not_read_and_that_is_said(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.agrees()
    written = await ana.phone.say("24 Nov")
    await ana.asked("cancel")

    await ana.phone.edit(written, "stop")

    assert await ana.told("help.edited")


FORGED = [
    "",
    "save",
    "day:other",
    "time:99:99",
    "zone:../etc/passwd",
    "hour:nan",
    "read:2026-13-45",
    "move:' OR 1=1 --",
    "drop:ffffffffffffffffffffffffffffffff",
    "dropped:x",
    "ci:x:y:z",
    "ci:ffffffffffffffffffffffffffffffff:skin:ok",
    "worry:ffffffffffffffffffffffffffffffff",
    "lang:xx",
    "set:nothing",
    "quiet:25:00-26:00",
    "reads:maybe",
    "phone:what",
    "topic:none",
    "cbcal_0_s_d_9999_99_99",
    "\x00\u202e",
    "🦄" * 16,
]


async def test_forged_and_stale_taps_are_each_answered_once_and_change_nothing(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    before = await ana.timeline()
    kept = (await ana.says("/settings", "set-hour")).text

    answered = [await ana.phone.press(data) for data in FORGED if data]
    await ana.phone.say("/cancel")
    await ana.told("done.cancelled")

    assert None not in answered
    assert await ana.timeline() == before
    assert (await ana.says("/settings", "set-hour")).text == kept


async def test_double_taps_are_each_answered_and_have_one_result(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.agrees()
    review = await ana.tells()

    taps = [ana.phone.press("save", message_id=review.id) for _ in range(5)]
    answered = await asyncio.gather(*taps)
    await ana.phone.wait_for_silence(0.3)

    assert None not in answered
    assert (await ana.timeline()).count(ana.words("title.ride-home")) == 1
    assert sum("prompt" in text or ana.gist("prompt.phone-first") in text for text in await ana.bot_texts()) == 1


async def test_a_check_in_tapped_twice_keeps_its_first_answer(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await story.brings(ana, "eve", "ride-home", "day-1")
    asked = await ana.asked("as_expected")
    ok, worried = asked.data(ana.button("as_expected")), asked.data(ana.button("worried"))
    await ana.phone.press(ok, message_id=asked.id)
    await ana.told("answered.skin-ok")

    again = await ana.phone.press(ok, message_id=asked.id)
    await ana.phone.wait_for_silence(0.3)
    other = await ana.phone.press(worried, message_id=asked.id)
    way = await ana.told("worry.nobody")  # whoever says so later is heard all the same

    turned = next(message for message in await ana.phone.messages(by="bot") if message.id == asked.id)
    assert None not in (again, other)
    assert turned.text.count(ana.gist("answered.skin-ok")) == 1
    assert way.id > turned.id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_start_twice_asks_once_more_and_an_agreement_counts_once(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.phone.start()
    await ana.asked("agree")
    await ana.phone.start()
    second = await ana.asked("agree")
    await ana.taps("agree")
    await ana.asked("today")

    answered = await ana.phone.press("agree", message_id=second.id)
    await ana.phone.start()

    assert answered is not None
    assert answered.text == ana.words("toast.agreed-before")
    assert await ana.asked("today")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_unknown_command_gets_help(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)

    for typed in ("/nonsense", "/nonsense@other_bot hello", "/", "/🦄"):
        await ana.phone.say(typed)
        assert await ana.asked("expect", "timeline", "person")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_unknown_text_gets_help_and_a_known_one_its_answer(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    asks = {"en": "may I wear make-up?", "es": "¿puedo maquillarme?"}[language]

    await ana.hears("qwertz asdfgh", "help.fallback")

    assert await ana.hears(asks, "topic.aftercare.makeup")


async def test_every_command_of_the_menu_is_answered_before_and_after_consent(story: Story) -> None:
    ana = await story.person("Ana")
    commands = await menu(ana)

    for begun in (False, True):
        if begun:
            await ana.registers()
        for command in commands:
            story.wind(timedelta(seconds=2))  # nobody writes thirty commands in one instant
            await ana.phone.say(f"/{command}")
            answered = await ana.phone.wait_for()
            assert ana.gist("help.unknown-command") not in answered.text, command

    assert set(commands) == {name for name, _ in CATALOG.commands("en")}


async def menu_in(person: Person, words: dict[str, str]) -> set[str]:
    """Return the names in the commands' menu once all of them have these words; empty until then."""
    found = await person.phone.commands()
    return set(found) if found.items() <= words.items() else set()


async def menu(person: Person) -> dict[str, str]:
    """Return the commands' menu, once the bot has set it."""
    for _ in range(100):
        if found := await person.phone.commands():
            return found
        await asyncio.sleep(0.05)
    return {}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_menu_is_set_in_the_persons_language(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    words = dict(CATALOG.commands(language))

    found = await eventually(lambda: menu_in(ana, words))

    assert found
    assert {"start", "session", "timeline", "stop", "privacy", "help"} <= set(found)
