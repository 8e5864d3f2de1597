"""Days and times as each language's readers write them."""

from datetime import date, datetime, time

import pytest

from reminderbot.catalog import dates

TODAY = date(2026, 11, 23)  # a Monday
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tuesday 24 November"),
        ("es", "martes 24 de noviembre"),
        ("de", "Dienstag, 24. November"),
        ("fr", "mardi 24 novembre"),
        ("pt", "terça-feira, 24 de novembro"),
        ("ar", "الثلاثاء، 24 نوفمبر"),
        ("ja", "11月24日火曜日"),
    ],
)
def test_a_day_of_this_year_is_said_with_its_weekday_and_without_the_year(language: str, said: str) -> None:
    assert dates.day(TUESDAY, language, today=TODAY) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Sunday 24 January 2027"),
        ("es", "domingo 24 de enero de 2027"),
        ("de", "Sonntag, 24. Januar 2027"),
        ("ar", "الأحد، 24 يناير 2027"),
    ],
)
def test_a_day_of_another_year_is_said_with_the_year(language: str, said: str) -> None:
    assert dates.day(date(2027, 1, 24), language, today=TODAY) == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "15:30"), ("es", "15:30"), ("de", "15:30"), ("fr", "15:30"), ("ar", "3:30 م")]
)
def test_a_time_is_said_as_its_readers_write_it(language: str, said: str) -> None:
    assert dates.clock(time(15, 30), language).replace("\u00a0", " ") == said


def test_one_in_the_night_cannot_be_taken_for_one_in_the_afternoon() -> None:
    assert dates.clock(time(1, 0), "en") != dates.clock(time(13, 0), "en")


@pytest.mark.parametrize(
    ("days_away", "said"),
    [
        (-2, "Saturday 21 November, 08:30"),
        (-1, "yesterday, Sunday 22 November, 08:30"),
        (0, "today, Monday 23 November, 08:30"),
        (1, "tomorrow, Tuesday 24 November, 08:30"),
        (2, "Wednesday 25 November, 08:30"),
    ],
)
def test_a_moment_near_today_is_said_with_its_word_and_always_with_the_weekday(days_away: int, said: str) -> None:
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    local = datetime(2026, 11, 23 + days_away, 8, 30)  # noqa: DTZ001 - wall time of the reader

    assert dates.moment(local, "en", today=TODAY, near=near) == said


def test_a_moment_without_words_for_near_days_is_still_said() -> None:
    local = datetime(2026, 11, 24, 8, 30)  # noqa: DTZ001 - wall time of the reader

    assert dates.moment(local, "de", today=TODAY) == "Dienstag, 24. November, 08:30"


def test_arabic_parts_are_joined_by_an_arabic_comma() -> None:
    local = datetime(2026, 11, 24, 8, 30)  # noqa: DTZ001 - wall time of the reader

    said = dates.moment(local, "ar", today=TODAY, near={1: "غدًا"})

    assert said.startswith("غدًا، الثلاثاء، 24 نوفمبر، 8:30")
