"""One message of the timeline: read again, put off, left out; each says what will not come, and one tap undoes it."""

import pytest
from sqlalchemy import select, update

from reminderbot.store import tables
from tests.chat.conftest import Phone
from tests.chat.test_chat_sessions_kept import sent, treatment_id

BODY = "<b>For today</b>: rest &amp; shade."


@pytest.fixture
async def patient(ana: Phone) -> Phone:
    """Ana, with a session on Tuesday, 24 November at 15:30 in Madrid; it is Monday, 9:00 UTC."""
    await ana.registers()
    await ana.taps("phone:skip")
    return ana


async def reminder(phone: Phone, step: str) -> str:
    async with phone.store.reading() as work:
        of = tables.reminders.c
        return str((await work.run(select(of.id).where(of.step_key == step))).scalar_one())


async def keep_body(phone: Phone, step: str, body: str = BODY) -> None:
    """Let a reminder have been sent with a text, as delivery keeps it."""
    id = await sent(phone, step)
    of = tables.reminders.c
    async with phone.store.writing() as work:
        query = select(tables.patients.c.key_id).join(tables.reminders, of.patient_id == tables.patients.c.id)
        key = await work.key((await work.run(query.where(of.id == id))).scalar_one())
        assert key is not None
        cell = key.seal(body, table="reminders", row=id, column="body")
        await work.run(update(tables.reminders).where(of.id == id).values(body=cell))


async def test_the_timeline_turns_into_its_messages_and_back(patient: Phone) -> None:
    (shown,) = await patient.writes("/timeline")

    *_, listed = await patient.taps(shown.keys["Read, move or skip one message"], on=shown)
    *_, back = await patient.taps(listed.keys["All my messages"], on=listed)

    assert (listed.method, back.method) == ("editMessageText", "editMessageText")
    assert back.text == shown.text


async def test_only_what_can_be_read_or_changed_is_a_button(ana: Phone) -> None:
    await ana.registers("23 Nov 12:00")
    ana.wind(hours=2)
    await sent(ana, "ride-home")

    *_, listed = await ana.taps(f"rows:{await treatment_id(ana)}")

    assert list(listed.keys)[:2] == ["✓ on the way home", "• care on the first day"]
    assert not any("what happens at the session" in label for label in listed.keys)


async def test_an_old_message_is_read_again_as_it_was_sent(patient: Phone) -> None:
    await keep_body(patient, "eve")

    *_, read = await patient.taps(f"one:{await reminder(patient, 'eve')}")

    assert read.text.endswith(BODY)
    assert "Sent on Monday 23 November, 10:00: <b>what happens at the session</b>" in read.text
    assert "worry" in read.keys.values()


async def test_an_old_message_that_fills_a_message_stands_alone(patient: Phone) -> None:
    await keep_body(patient, "eve", "x" * 4090)

    *_, read = await patient.taps(f"one:{await reminder(patient, 'eve')}")

    assert read.text == "x" * 4090


async def test_an_old_message_whose_text_is_gone_is_told_so(patient: Phone) -> None:
    await sent(patient, "eve")

    assert "I do not have its text any more" in await patient.tapped(f"one:{await reminder(patient, 'eve')}")


async def test_a_coming_message_says_when_it_comes_and_offers_what_is_of_use(patient: Phone) -> None:
    id = await reminder(patient, "day-1")

    *_, card = await patient.taps(f"one:{id}")

    assert "It comes Wednesday 25 November, 08:30.\n\nIt is of use until Wednesday 25 November, 20:00" in card.text
    assert list(card.keys.values())[:3] == [f"snooze:{id}:20261125T1900", f"snooze:{id}", f"skip:{id}"]


async def test_a_read_can_be_put_off_to_the_next_morning_too(patient: Phone) -> None:
    id = await reminder(patient, "day-7")

    *_, card = await patient.taps(f"one:{id}")

    assert f"snooze:{id}:20261202T0830" in card.keys.values()


