"""What holds for every text: it never raises, never strays, and what it offers can be taken."""

import time
import tomllib
from datetime import UTC, date, datetime, timedelta

import pytest
from babel import dates as cldr
from hypothesis import given, settings
from hypothesis import strategies as st

from reminderbot.catalog import files, reading

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS = reading.load()
VOCABULARY = sorted({" ".join(phrase) for lexicon in WORDS.lexicons.values() for phrase in lexicon.phrases})
DIGITS = ["24", "3", "31", "0", "2026", "1530", "15:30", "25:00", "03/04", "24.11.", "2026-11-24", "T", "Z", "+01:00"]

zones = st.sampled_from(["Europe/Madrid", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC"])
instants = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
languages = st.sampled_from(sorted(WORDS.lexicons))
REGIONS = {
    "en": ("en", "en_GB", "en_IN"),
    "es": ("es", "es_MX", "es_AR"),
    "pt": ("pt", "pt_PT", "pt_AO"),
    "de": ("de", "de_AT", "de_CH"),
    "fr": ("fr", "fr_CA", "fr_CH"),
    "ar": ("ar", "ar_EG", "ar_LB", "ar_MA"),
}
phrases = st.lists(st.sampled_from([*VOCABULARY, *DIGITS]), min_size=1, max_size=7).map(" ".join)
near_days = st.dates(min_value=date(2025, 11, 23), max_value=date(2027, 11, 23))


def read(text: str, *, language: str = "en", zone: str = "Europe/Madrid", now: datetime = MONDAY) -> reading.Read:
    """Read `text` with the shipped words."""
    return reading.read(text, language=language, zone=zone, now=now, words=WORDS)


def days_of(found: reading.Read) -> list[date]:
    """Return the days that a reading names."""
    named = [date.fromisoformat(choice[:10]) for choice in found.choices]
    if found.value is None:
        return named
    return [*named, found.value.date() if isinstance(found.value, datetime) else found.value]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=250), now=instants, zone=zones, language=languages)
def test_no_text_makes_it_fail(text: str, now: datetime, zone: str, language: str) -> None:
    found = read(text, language=language, zone=zone, now=now)

    assert (found.value is not None) == (found.kind in {reading.Kind.INSTANT, reading.Kind.DATE})
    assert bool(found.choices) == (found.kind is reading.Kind.ASK)


@settings(max_examples=300, deadline=None)
@given(text=phrases, now=instants, zone=zones, language=languages)
def test_nothing_read_or_offered_lies_more_than_a_year_away(text: str, now: datetime, zone: str, language: str) -> None:
    found = read(text, language=language, zone=zone, now=now)

    assert all(abs((day - now.date()).days) <= 367 for day in days_of(found))


@settings(max_examples=200, deadline=None)
@given(text=phrases, now=instants, zone=zones)
def test_what_is_offered_is_read_as_itself_when_it_is_sent_back(text: str, now: datetime, zone: str) -> None:
    offered = read(text, zone=zone, now=now).choices

    taken = [read(choice, zone=zone, now=now) for choice in offered]

    assert [reading.as_json(found, "")["value"] for found in taken] == [choice[:16] for choice in offered]


@settings(max_examples=200, deadline=None)
@given(day=near_days, width=st.sampled_from(["medium", "long", "full"]), language=languages)
def test_every_date_as_cldr_writes_it_is_read_back(day: date, width: str, language: str) -> None:
    for region in REGIONS.get(language, (language,)):
        written = cldr.format_date(day, width, locale=region)

        if any(letter.isalpha() for letter in written):  # 03/04 is asked about in every language
            assert read(written, language=language).value == day, written


@settings(max_examples=200, deadline=None)
@given(
    at=st.datetimes(min_value=datetime(2025, 11, 23), max_value=datetime(2027, 11, 23)),  # noqa: DTZ001
    language=languages,
)
def test_every_date_with_its_time_as_cldr_writes_it_is_read_back(at: datetime, language: str) -> None:
    at = at.replace(second=0, microsecond=0, hour=max(at.hour, 8))
    written = f"{cldr.format_date(at, 'full', locale=language)} {cldr.format_time(at, 'short', locale=language)}"

    assert read(written, language=language).value == at, written


@settings(max_examples=100, deadline=None)
@given(day=near_days)
def test_a_date_with_the_wrong_weekday_is_never_taken(day: date) -> None:
    wrong = cldr.format_date(day + timedelta(days=1), "EEEE", locale="en")

    found = read(f"{wrong} {day.day} {cldr.format_date(day, 'MMMM', locale='en')} {day.year}")

    assert found.kind is reading.Kind.ASK
    assert day.isoformat() in found.choices


@pytest.mark.parametrize("language", sorted(WORDS.lexicons))
def test_every_answer_has_its_sentence_in_every_language(language: str) -> None:
    keys = tomllib.loads((files.default_folder() / language / "reading.toml").read_text(encoding="utf-8"))
    troubles = [*reading.days.Trouble, *reading.clock.Trouble]
    refused = {"empty", "too-long", "unreadable", "no-hour", *(t for t in troubles if t.startswith(("no-", "too-")))}
    asked = {"no-date", "which-one", "unsure", "offset", "skipped", "twice"} | {*troubles} - refused
    expected = {f"refusal.date.{reason}" for reason in refused} | {f"ask.date.{reason}" for reason in asked}

    assert set(keys) == expected | {"read.instant", "read.date"}


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_refused_as_empty(text: str) -> None:
    assert read(text).says.key == "refusal.date.empty"


def test_a_long_text_is_refused_without_being_read() -> None:
    assert read("24 Nov 15:30 " * 400).says.key == "refusal.date.too-long"


def test_what_was_typed_is_shown_shortened() -> None:
    found = read("31  Feb at   some time that " + "goes on and on " * 5)

    assert len(found.says.values["typed"]) <= 40


def test_a_reading_takes_ten_milliseconds_of_work_at_most() -> None:
    typed = ["24 Nov 15:30", "mañana a las 10", "the day before yesterday at half past three in the afternoon", "hello"]
    read(typed[0])
    start = time.process_time()
    for _ in range(25):
        for text in typed:
            read(text)

    assert (time.process_time() - start) / 100 < 0.01
