"""Calendar files: lines as RFC 5545 folds them, words as it escapes them, instants in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reminderbot.catalog import ics

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def made(*summaries: str) -> str:
    """Return a file with an entry for each summary."""
    entries = [
        ics.Entry(f"{number}@here", NOON + timedelta(days=number), each) for number, each in enumerate(summaries)
    ]
    return ics.text(entries, made_at=NOON)


def unfolded(text: str) -> list[str]:
    """Return the lines of a file as a calendar reads them."""
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_a_file_is_one_calendar_with_an_entry_each() -> None:
    lines = unfolded(made("One", "Two"))

    assert (lines[0], lines[-1], lines.count("BEGIN:VEVENT")) == ("BEGIN:VCALENDAR", "END:VCALENDAR", 2)
    assert lines[5:14] == [
        "BEGIN:VEVENT",
        "UID:0@here",
        "DTSTAMP:20261124T120000Z",
        "DTSTART:20261124T120000Z",
        "DTEND:20261124T121000Z",
        "SUMMARY:One",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


def test_an_instant_of_any_zone_is_written_in_utc() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-5)))

    assert "DTSTART:20261124T120000Z" in ics.text([ics.Entry("a", there, "x")], made_at=there)


@pytest.mark.parametrize("words", ["رسالة في تيليجرام " * 20, "💆🏽‍♀️" * 40, "x" * 300, "é" * 75])
def test_a_long_line_is_folded_at_75_octets_and_no_character_is_cut(words: str) -> None:
    text = made(words)

    assert all(len(line.encode()) <= ics.LINE for line in text.split("\r\n"))
    assert f"SUMMARY:{words}" in unfolded(text)


def test_words_are_escaped_and_bring_no_line_of_their_own() -> None:
    lines = unfolded(made("a,b;c\\d\nBEGIN:VALARM\r\nX:1\x00\x07"))

    assert "SUMMARY:a\\,b\\;c\\\\d\\nBEGIN:VALARM\\nX:1" in lines
    assert not any(line.startswith(("BEGIN:VALARM", "X:")) for line in lines)


def test_every_line_ends_as_the_standard_asks() -> None:
    text = made("One")

    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n")