async def test_a_message_put_off_says_when_it_comes_and_when_it_does_not(patient: Phone) -> None:
    id = await reminder(patient, "day-1")

    *_, done = await patient.taps(f"snooze:{id}:20261125T1900")

    assert "<b>Care on the first day</b> now comes Wednesday 25 November, 19:00." in done.text
    assert "It will not come Wednesday 25 November, 08:30. All other messages stay as they are." in done.text
    assert f"unsnooze:{id}" in done.keys.values()
    assert "Wednesday 25 November, 19:00</b>: care on the first day" in await patient.said("/timeline")


async def test_putting_off_is_undone_by_one_tap_and_a_second_one_is_told(patient: Phone) -> None:
    id = await reminder(patient, "day-1")
    before = await patient.said("/timeline")
    await patient.taps(f"snooze:{id}:20261125T1900")

    assert "undone. <b>Care on the first day</b> comes Wednesday 25 November, 08:30" in await patient.tapped(
        f"unsnooze:{id}"
    )
    assert "is not moved. It comes Wednesday 25 November, 08:30" in await patient.tapped(f"unsnooze:{id}")
    assert await patient.said("/timeline") == before


async def test_the_same_tap_twice_says_the_same(patient: Phone) -> None:
    tap = f"snooze:{await reminder(patient, 'day-1')}:20261125T1900"

    assert await patient.tapped(tap) == await patient.tapped(tap)


@pytest.mark.parametrize(
    ("step", "when", "told"),
    [
        ("day-1", "20261125T2030", "of no use any more by then"),
        ("day-1", "20261125T0700", "does not come earlier"),
        ("day-7", "20261201T0700", "does not come earlier"),
        ("day-1", "20261122T1000", "That time is over"),
        ("day-1", "99991231T2359", "of no use any more by then"),
    ],
)
async def test_a_time_that_does_not_fit_is_refused_with_its_reason(
    patient: Phone, step: str, when: str, told: str
) -> None:
    before = await patient.said("/timeline")

    assert told in await patient.tapped(f"snooze:{await reminder(patient, step)}:{when}")
    assert await patient.said("/timeline") == before


async def test_into_quiet_hours_only_their_end_is_offered_and_said_to_be_one(patient: Phone) -> None:
    id = await reminder(patient, "day-7")

    *_, asked = await patient.taps(f"snooze:{id}:20261201T2200")

    assert "Tuesday 1 December, 22:00 is in your quiet hours (21:00–08:00)" in asked.text
    assert "Wednesday 2 December, 08:00" in asked.text
    assert f"snooze:{id}:20261202T0800" in asked.keys.values()
    assert "Tuesday 1 December, 08:30</b>: short read" in await patient.said("/timeline")


async def test_quiet_hours_that_outlast_a_message_offer_no_end(patient: Phone) -> None:
    await patient.taps("set:quiet")
    await patient.taps("quiet:18:00-08:00")
    await patient.taps("quiet:save-18:00-08:00")
    id = await reminder(patient, "day-1")

    *_, asked = await patient.taps(f"snooze:{id}:20261125T1900")

    assert "When they end it is too late for this message" in asked.text
    assert list(asked.keys.values()) == [f"snooze:{id}", "keep"]


async def test_another_messages_time_is_refused(patient: Phone) -> None:
    async with patient.store.writing() as work:
        of = tables.reminders.c
        day_14 = (await work.run(select(of.useful_until).where(of.step_key == "day-14"))).scalar_one()
        await work.run(update(tables.reminders).where(of.step_key == "day-7").values(useful_until=day_14))

    said = await patient.tapped(f"snooze:{await reminder(patient, 'day-7')}:20261208T0840")

    assert "Another message comes at about that time" in said


async def test_a_day_and_an_hour_are_picked(patient: Phone) -> None:
    id = await reminder(patient, "day-7")

    *_, days = await patient.taps(f"snooze:{id}")
    *_, hours = await patient.taps(days.keys["Thursday 3 December"])
    said = await patient.tapped(hours.keys["18:00"])

    assert "short read: how it works" in days.text.lower()
    assert "now comes Thursday 3 December, 18:00" in said


