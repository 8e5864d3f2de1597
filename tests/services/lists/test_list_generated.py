"""Thousands of generated files: none crashes, each is refused by a sentence that exists or looked at, none writes.

The suite takes a part of them; `make chaos` ten thousand.
"""

import dataclasses
from collections import Counter
from datetime import date, time

import pytest

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services.lists import columns, comparing, dates, lines, reading, uploading
from reminderbot.services.lists.columns import Column
from reminderbot.store import tables
from tests import sizes
from tests.conftest import MONDAY
from tests.services import cast
from tests.services.lists import booking, generating

FILES = sizes.of(600, whole=10_000)
PARTS = 6
KNOWN = lines.Known({"en": "en", "spanish": "es"}, {"microneedling": "microneedling"}, date(2026, 11, 23))
NOBODY = comparing.Past({}, {}, {}, [], {})


@pytest.mark.parametrize("part", range(PARTS))
def test_no_generated_file_crashes(part: int, catalog: catalogs.Catalog) -> None:
    came = Counter(outcome(number, catalog) for number in range(part, FILES, PARTS))

    assert sum(came.values()) == len(range(part, FILES, PARTS))
    assert came["looked at"] > FILES / PARTS / 10
    assert len(came) > 5  # of the ways in which a file may be refused


def outcome(number: int, catalog: catalogs.Catalog) -> str:
    """Read one file as far as it goes; whatever is wrong must have a sentence."""
    table, refused = read(number)
    if table is None:
        assert catalog.say_plain("es", refused.key, **refused.values), number
        return refused.key
    assert 0 < len(table.rows) <= reading.MOST_ROWS
    for order in dates.Order:
        look_at(number, table, order, catalog)
    return "looked at"


def read(number: int) -> tuple[reading.Table | None, errors.Refusal]:
    """Return the table in a file, or the refusal of it."""
    try:
        return reading.read(generating.file(number)), errors.Refusal("")
    except errors.Invalid as refused:
        return None, refused


def look_at(number: int, table: reading.Table, order: dates.Order, catalog: catalogs.Catalog) -> None:
    """Read the lines of a table, matched by heading and as badly as a hand may choose."""
    matched = {Column.NAME: 0, Column.DAY: len(table.headings) - 1, **columns.matched(table.headings)}
    choices = lines.Choices(matched, order, time(12), "en", "microneedling")
    good, faults = lines.read(table.rows, choices, KNOWN, width=len(table.headings))
    report = comparing.compare(good, faults, NOBODY, now=MONDAY, today=KNOWN.today)
    assert len(report.entries) == len(table.rows), number
    assert len({line.key for line in good}) == len(good), number
    for fault in faults:
        assert catalog.say_plain("en", f"console.list-fault.{fault.why}", typed=fault.typed), number
    for line in good:
        assert 1 <= len(line.name) <= 64, number
        assert not any(mark in repr(dataclasses.astuple(line)) for mark in ("\\x00", "\\u202e")), number


async def test_no_generated_file_writes_anything_before_the_yes(desk: booking.Desk) -> None:
    taken = 0
    for number in range(100):
        table, _ = read(number)
        if table is None:
            continue
        async with desk.store.writing() as work:
            id = await uploading.take(work, desk.who, table, digest="ab", catalog=desk.catalog, now=MONDAY)
        await desk.look(id)
        taken += 1

    assert taken > 15
    for table_ in (tables.patients, tables.treatments, tables.reminders, tables.invites, tables.listed):
        assert await cast.count(desk.store, table_) == 0
