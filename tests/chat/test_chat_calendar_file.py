"""The calendar file: what is coming, when it will be sent, and not a word of what it is about."""

import pytest

from tests.chat.conftest import Phone
from tests.chat.test_chat_one_message import reminder


@pytest.fixture
async def patient(ana: Phone) -> Phone:
    """Ana, with a session on Tuesday, 24 November at 15:30 in Madrid; it is Monday."""
    await ana.registers()
    await ana.taps("phone:skip")
    return ana


async def content(phone: Phone) -> str:
    """Return the file that the button sends."""
    *_, sent = await phone.taps("ics")
    assert (sent.method, sent.params["document"]["name"]) == ("sendDocument", "messages.ics")
    return str(sent.params["document"]["text"])


async def test_the_timeline_offers_the_file_while_something_is_coming(patient: Phone) -> None:
    (shown,) = await patient.writes("/timeline")
    await patient.writes("stop")
    (stopped,) = await patient.writes("/timeline")

    assert "ics" in shown.keys.values()
    assert "ics" not in stopped.keys.values()
    assert "nothing for your calendar" in await patient.tapped("ics")


async def test_the_file_holds_each_coming_message_at_its_time(patient: Phone) -> None:
    file = await content(patient)

    assert file.count("BEGIN:VEVENT") == 9
    assert "DTSTART:20261123T180000Z" in file
    assert "DTSTART:20261125T073000Z" in file


async def test_the_file_names_neither_treatment_nor_advice_and_may_be_forwarded(patient: Phone) -> None:
    *_, sent = await patient.taps("ics")
    file = sent.params["document"]["text"]

    assert {line for line in file.split("\r\n") if line.startswith("SUMMARY")} == {"SUMMARY:Message in Telegram"}
    assert not any(word in file.lower() for word in ("needling", "session", "skin", "care", "ana"))
    assert "protect_content" not in sent.params


async def test_what_was_put_off_left_out_or_paused_is_in_the_file_as_it_will_come(patient: Phone) -> None:
    await patient.taps(f"snooze:{await reminder(patient, 'day-1')}:20261125T1900")
    await patient.taps(f"skip:{await reminder(patient, 'day-2')}")
    changed = await content(patient)
    await patient.taps("pause:2026-12-02")
    paused = await content(patient)

    assert "DTSTART:20261125T180000Z" in changed
    assert "20261126T0730" not in changed
    assert paused.count("BEGIN:VEVENT") == 4
    assert "DTSTART:20261202T070000Z" in paused  # the end of the quiet hours of the day on which the pause ends


async def test_the_same_message_has_the_same_id_in_every_file(patient: Phone) -> None:
    first, second = await content(patient), await content(patient)

    assert first == second


async def test_somebody_without_a_session_gets_no_file(ana: Phone, carl: Phone) -> None:
    await ana.registers()
    await carl.agrees()

    assert "nothing for your calendar" in await carl.tapped("ics")


async def test_in_arabic_the_entries_are_in_arabic(ana_ar: Phone) -> None:
    await ana_ar.registers("2026-11-24 15:30")

    assert "SUMMARY:رسالة في تيليجرام" in await content(ana_ar)