@pytest.mark.parametrize("typed", ["3 Dec 18:00", "Thursday 3 December at 6pm", "3 Dec at 18"])
async def test_a_day_and_an_hour_are_typed(patient: Phone, typed: str) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-7')}")

    assert "now comes Thursday 3 December, 18:00" in await patient.said(typed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("18:00", "now comes Tuesday 1 December, 18:00"),
        ("tomorrow 18:00", "does not come earlier"),
        ("Friday 18:00", "does not come earlier"),
    ],
)
async def test_an_hour_alone_is_of_the_messages_own_day(patient: Phone, typed: str, told: str) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-7')}")

    assert told in await patient.said(typed)


async def test_of_two_readings_the_one_ahead_is_meant(patient: Phone) -> None:
    patient.wind(days=7)  # Monday, the day before the message
    await patient.taps(f"snooze:{await reminder(patient, 'day-7')}")

    assert "now comes Friday 4 December, 18:00" in await patient.said("Friday 18:00")


async def test_a_message_that_a_pause_outlasts_is_said_not_to_come(patient: Phone) -> None:
    id = await reminder(patient, "day-1")
    await patient.taps("pause:2026-11-26")

    assert "It will not come: it is of use until Wednesday 25 November, 20:00" in await patient.tapped(f"one:{id}")
    await patient.taps(f"skip:{id}")
    assert "It will not come: it is of use until" in await patient.tapped(f"unskip:{id}")


async def test_a_message_that_waits_for_the_end_of_a_pause_is_told_for_then(patient: Phone) -> None:
    await patient.taps("pause:2026-12-02")

    assert "It comes Wednesday 2 December, 08:00." in await patient.tapped(f"one:{await reminder(patient, 'day-7')}")


async def test_an_hour_is_typed_for_a_day_that_was_tapped(patient: Phone) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-7')}:20261203")

    assert "now comes Thursday 3 December, 16:45" in await patient.said("16:45")


async def test_a_typed_day_asks_for_the_hour_and_words_that_are_none_ask_again(patient: Phone) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-7')}")

    assert "At what hour?" in await patient.said("3 Dec")
    assert "when shall it come?" in await patient.said("hmm")


async def test_a_day_without_a_free_hour_says_so(patient: Phone) -> None:
    assert "no hour of that day is free" in await patient.tapped(f"snooze:{await reminder(patient, 'day-7')}:20261220")


async def test_a_chosen_time_outlasts_another_morning_hour(patient: Phone) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-7')}:20261203T1800")

    await patient.taps("set:hour")
    await patient.taps("hour:10:00")
    await patient.taps("hour:save-10:00")

    shown = await patient.said("/timeline")
    assert "Thursday 3 December, 18:00</b>: short read: how it works" in shown
    assert "Wednesday 25 November, 10:00</b>: care on the first day" in shown


async def test_a_message_left_out_says_so_and_all_others_stay(patient: Phone) -> None:
    id = await reminder(patient, "day-2")

    *_, done = await patient.taps(f"skip:{id}")

    assert "<b>Care on the second day</b> will not come. It was planned for Thursday 26 November, 08:30." in done.text
    assert "care on the second day: not sent. You left it out." in await patient.said("/timeline")
    assert done.text in await patient.tapped(f"skip:{id}")


async def test_leaving_out_is_undone_by_one_tap_and_a_second_one_is_told(patient: Phone) -> None:
    id, before = await reminder(patient, "day-2"), await patient.said("/timeline")
    await patient.taps(f"skip:{id}")

    assert "undone. <b>Care on the second day</b> comes Thursday 26 November" in await patient.tapped(f"unskip:{id}")
    assert "is not left out" in await patient.tapped(f"unskip:{id}")
    assert await patient.said("/timeline") == before


async def test_a_message_that_a_stop_has_ended_is_said_not_to_come_with_the_way_back(patient: Phone) -> None:
    id = await reminder(patient, "day-2")
    await patient.writes("stop")

    *_, said = await patient.taps(f"unskip:{id}")

    assert said.text == "<b>Care on the second day</b> will not come, because you stopped the messages."
    assert [data.split(":")[0] for data in said.keys.values()] == ["resume", "timeline"]


async def test_a_message_left_out_comes_at_once_if_its_time_is_past_and_it_is_of_use(patient: Phone) -> None:
    id = await reminder(patient, "day-1")
    await patient.taps(f"skip:{id}")
    patient.wind(days=2, hours=3)  # Wednesday, 13:00 in Madrid

    assert "comes now." in await patient.tapped(f"unskip:{id}")


