"""Stop by degrees: later, a pause, only today, stop, on one screen; what will not come is said; one tap undoes it."""

import pytest

from tests.chat.conftest import Phone
from tests.chat.test_chat_one_message import reminder


@pytest.fixture
async def patient(ana: Phone) -> Phone:
    """Ana, with a session on Tuesday, 24 November at 15:30 in Madrid; it is Monday, and one message comes today."""
    await ana.registers()
    await ana.taps("phone:skip")
    return ana


async def blocks(phone: Phone, *, ends: bool = False) -> list[str]:
    """Block the bot, or end the block; return what is said."""
    states = ("kicked", "member") if ends else ("member", "kicked")
    old, new = ({"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": status} for status in states)
    for each in (old, new):
        if each["status"] == "kicked":
            each["until_date"] = 0
    change = {"chat": phone.chat, "from": phone.user, "date": 0, "old_chat_member": old, "new_chat_member": new}
    return [each.text for each in await phone.update(my_chat_member=change)]


async def test_the_degrees_stand_on_one_screen_from_later_to_none(patient: Phone) -> None:
    (settings,) = await patient.writes("/settings")

    *_, shown = await patient.taps(settings.keys["Fewer messages"])

    assert list(shown.keys.values()) == [f"snooze:{await reminder(patient, 'eve')}", "pause", "todayonly", "stop"]
    assert "One tap undoes each of them." in shown.text


async def test_a_time_typed_after_the_next_one_later_is_its_time_and_no_session(patient: Phone) -> None:
    *_, shown = await patient.taps("less")

    said = await patient.tapped(shown.keys["The next message later"])
    done = await patient.said("tomorrow 10:00")

    assert "when shall it come?" in said
    assert "Tuesday 24 November, 10:00" in done
    assert "what happens at the session" in done.lower()


async def test_a_message_that_no_other_time_suits_is_not_offered_later(patient: Phone) -> None:
    patient.wind(days=1, hours=5, minutes=10)  # Tuesday, 15:10: what was due on the eve is of use until 15:30

    *_, shown = await patient.taps("less")

    assert list(shown.keys.values()) == ["pause", "todayonly", "stop"]
    assert shown.text.startswith("<b>Fewer messages</b>\n\n• <b>Pause</b>")


async def test_after_a_stop_the_lesser_degrees_are_a_tap_away(patient: Phone) -> None:
    (stopped,) = await patient.writes("/stop")

    assert list(stopped.keys.values()) == ["resume", "pause", "todayonly", "forget"]


async def test_only_today_says_what_comes_and_what_does_not(patient: Phone) -> None:
    said = await patient.tapped("todayonly")

    assert "1 more message comes today. 8 messages of later days will not come." in said
    assert "A session you tell me later brings its own messages." in said
    assert (await patient.said("/timeline")).count("You wanted one day's messages only.") == 8
    assert "today, Monday 23 November, 19:00" in await patient.said("/next")


async def test_only_today_is_undone_by_one_tap_and_a_second_one_is_told(patient: Phone) -> None:
    before = await patient.said("/timeline")
    *_, done = await patient.taps("todayonly")

    undone = await patient.tapped(done.keys["Undo: send the later ones too"])

    assert "8 messages of later days come again." in undone
    assert "No message of a later day is left out" in await patient.tapped("allagain")
    assert await patient.said("/timeline") == before


async def test_a_second_tap_on_only_today_leaves_out_nothing_more(patient: Phone) -> None:
    await patient.taps("todayonly")

    assert "1 more message comes today.\n" in await patient.tapped("todayonly")


async def test_the_timeline_offers_the_way_back_from_only_today(patient: Phone) -> None:
    await patient.taps("todayonly")

    (shown,) = await patient.writes("/timeline")

    assert "allagain" in shown.keys.values()


