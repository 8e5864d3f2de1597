"""Settings, stop and the way back, what is stored, and erasure."""

import pytest
from sqlalchemy import select

from reminderbot.store import tables
from tests.chat.conftest import BOT, Phone


@pytest.fixture
async def patient(ana: Phone) -> Phone:
    """Ana, with a session on Tuesday, 24 November at 15:30 in Madrid."""
    await ana.registers()
    await ana.taps("phone:skip")
    return ana


async def states(phone: Phone) -> set[str]:
    async with phone.store.reading() as work:
        return {str(state) for state in (await work.run(select(tables.reminders.c.state))).scalars()}


async def test_settings_show_what_is_set_and_a_button_for_each(patient: Phone) -> None:
    (shown,) = await patient.writes("/settings")

    assert all(word in shown.text for word in ("08:30", "21:00–08:00", "Madrid", "English"))
    wanted = [
        "set:hour",
        "set:quiet",
        "set:zone",
        "set:language",
        "set:phone",
        "reads:no",
        "clinic",
        "privacy",
        "less",
        "stop",
    ]
    assert list(shown.keys.values()) == wanted


async def test_another_hour_moves_the_messages(patient: Phone) -> None:
    await patient.taps("set:hour")
    await patient.taps("hour:other")
    await patient.writes("9:15")

    await patient.taps("hour:save-09:15")

    assert "Wednesday 25 November, 09:15" in await patient.said("/timeline")


async def test_another_zone_is_checked_by_its_clock_and_moves_the_messages(patient: Phone) -> None:
    (asked,) = await patient.writes("/timezone")
    await patient.taps("zone:other")
    (found,) = await patient.writes("Canary")

    kept = await patient.tapped("zone:Atlantic/Canary")

    assert "It is <b>10:00</b> for you now (Madrid), right?" in asked.text
    assert found.text
    assert "It is 09:00 there" in kept


async def test_an_hour_is_shown_by_an_example_before_it_is_kept(patient: Phone) -> None:
    await patient.taps("set:hour")

    *_, shown = await patient.taps("hour:10:00")

    assert "I would write at <b>10:00</b> in the morning. Quiet hours: 21:00–08:00." in shown.text
    assert "would then come <b>Wednesday 25 November, 10:00</b>" in shown.text
    assert list(shown.keys.values()) == ["hour:save-10:00", "hour:other", "keep"]
    assert "Wednesday 25 November, 08:30" in await patient.said("/timeline")


async def test_what_was_shown_is_kept_by_one_tap_or_a_yes(patient: Phone) -> None:
    await patient.taps("set:hour")
    await patient.taps("hour:10:00")

    kept = await patient.said("yes")

    assert "I will write at 10:00 in the morning" in kept
    assert "Wednesday 25 November, 10:00" in await patient.said("/timeline")


async def test_what_was_shown_is_left_by_a_tap(patient: Phone) -> None:
    await patient.taps("set:hour")
    await patient.taps("hour:10:00")

    await patient.taps("keep")

    assert "08:30" in await patient.said("/settings")
    assert "too old" in await patient.tapped("hour:save-10:00")


async def test_an_earlier_save_button_keeps_what_it_showed(patient: Phone) -> None:
    await patient.taps("set:hour")
    await patient.taps("hour:10:00")
    await patient.writes("11:00")

    await patient.taps("hour:save-10:00")

    assert "Wednesday 25 November, 10:00" in await patient.said("/timeline")


async def test_an_hour_within_the_quiet_hours_shows_that_they_end_earlier(patient: Phone) -> None:
    await patient.taps("set:hour")

    assert "Quiet hours: 21:00–07:00." in await patient.tapped("hour:07:00")
    assert "21:00–08:00" in await patient.said("/settings")


async def test_without_a_message_ahead_there_is_no_example(patient: Phone) -> None:
    patient.wind(days=400)
    await patient.taps("set:hour")

    assert "No message is planned right now" in await patient.tapped("hour:10:00")


async def test_the_hour_that_is_kept_already_needs_no_example(patient: Phone) -> None:
    await patient.taps("set:hour")

    assert "I will write at 08:30" in await patient.tapped("hour:08:30")


async def test_a_refused_hour_changes_nothing_and_can_be_chosen_again(patient: Phone) -> None:
    await patient.taps("set:hour")

    assert "quiet" in await patient.said("23:00")
    assert "10:00" in await patient.said("10:00")


async def test_typed_quiet_hours_are_shown_by_an_example_and_kept_by_a_tap(patient: Phone) -> None:
    await patient.taps("set:quiet")

    (shown,) = await patient.writes("18:00-08:15")
    before = await patient.said("/settings")
    await patient.taps("quiet:save-18:00-08:15")

    assert "I would be quiet at these hours: <b>18:00–08:15</b>" in shown.text
    assert "would then come <b>" in shown.text
    assert ("21:00–08:00" in before, "18:00–08:15" in await patient.said("/settings")) == (True, True)


async def test_no_quiet_hours_by_two_taps(patient: Phone) -> None:
    await patient.taps("set:quiet")
    await patient.taps("quiet:none")

    assert "no quiet hours now" in await patient.tapped("quiet:save-none")


async def test_a_yes_keeps_the_quiet_hours_that_were_shown(patient: Phone) -> None:
    await patient.taps("set:quiet")
    await patient.writes("22:00-7:30")

    assert "22:00–07:30" in await patient.said("yes")
    assert "22:00–07:30" in await patient.said("/settings")