async def test_a_message_left_out_does_not_come_once_it_is_of_no_use(patient: Phone) -> None:
    id = await reminder(patient, "day-1")
    await patient.taps(f"skip:{id}")
    patient.wind(days=3)

    assert "too late for that message" in await patient.tapped(f"unskip:{id}")
    assert "unskip" not in str(await patient.taps(f"one:{id}"))


async def test_a_message_left_out_stays_out_when_habits_change_and_the_session_moves(patient: Phone) -> None:
    await patient.taps(f"skip:{await reminder(patient, 'day-2')}")
    await patient.taps("set:hour")
    await patient.taps("hour:10:00")
    await patient.taps("hour:save-10:00")
    await patient.writes("/move")
    await patient.writes("26 Nov 10:00")
    await patient.taps("save")

    assert "care on the second day: not sent. You left it out." in await patient.said("/timeline")


@pytest.mark.parametrize("tap", ["skip:{id}", "snooze:{id}:20261125T1900", "snooze:{id}", "unsnooze:{id}"])
async def test_a_stale_tap_on_what_was_sent_is_answered(patient: Phone, tap: str) -> None:
    id = await sent(patient, "day-1")

    answer, said = await patient.taps(tap.format(id=id))

    assert answer.method == "answerCallbackQuery"
    assert "was sent already" in said.text


async def test_a_tap_on_what_is_on_its_way_is_answered(patient: Phone) -> None:
    id = await reminder(patient, "day-1")
    async with patient.store.writing() as work:
        await work.run(update(tables.reminders).where(tables.reminders.c.id == id).values(state="sending"))

    assert "on its way right now" in await patient.tapped(f"skip:{id}")
    assert "on its way now" in await patient.tapped(f"one:{id}")


async def test_what_a_stop_ended_cannot_be_put_off(patient: Phone) -> None:
    id = await reminder(patient, "day-1")
    await patient.writes("stop")

    assert "not planned any more" in await patient.tapped(f"snooze:{id}:20261125T1900")
    assert "You stopped the messages." in await patient.tapped(f"one:{id}")


@pytest.mark.parametrize("what", ["one", "skip", "unskip", "snooze", "unsnooze"])
async def test_carl_cannot_read_or_change_anas_messages(patient: Phone, carl: Phone, what: str) -> None:
    await carl.agrees()
    before = await patient.said("/timeline")
    id = await reminder(patient, "day-1")

    assert "I cannot find that" in await carl.tapped(f"{what}:{id}")
    assert "I cannot find that" in await carl.tapped(f"rows:{await treatment_id(patient)}")
    assert await patient.said("/timeline") == before


@pytest.mark.parametrize("rest", [":x", ":2026", ":20261399", "::", ":20261125T1900:1"])
async def test_a_forged_time_changes_nothing(patient: Phone, rest: str) -> None:
    before = await patient.said("/timeline")

    await patient.taps(f"snooze:{await reminder(patient, 'day-1')}{rest}")

    assert await patient.said("/timeline") == before


async def test_of_two_sessions_one_is_shown_and_the_other_is_a_tap_away(patient: Phone) -> None:
    await patient.writes("12 Dec 11:00")
    await patient.taps("zone:Europe/Madrid")
    await patient.taps("save")

    shown = (await patient.writes("/timeline"))[0]
    *_, other = await patient.taps(shown.keys["Session of Saturday 12 December, 11:00"], on=shown)

    assert "session of Tuesday 24 November" in shown.text
    assert "session of Saturday 12 December" in other.text
    assert other.method == "editMessageText"


async def test_in_arabic_one_message_is_put_off_too(ana_ar: Phone) -> None:
    await ana_ar.registers("2026-11-24 15:30")
    await ana_ar.taps("phone:skip")

    assert "لن تأتي" in await ana_ar.tapped(f"snooze:{await reminder(ana_ar, 'day-1')}:20261125T1900")


async def test_a_day_before_the_message_comes_anyway_is_said_to_be_too_early(patient: Phone) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-3')}")

    assert "does not come earlier than that anyway" in await patient.said("tomorrow")
