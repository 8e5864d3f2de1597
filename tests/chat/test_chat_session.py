"""Telling a session, by taps and typed, from the first word to what matters now."""

from datetime import datetime

import pytest
from sqlalchemy import select

from reminderbot.catalog import catalog as catalogs
from reminderbot.store import tables
from tests.chat.conftest import Owed, Phone


async def treatments(phone: Phone) -> list[tuple[str, str]]:
    """Return what is saved, as wall times."""
    async with phone.store.reading() as work:
        rows = (await work.run(select(tables.treatments).order_by("starts_at"))).all()
    return [(f"{datetime.combine(row.day, row.at):%Y-%m-%d %H:%M}", row.zone) for row in rows]


async def test_a_first_session_is_told_in_six_taps(ana: Phone) -> None:
    await ana.writes("/start")
    for data in ("agree", "day:0", "time:15:00", "zone:Europe/Madrid", "hour:08:30"):
        await ana.taps(data)
    answered = await ana.taps("save")

    assert await treatments(ana) == [("2026-11-23 15:00", "Europe/Madrid")]
    assert [each.method for each in answered] == [
        "answerCallbackQuery",
        "editMessageText",
        "sendMessage",
        "sendMessage",
    ]


async def test_the_date_is_asked_for_at_once_after_consent(ana: Phone) -> None:
    await ana.writes("/start")

    *_, asked = await ana.taps("agree")

    assert list(asked.keys.values()) == ["day:0", "day:-1", "day:other", "cancel"]


