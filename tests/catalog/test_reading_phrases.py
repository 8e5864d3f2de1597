"""Phrases as people type them, in every language: the tables stand beside this file, one phrase a line."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reminderbot.catalog import reading

LANGUAGES = sorted(file.suffixes[0][1:] for file in Path(__file__).parent.glob("test_reading.*.txt"))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday; 10:00 in Madrid
TUESDAY = date(2026, 11, 24)


def table(language: str) -> list[tuple[str, str, str]]:
    """Return (language, what is typed, how it is read) for each line of a table."""
    file = Path(__file__).with_name(f"test_reading.{language}.txt")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [(language, *line.split(" => ", 1)) for line in lines]  # type: ignore[misc]


def shown(read: reading.Read) -> str:
    """Return a reading as the tables write it."""
    reason = read.says.key.rpartition(".")[2]
    match read.kind:
        case reading.Kind.ASK:
            return f"? {reason}: {', '.join(read.choices)}"
        case reading.Kind.REFUSE:
            return f"! {reason}"
        case _:
            return str(reading.as_json(read, "")["value"])


def read(text: str, *, language: str = "en", known_day: date | None = None) -> reading.Read:
    """Read `text` on that Monday in Madrid."""
    words = reading.load()
    return reading.read(text, language=language, zone="Europe/Madrid", now=NOW, words=words, known_day=known_day)


@pytest.mark.parametrize(("language", "typed", "expected"), [line for code in LANGUAGES for line in table(code)])
def test_a_typed_date_is_read_right_or_asked_about(language: str, typed: str, expected: str) -> None:
    found = read(typed, language=language)

    assert shown(found) == expected


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("en", "15:30", "2026-11-24T15:30"),
        ("en", "3pm", "2026-11-24T15:00"),
        ("en", "at 10", "2026-11-24T10:00"),
        ("en", "10", "2026-11-24T10:00"),
        ("en", "15", "2026-11-24T15:00"),
        ("en", "1530", "2026-11-24T15:30"),
        ("en", "10.11", "2026-11-24T10:11"),
        ("en", "nine thirty", "2026-11-24T09:30"),
        ("en", "10 in the morning", "2026-11-24T10:00"),
        ("en", "noon", "2026-11-24T12:00"),
        ("en", "half past three", "? morning-or-afternoon: 2026-11-24T15:30, 2026-11-24T03:30"),
        ("en", "3", "? morning-or-afternoon: 2026-11-24T15:00, 2026-11-24T03:00"),
        ("en", "midnight", "? midnight: 2026-11-24T00:00, 2026-11-25T00:00"),
        ("en", "10/11", "? day-or-month: 2026-11-10, 2026-10-11"),
        ("en", "25 nov 15:30", "2026-11-25T15:30"),
        ("en", "2026-11-25", "2026-11-25"),
        ("en", "in the morning", "! no-hour"),
        ("en", "25:00", "! no-such-time"),
        ("de", "15 Uhr", "2026-11-24T15:00"),
        ("de", "10.11 Uhr", "2026-11-24T10:11"),
        ("de", "halb elf", "2026-11-24T10:30"),
        ("de", "viertel vor elf", "2026-11-24T10:45"),
        ("de", "elf", "2026-11-24T11:00"),
        ("de", "10 Uhr 15", "2026-11-24T10:15"),
        ("de", "halb vier", "? morning-or-afternoon: 2026-11-24T15:30, 2026-11-24T03:30"),
        ("de", "nachmittags", "! no-hour"),
        ("de", "am 25.", "2026-11-25"),
        ("fr", "15 h 30", "2026-11-24T15:30"),
        ("fr", "dix heures et demie", "2026-11-24T10:30"),
        ("fr", "neuf heures moins le quart", "2026-11-24T08:45"),
        ("fr", "midi", "2026-11-24T12:00"),
        ("fr", "à une heure", "? morning-or-afternoon: 2026-11-24T13:00, 2026-11-24T01:00"),
        ("fr", "le matin", "! no-hour"),
        ("fr", "le 25", "2026-11-25"),
        ("es", "a las tres y media de la tarde", "2026-11-24T15:30"),
        ("es", "mediodía", "2026-11-24T12:00"),
        ("es", "15h", "2026-11-24T15:00"),
        ("es", "once", "2026-11-24T11:00"),
        ("es", "diez y media", "2026-11-24T10:30"),
        ("es", "9 menos cuarto", "2026-11-24T08:45"),
        ("es", "a la una", "? morning-or-afternoon: 2026-11-24T13:00, 2026-11-24T01:00"),
        ("es", "por la mañana", "! no-hour"),
        ("es", "el 25", "2026-11-25"),
        ("pt", "às três e meia da tarde", "2026-11-24T15:30"),
        ("pt", "meio-dia", "2026-11-24T12:00"),
        ("pt", "15h", "2026-11-24T15:00"),
        ("pt", "dez", "2026-11-24T10:00"),
        ("pt", "dez e meia", "2026-11-24T10:30"),
        ("pt", "à uma", "? morning-or-afternoon: 2026-11-24T13:00, 2026-11-24T01:00"),
        ("pt", "de manhã", "! no-hour"),
        ("pt", "dia 25", "2026-11-25"),
        ("ar", "الساعة الثالثة والنصف عصرا", "2026-11-24T15:30"),
        ("ar", "٣:٣٠ م", "2026-11-24T15:30"),
        ("ar", "٣ مساءً", "2026-11-24T15:00"),
        ("ar", "الساعة ١٠", "2026-11-24T10:00"),
        ("ar", "عشرة ونص", "2026-11-24T10:30"),
        ("ar", "العاشرة إلا ربعا", "2026-11-24T09:45"),
        ("ar", "الصبح", "! no-hour"),
        ("ar", "يوم 25", "2026-11-25"),
    ],
)
def test_an_hour_is_enough_once_the_day_is_known(language: str, typed: str, expected: str) -> None:
    found = read(typed, language=language, known_day=TUESDAY)

    assert shown(found) == expected


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("en", "mar 24", "2027-03-24"),
        ("es", "mar 24", "? which-one: 2027-03-24, 2026-11-24"),  # March the 24th, or Tuesday (martes) the 24th
        ("en", "a las once", "2026-11-24T11:00"),
        ("en", "3 ago 15:30", "2026-08-03T15:30"),  # not "ago" in English: agosto
        ("es", "tomorrow a las 10", "2026-11-24T10:00"),
    ],
)
def test_a_word_of_two_languages_is_the_chats_own_first(language: str, typed: str, expected: str) -> None:
    found = read(typed, language=language, known_day=TUESDAY)

    assert shown(found) == expected


def test_the_json_shape_is_the_one_others_script_against() -> None:
    found = read("tomorrow at 3")

    assert reading.as_json(found, "Which?") == {
        "kind": "ask",
        "value": None,
        "choices": ["2026-11-24T15:00", "2026-11-24T03:00"],
        "says": "Which?",
    }
