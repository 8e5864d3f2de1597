"""The main job: from a session's date to the last reminder, as a patient lives it."""

import asyncio
import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import MONDAY
from tests.journeys.acting import CITY, LANGUAGES, MINUTE, SESSION, ZONE, Operator, Person
from tests.journeys.conftest import Story


@pytest.fixture
def cli(operator: Operator) -> Operator:
    return operator


async def promised(operator: Operator, at: str, *, language: str, now: str) -> list[dict[str, Any]]:
    """Return what the command line says a patient would get."""
    given = {"at": at, "zone": ZONE, "lang": language, "now": now, "morning": "08:30"}
    rows: list[dict[str, Any]] = await operator.asks("timeline", *(f"--{key}={value}" for key, value in given.items()))
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_aftercare_from_the_first_word_to_the_last_reminder(
    either_story: Story, operator: Operator, language: str
) -> None:
    story, ana = either_story, await either_story.person("Ana", language=language)
    rows = await promised(operator, "2026-11-24T15:30", language=language, now=MONDAY.isoformat())
    assert [row["state"] for row in rows] == ["planned"] * 9

    await ana.agrees()
    review = await ana.tells(SESSION)
    for row in rows:  # the whole timeline, with weekdays, before anything is saved
        local = datetime.fromisoformat(row["local"])
        assert ana.day(local) in review.text or str(local.year) in review.text
    assert review.text.count(ana.words(f"title.{rows[0]['step']}")) == 1
    other = await story.person("Carl", language=language)
    assert await other.timeline() == other.words("timeline.none")

    now = await ana.saves()
    assert CITY not in now.text
    await lives_through(story, ana, rows)


async def lives_through(story: Story, ana: Person, rows: list[dict[str, Any]]) -> None:
    """Wind through all that was promised; each comes at its minute, once, in the promised words."""
    for row in rows:
        due = datetime.fromisoformat(row["due"])
        before = len(await ana.phone.messages(by="bot"))
        story.wind(due - MINUTE)
        await ana.phone.mark()
        await ana.phone.wait_for_silence(0.15)
        story.wind(due)
        came = await ana.phone.wait_for(row["text"].strip())
        assert datetime.fromisoformat(came.date) == due
        assert len(await ana.phone.messages(by="bot")) == before + 1