async def test_a_late_undo_names_what_was_missed(patient: Phone) -> None:
    await patient.taps("todayonly")
    patient.wind(days=3)  # Thursday, 10:00 in Madrid: day 2 is overdue and of use

    said = await patient.tapped("allagain")

    assert "6 messages of later days come again. Too late by now: 2." in said
    assert "– Tuesday 24 November: on the way home\n– Wednesday 25 November: care on the first day" in said


async def test_one_of_the_later_messages_is_taken_back_in(patient: Phone) -> None:
    await patient.taps("todayonly")

    await patient.taps(f"unskip:{await reminder(patient, 'day-1')}")

    assert (await patient.said("/timeline")).count("You wanted one day's messages only.") == 7


async def test_only_today_in_place_of_a_stop_or_a_pause_undoes_it(patient: Phone) -> None:
    await patient.writes("stop")
    after_stop = await patient.tapped("todayonly")
    await patient.taps("allagain")
    await patient.taps("pause:2026-11-26")
    after_pause = await patient.tapped("todayonly")

    assert all("1 more message comes today" in said for said in (after_stop, after_pause))
    assert "no pause" in await patient.tapped("unpause")


async def test_the_way_back_from_only_today_does_not_undo_a_stop(patient: Phone) -> None:
    await patient.taps("todayonly")
    await patient.writes("stop")

    *_, refused = await patient.taps("allagain")

    assert list(refused.keys.values()) == ["resume"]


async def test_a_new_session_brings_its_messages_after_only_today(patient: Phone) -> None:
    await patient.taps("todayonly")
    await patient.writes("12 Dec 11:00")
    await patient.taps("zone:Europe/Madrid")
    await patient.taps("save")

    (shown,) = await patient.writes("/timeline")
    said = await patient.tapped(shown.keys["Session of Saturday 12 December, 11:00"])
    assert "Friday 11 December, 19:00</b>: what happens at the session" in said


async def test_without_a_session_there_is_no_today_to_keep(ana: Phone) -> None:
    await ana.agrees()

    assert "Tell me about your session first" in await ana.tapped("todayonly")


async def test_a_resumed_stop_names_what_was_missed(patient: Phone) -> None:
    await patient.writes("stop")
    patient.wind(days=2)

    said = await patient.tapped("resume")

    assert "These 2 did not come while you were away, and are too late now:" in said
    assert "– Monday 23 November: what happens at the session" in said


async def test_an_unblock_says_what_was_missed_and_what_still_comes(patient: Phone) -> None:
    await blocks(patient)
    patient.wind(days=2)

    (said,) = await blocks(patient, ends=True)

    assert said.startswith("Welcome back. 7 messages still come.")
    assert "– Tuesday 24 November: on the way home" in said


async def test_an_unblock_that_missed_nothing_is_not_commented_on(patient: Phone) -> None:
    await blocks(patient)

    assert await blocks(patient, ends=True) == []


async def test_start_after_a_block_that_nobody_told_us_the_end_of_says_what_was_missed(patient: Phone) -> None:
    await blocks(patient)
    patient.wind(days=2)

    said = [each.text for each in await patient.writes("/start")]

    assert said[0].startswith("Welcome back.")
    assert "Next message" in said[1]


async def test_in_spanish_only_today_says_the_same(ana_es: Phone) -> None:
    await ana_es.registers("24 nov 15:30")

    assert "Hoy llega 1 mensaje más. 8 mensajes de otros días no llegarán." in await ana_es.tapped("todayonly")


async def test_the_timeline_of_a_pause_says_when_each_comes_and_what_will_not(patient: Phone) -> None:
    await patient.taps("pause:2026-12-10")

    shown = await patient.said("/timeline")

    assert shown.count("will not come, because of your pause.") == 6
    assert "• <b>Thursday 10 December, 08:00</b>: short read: with a professional, or at home" in shown
    assert "• <b>Tuesday 22 December, 08:30</b>: short read: what changes over time" in shown