@pytest.mark.parametrize(
    "data",
    [
        "quiet:x",
        "quiet:25:00-26:00",
        "quiet:save-x",
        "hour:save-",
        "hour:99:99",
        "hour:x",
        "set:x",
        "reads:x",
        "phone:skip",
    ],
)
async def test_forged_settings_get_a_sentence_and_change_nothing(patient: Phone, data: str) -> None:
    before = await patient.said("/settings")
    for step in ("set:quiet", "set:hour"):
        await patient.taps(step)

    answers = await patient.taps(data)

    assert any(each.text for each in answers)
    assert await patient.said("/settings") == before


async def test_a_stale_settings_button_gets_a_sentence(patient: Phone) -> None:
    (answer,) = await patient.taps("quiet:none")

    assert "too old" in answer.text


async def test_another_language_is_spoken_at_once(patient: Phone) -> None:
    (asked,) = await patient.writes("/language")

    said = await patient.tapped("lang:es")

    assert asked.keys.items() >= {"English": "lang:en", "Español": "lang:es", "Português": "lang:pt"}.items()
    assert "te escribo en español" in said
    assert "Sesión del martes 24 de noviembre" in await patient.said("/timeline")


async def test_a_forged_language_is_refused(patient: Phone) -> None:
    assert await patient.tapped("lang:xx")
    assert "English" in await patient.said("/settings")


async def test_reads_are_left_out_and_taken_again(patient: Phone) -> None:
    await patient.taps("reads:no")
    without = await patient.said("/timeline")
    await patient.taps("reads:yes")

    assert "You want no short reads." in without
    assert "You want no short reads." not in await patient.said("/timeline")


@pytest.mark.parametrize("words", ["stop", "STOP!", "Basta", "parar", "no more", "cancelar", "/stop"])
async def test_stop_words_stop_at_once_and_offer_an_undo(patient: Phone, words: str) -> None:
    (answer,) = await patient.writes(words)

    assert "planned" not in await states(patient)
    assert list(answer.keys.values()) == ["resume", "pause", "todayonly", "forget"]


@pytest.mark.parametrize("words", ["please do not stop", "when do i stop using makeup", "stopwatch"])
async def test_a_text_that_only_holds_the_word_stops_nothing(patient: Phone, words: str) -> None:
    await patient.writes(words)

    assert "planned" in await states(patient)


async def test_stop_twice_is_the_same(patient: Phone) -> None:
    await patient.writes("stop")

    assert "are stopped" in await patient.said("stop")


async def test_undo_sends_them_again(patient: Phone) -> None:
    await patient.writes("stop")

    assert "9 messages will come" in await patient.tapped("resume")
    assert "planned" in await states(patient)


async def test_undo_twice_is_told(patient: Phone) -> None:
    await patient.writes("stop")
    await patient.taps("resume")

    assert "not stopped" in await patient.tapped("resume")


async def test_stop_ends_a_dialogue(patient: Phone) -> None:
    await patient.writes("/session")
    await patient.writes("stop")

    assert "too old" in await patient.tapped("day:0")


async def test_a_session_while_stopped_is_refused_with_the_way_back(patient: Phone) -> None:
    await patient.writes("stop")

    (refused,) = await patient.writes("/session")

    assert list(refused.keys.values()) == ["resume"]


async def test_privacy_says_what_is_stored(patient: Phone) -> None:
    (shown,) = await patient.writes("/privacy")

    assert all(word in shown.text for word in ("sessions 1", "Madrid", "not end-to-end encrypted"))
    assert "forget" in shown.keys.values()


async def test_privacy_before_consent_can_be_followed_by_consent(ana: Phone) -> None:
    await ana.writes("/start")

    *_, shown = await ana.taps("privacy")

    assert list(shown.keys.values()) == ["agree", "forget"]


async def test_forget_asks_first(patient: Phone) -> None:
    (asked,) = await patient.writes("/forget")

    assert list(asked.keys.values()) == ["forget:yes", "keep"]
    assert "stays as it is" in await patient.tapped("keep")
    assert "24 November" in await patient.said("/timeline")


async def test_erasure_says_farewell_and_leaves_nothing(patient: Phone) -> None:
    await patient.writes("/forget")

    farewell = await patient.taps("forget:yes")

    assert [each.kind for each in farewell] == ["farewell", "farewell"]
    assert "is erased" in farewell[1].text
    assert "your sessions (1)" in farewell[1].text
    async with patient.store.reading() as work:
        chats = (await work.run(select(tables.chats.c.telegram_index).where(tables.chats.c.bot_id == BOT.id))).all()
        keys = (await work.run(select(tables.data_keys.c.purpose))).scalars().all()
    assert [row.telegram_index for row in chats] == [None]
    assert sorted(keys) == ["index", "system"]


async def test_after_erasure_one_is_a_stranger_again(patient: Phone) -> None:
    await patient.taps("forget:yes")

    (welcome,) = await patient.writes("/start")

    assert "agree" in welcome.keys.values()


async def test_erase_tapped_twice_is_answered(patient: Phone) -> None:
    await patient.taps("forget:yes")

    answers = await patient.taps("forget:yes")

    assert [each.method for each in answers].count("answerCallbackQuery") == 1


async def test_settings_in_spanish(ana_es: Phone) -> None:
    await ana_es.agrees()

    assert "Tus ajustes" in await ana_es.said("/settings")
    assert "no te escribiré" in (await ana_es.said("basta")).lower()
    assert "Qué se guarda sobre ti" in await ana_es.said("/privacy")


async def test_a_no_to_erasing_leaves_the_session_that_is_being_told(ana: Phone) -> None:
    await ana.registers_until_time("day:0")
    await ana.writes("/forget")

    said = await ana.tapped("keep")

    assert "It stays as it is." in said
    assert "for you now" in await ana.said("15:30") or "What time is it" in await ana.said("15:30")
