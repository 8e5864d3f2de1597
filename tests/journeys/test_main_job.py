"""The main job: from a session's date to the last reminder, as a patient lives it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import MONDAY
from tests.journeys.acting import LANGUAGES, MINUTE, SESSION, ZONE, Operator, Person
from tests.journeys.conftest import Story


async def promised(operator: Operator, at: str, *, language: str) -> list[dict[str, Any]]:
    """Return what the command line says a patient would get who registers on Monday."""
    given = {"at": at, "zone": ZONE, "lang": language, "now": MONDAY.isoformat(), "morning": "08:30"}
    rows: list[dict[str, Any]] = await operator.asks("timeline", *(f"--{key}={value}" for key, value in given.items()))
    return rows


def days(ana: Person, rows: list[dict[str, Any]]) -> list[str]:
    """Return the days of the planned ones as a patient reads them, weekday first."""
    locals_ = [datetime.fromisoformat(row["local"]) for row in rows if row["state"] == "planned"]
    return [ana.day(local) for local in locals_]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_aftercare_from_the_first_word_to_the_last_reminder(
    either_story: Story, operator: Operator, language: str
) -> None:
    ana = await either_story.person("Ana", language=language)
    rows = await promised(operator, "2026-11-24T15:30", language=language)
    await ana.agrees()
    review = await ana.tells(SESSION)
    await ana.saves()

    assert [row["state"] for row in rows] == ["planned"] * 9
    assert [day for day in days(ana, rows) if day not in review.text] == []
    await lives_through(either_story, ana, rows)
    assert (await ana.timeline()).count("✓") == 9


async def lives_through(story: Story, ana: Person, rows: list[dict[str, Any]]) -> None:
    """Wind through all that was promised: each comes at its minute, once, in the promised words."""
    for row in rows:
        due, before = datetime.fromisoformat(row["due"]), len(await ana.bot_texts())
        story.wind(due - MINUTE)
        await ana.phone.mark()
        await ana.phone.wait_for_silence(0.1)
        story.wind(due)
        came = await ana.phone.wait_for(row["text"].strip())
        assert datetime.fromisoformat(came.date) == due
        assert len(await ana.bot_texts()) == before + 1
        await answers(ana, row["step"], row["text"].strip())


async def answers(ana: Person, step: str, text: str) -> None:
    """Tap what the reminder asks; its text stays and holds the answer."""
    asked = {"day-1": ["as_expected"], "day-3": ["as_expected", "reads_yes"]}.get(step, [])
    for button in asked:
        await ana.taps(button)
        said = {"as_expected": "answered.skin-ok", "reads_yes": "answered.reads-yes"}[button]
        turned = await ana.told(said)
        assert turned.text.startswith(text)
        assert ana.button(button) not in turned.buttons


async def test_nothing_is_saved_before_save(story: Story) -> None:
    ana, carl = await story.person("Ana"), await story.person("Carl")
    await ana.agrees()
    await ana.tells()

    before = await ana.timeline()
    await ana.taps("save")
    await ana.asked("skip")

    assert before == ana.words("timeline.none")
    assert ana.words("title.ride-home") in await ana.timeline()
    assert await carl.timeline() == ana.words("timeline.none")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_comes_two_days_late_gets_what_matters_now_and_no_burst(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.agrees()
    review = await ana.tells("2026-11-21 11:00")
    before = len(await ana.bot_texts())

    now = await ana.saves()

    late = [ana.words(f"title.{step}") for step in ("ride-home", "day-1", "day-2")]
    lines = [line for line in (await ana.timeline()).splitlines() if ana.words("reason.late_start") in line]
    assert now.text == ana.words("expect.day-2").strip()
    assert [title for title, line in zip(late, lines, strict=True) if title in line] == late
    assert ana.words("reason.late_start") in review.text
    assert len(await ana.bot_texts()) == before + 3  # what matters now, the clinic's phone, the timeline


async def test_who_comes_late_gets_the_rest_when_it_is_due(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers("2026-11-21 11:00")
    before = len(await ana.bot_texts())

    story.wind(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    third = await ana.asked("reads_yes")
    story.wind(timedelta(days=4))
    await ana.phone.wait_for(lambda m: m.silent and ana.words("step.day-7")[:40] in m.text)

    assert third.date == "2026-11-24T07:30:00+00:00"
    assert len(await ana.bot_texts()) == before + 2


async def test_the_evening_before_comes_only_if_the_session_lies_ahead(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.agrees()

    review = await ana.tells("2026-11-23 12:00")

    assert f"{ana.words('title.eve')}: " in review.text
    assert ana.words("reason.no_time_before") in review.text


async def test_short_reads_that_are_declined_do_not_come(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    story.wind(datetime(2026, 11, 27, 7, 30, tzinfo=UTC))
    await ana.asked("reads_no")
    await ana.taps("reads_no")
    await ana.told("answered.reads-no")
    before = len(await ana.bot_texts())

    story.wind(timedelta(days=100))
    await ana.phone.wait_for_silence(0.4)

    assert len(await ana.bot_texts()) == before
    assert (await ana.timeline()).count(ana.words("reason.no_reads")) == 4