async def test_next_in_a_pause_is_what_comes_after_it(patient: Phone) -> None:
    await patient.taps("pause:2026-12-10")

    (said,) = await patient.writes("/next")

    assert "Next message: <b>Thursday 10 December, 08:00</b>." in said.text
    assert said.keys["Write to me again now"] == "unpause"


async def test_a_session_told_in_a_pause_is_shown_with_the_pause(patient: Phone) -> None:
    await patient.taps("pause:2026-11-30")
    await patient.writes("/session")
    await patient.writes("27 Nov 10:00")

    (review,) = await patient.writes("yes")

    assert "<b>Paused until Monday 30 November.</b>" in review.text


async def test_after_a_stop_every_list_says_so_and_has_the_way_back(patient: Phone) -> None:
    await patient.writes("/stop")

    for command in ("/timeline", "/next", "/settings"):
        (said,) = await patient.writes(command)

        assert "<b>Your messages are stopped.</b>" in said.text
        assert said.keys["Send me messages again"] == "resume"
    assert "Stop all messages" not in said.keys


async def test_the_end_of_a_pause_does_not_say_that_a_stop_has_ended(patient: Phone) -> None:
    await patient.taps("pause:2026-11-30")
    await patient.writes("/stop")

    *_, said = await patient.taps("unpause")

    assert said.text == "<b>Your messages are stopped.</b> I do not write to you."
    assert list(said.keys.values()) == ["resume"]


async def test_a_stop_that_is_undone_leaves_the_pause_and_says_so(patient: Phone) -> None:
    await patient.taps("pause:2026-12-10")
    await patient.writes("/stop")

    *_, said = await patient.taps("resume")

    assert "3 messages will come." in said.text
    assert "<b>Paused until Thursday 10 December.</b>" in said.text
    assert list(said.keys.values()) == ["unpause", "timeline"]


async def test_who_has_told_no_session_has_nothing_that_could_be_stopped_or_sent_again(ana: Phone) -> None:
    await ana.agrees()

    (said,) = await ana.writes("stop")

    assert said.text.startswith("I know of no session of yours, so I send you nothing.")
    assert list(said.keys.values()) == ["forget"]


async def test_short_reads_are_declined_and_wanted_again_by_one_tap_each(patient: Phone) -> None:
    *_, declined = await patient.taps("reads:no")
    *_, wanted = await patient.taps(declined.keys["Send me the short reads"])

    assert "The short reads will come." in wanted.text
    assert wanted.keys["No short reads, please"] == "reads:no"


@pytest.mark.parametrize("words", ["pause", "Pause my messages", "en pausa", "Pausieren", "توقف مؤقت"])
async def test_who_writes_pause_is_asked_until_when_and_not_stopped(patient: Phone, words: str) -> None:
    (asked,) = await patient.writes(words)

    assert asked.text.startswith("Until when shall I be silent?")
    assert "stopped" not in await patient.said("/next")


@pytest.mark.parametrize("words", ["pause until friday", "Pause until 27 Nov", "pausa hasta el viernes"])
async def test_a_day_after_the_word_for_a_pause_is_its_end(patient: Phone, words: str) -> None:
    assert "Paused until <b>Friday 27 November</b>" in await patient.said(words)


@pytest.mark.parametrize("words", ["too many messages", "later", "weniger Nachrichten", "trop de messages"])
async def test_who_wants_fewer_messages_chooses_how_and_is_not_stopped(patient: Phone, words: str) -> None:
    (shown,) = await patient.writes(words)

    assert shown.text.startswith("<b>Fewer messages</b>")
    assert "stopped" not in await patient.said("/next")


async def test_the_degrees_have_a_command_which_the_help_names(patient: Phone) -> None:
    (shown,) = await patient.writes("/less")

    assert shown.text.startswith("<b>Fewer messages</b>")
    assert "• /less: fewer messages, or a pause." in await patient.said("/help")