async def test_the_whole_timeline_is_shown_before_anything_is_saved(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")
    await ana.taps("zone:Europe/Madrid")

    _, review = await ana.taps("hour:08:30")

    assert await treatments(ana) == []
    assert [day in review.text for day in ("Monday 23 November, 19:00", "Wednesday 25 November, 08:30")] == [True] * 2
    assert list(review.keys.values()) == ["save", "again", "cancel"]
    async with ana.store.reading() as work:
        assert (await work.run(select(tables.patients))).all() == []


@pytest.mark.parametrize(
    "typed", ["24 Nov 15:30", "24.11.2026 15:30", "2026-11-24 15:30", "tomorrow 3:30pm", "mañana a las 15:30"]
)
async def test_a_date_typed_whole_asks_for_neither_day_nor_time(ana: Phone, typed: str) -> None:
    await ana.agrees()

    (asked,) = await ana.writes(typed)

    assert "zone:Europe/London" in asked.keys.values()


async def test_the_time_alone_is_taken_once_the_day_is_known(ana: Phone) -> None:
    await ana.registers_until_time("day:-1")

    await ana.writes("3pm")
    await ana.taps("zone:Europe/London")
    await ana.taps("hour:10:00")
    await ana.taps("save")

    assert await treatments(ana) == [("2026-11-22 15:00", "Europe/London")]


async def test_today_is_the_patients_today_once_the_zone_is_known(ana: Phone) -> None:
    ana.wind(hours=16)  # 01:00 UTC on Tuesday is still Monday in Mexico
    await ana.registers_until_time("day:0")
    await ana.taps("time:15:00")
    await ana.taps("zone:America/Mexico_City")
    await ana.taps("hour:08:30")
    await ana.taps("save")

    assert await treatments(ana) == [("2026-11-23 15:00", "America/Mexico_City")]


async def test_hours_ago_are_counted_on_the_patients_clock(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("2 hours ago")
    ana.wind(minutes=3)
    await ana.taps("zone:Europe/Madrid")
    await ana.taps("hour:08:30")
    await ana.taps("save")

    assert await treatments(ana) == [("2026-11-23 08:00", "Europe/Madrid")]


async def test_a_date_with_two_meanings_is_asked_about_in_the_chats_words(ana: Phone) -> None:
    await ana.agrees()

    (asked,) = await ana.writes("03/04")

    assert "two ways" in asked.text
    assert sorted(data for data in asked.keys.values() if data != "cancel") == ["read:2027-03-04", "read:2027-04-03"]


async def test_the_chosen_reading_goes_on_to_the_time(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("03/04")

    _, asked = await ana.taps("read:2027-04-03")

    assert "Saturday 3 April 2027" in asked.text
    assert "time:15:00" in asked.keys.values()


@pytest.mark.parametrize("typed", ["31 Feb", "24 Nov 1999", "24 Nov 2031", "flurb", "😀" * 4000])
async def test_a_date_that_cannot_be_is_told_and_asked_again(ana: Phone, typed: str) -> None:
    await ana.agrees()

    refused, asked = await ana.writes(typed)

    assert refused.text
    assert "day:0" in asked.keys.values()


async def test_a_day_is_picked_on_the_calendar(ana: Phone) -> None:
    await ana.agrees()
    _, shown = await ana.taps("day:other")

    _, asked = await ana.taps("cbcal_0_s_d_2026_11_25")

    assert "cbcal_0_s_d_2026_11_25" in shown.keys.values()
    assert "Wednesday 25 November" in asked.text


async def test_the_calendar_speaks_spanish_and_turns_its_pages(ana_es: Phone) -> None:
    await ana_es.agrees()
    await ana_es.taps("day:other")

    _, shown = await ana_es.taps("cbcal_0_g_d_2026_12_23")

    assert "dic 2026" in shown.keys
    assert all(len(data.encode()) <= 64 for data in shown.keys.values())


@pytest.mark.parametrize("forged", ["cbcal_0_s_d_2099_01_01", "cbcal_0_s_d_x", "cbcal_", "cbcal_0_n"])
async def test_a_forged_tap_on_the_calendar_changes_nothing(ana: Phone, forged: str) -> None:
    await ana.agrees()

    (answer,) = await ana.taps(forged)

    assert "Tap a day" in answer.text


async def test_a_typed_city_with_a_slip_is_found(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")

    (asked,) = await ana.writes("Madird")

    assert "In Madrid it is" in asked.text
    assert "zone:Europe/Madrid" in asked.keys.values()


async def test_the_time_on_the_clock_finds_the_zone(ana_es: Phone) -> None:
    await ana_es.agrees()
    await ana_es.writes("24 nov 15:30")

    (asked,) = await ana_es.writes("10:02")

    assert "zone:Europe/Madrid" in asked.keys.values()


async def test_an_unknown_place_is_told_what_to_write(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")

    assert "big city near you" in await ana.said("Xyzzyx")


async def test_a_forged_zone_saves_nothing(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")

    assert "too old" in await ana.tapped("zone:../../etc/passwd")


async def test_seven_in_the_morning_ends_the_quiet_hours_at_seven(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")
    await ana.taps("zone:Europe/Madrid")

    _, review = await ana.taps("hour:07:00")
    await ana.taps("save")

    assert "Wednesday 25 November, 07:00" in review.text
    assert "21:00–07:00" in await ana.said("/settings")


async def test_a_typed_seven_is_seven_in_the_morning(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")
    await ana.taps("zone:Europe/Madrid")

    assert "Wednesday 25 November, 07:00" in await ana.said("7")


async def test_save_tapped_twice_saves_once(ana: Phone) -> None:
    await ana.registers()

    again = await ana.taps("save")

    assert [each.method for each in again] == ["answerCallbackQuery"]
    assert len(await treatments(ana)) == 1


async def test_what_matters_now_is_said_after_saving_and_no_burst_of_missed_reminders(ana: Phone) -> None:
    answered = await ana.registers("21 Nov 10:00")

    said = "\n".join(each.text for each in answered)
    assert "second day after your session" in said
    async with ana.store.reading() as work:
        due = (await work.run(select(tables.reminders.c.due_at).where(tables.reminders.c.state == "planned"))).scalars()
        assert all(at > ana.clock.now() for at in due)


async def test_cancel_leaves_nothing_behind(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")

    assert "Nothing was changed" in await ana.tapped("cancel")
    assert await treatments(ana) == []


async def test_the_word_cancel_leaves_the_dialogue_and_stops_nothing(ana: Phone) -> None:
    await ana.agrees()

    assert "Nothing was changed" in await ana.said("cancel")


async def test_a_command_works_in_the_middle_and_the_dialogue_goes_on(ana: Phone) -> None:
    await ana.registers_until_time("day:0")

    helped = await ana.said("/help")
    (asked,) = await ana.writes("15:00")

    assert "/timeline" in helped
    assert "zone:Europe/London" in asked.keys.values()


async def test_a_question_in_the_middle_is_answered_and_the_question_of_the_dialogue_asked_again(ana: Phone) -> None:
    await ana.registers_until_time("day:0")

    answer, asked = await ana.writes("can i wear makeup?")

    assert "make-up" in answer.text
    assert "time:15:00" in asked.keys.values()


async def test_start_in_the_middle_asks_again_where_we_are(ana: Phone) -> None:
    await ana.registers_until_time("day:0")

    (asked,) = await ana.writes("/start")

    assert "time:15:00" in asked.keys.values()


async def test_a_date_written_out_of_the_blue_begins_a_session(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (asked,) = await ana.writes("12 Dec 11:00")

    assert "It is <b>10:00</b> for you now" in asked.text


async def test_a_second_session_runs_beside_the_first(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("12 Dec 11:00")

    _, review = await ana.taps("zone:Europe/Madrid")
    await ana.taps("save")

    assert "You also have a session on Tuesday 24 November" in review.text
    assert len(await treatments(ana)) == 2


async def test_the_same_session_again_is_told_to_be_saved(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("24 Nov 15:30")

    assert "saved already" in await ana.tapped("zone:Europe/Madrid")
    assert len(await treatments(ana)) == 1


async def test_the_dialogue_speaks_spanish(ana_es: Phone) -> None:
    await ana_es.agrees()
    await ana_es.writes("mañana a las 10")
    await ana_es.taps("zone:America/Mexico_City")

    review = await ana_es.tapped("hour:08:30")

    assert "Todavía no he guardado nada" in review
    assert "martes 24 de noviembre" in review


async def test_the_phone_is_asked_for_once_and_kept(ana: Phone) -> None:
    answered = await ana.registers()

    kept = await ana.said("+34 600 111 222")

    assert "which number would you call" in answered[-1].text
    assert "+34 600 111 222" in kept
    assert "+34 600 111 222" in await ana.said("/worried")


async def test_a_phone_that_is_none_is_refused_and_asked_for_still(ana: Phone) -> None:
    await ana.registers()

    refused = await ana.said("12")

    assert "phone" in refused
    assert "+34 600 111 222" in await ana.said("+34 600 111 222")


@pytest.mark.parametrize("written", ["15.12.2026", "15/12/26", "15 Dec"])
async def test_a_date_instead_of_the_phone_is_a_session_and_no_phone(ana: Phone, written: str) -> None:
    await ana.registers()
    await ana.writes(written)
    await ana.taps("time:16:00")

    reviewed = await ana.tapped("zone:Europe/Madrid")

    assert "15 December" in reviewed
    assert "Phone you gave" not in await ana.said("/privacy")


async def test_a_question_instead_of_the_phone_is_answered(ana: Phone) -> None:
    await ana.registers()

    answer, asked = await ana.writes("can i wear makeup?")

    assert "make-up" in answer.text
    assert "phone:none" in asked.keys.values()


async def test_a_typed_yes_saves_what_is_shown(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")
    await ana.taps("zone:Europe/Madrid")
    await ana.taps("hour:08:30")

    assert "Saved" in await ana.said("yes")


async def test_another_date_typed_at_the_review_changes_it(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")
    await ana.taps("zone:Europe/Madrid")
    await ana.taps("hour:08:30")

    assert "Thursday 26 November, 10:00" in await ana.said("26 Nov 10:00")


async def test_change_the_date_asks_for_the_day_again(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov 15:30")
    await ana.taps("zone:Europe/Madrid")
    await ana.taps("hour:08:30")

    _, asked = await ana.taps("again")

    assert "day:0" in asked.keys.values()


async def test_a_restart_between_any_two_updates_loses_nothing(ana: Phone, catalog: catalogs.Catalog) -> None:
    steps = [("writes", "/start"), ("taps", "agree"), ("taps", "day:0"), ("writes", "3pm"), ("writes", "Madrid")]
    steps += [("taps", "zone:Europe/Madrid"), ("taps", "hour:08:30"), ("taps", "save")]

    for way, what in steps:
        # A process that has just begun knows the database and nothing else.
        fresh = Phone(ana.store, ana.clock, catalogs.Catalog.load(), id=ana.id)
        answered: list[Owed] = await getattr(fresh, way)(what)

    assert "Saved" in answered[1].text
    assert await treatments(ana) == [("2026-11-23 15:00", "Europe/Madrid")]
