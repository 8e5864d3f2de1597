"""What a supervisor reads: alive, ready, and which figure is out of bounds."""

import asyncio
import contextlib
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from reminderbot import clocks
from reminderbot.store import bots, work
from reminderbot.web import ops, reading
from tests.conftest import MONDAY

BOT = 4200000001


@pytest.fixture
async def site(store: work.Store) -> httpx.AsyncClient:
    async with store.writing() as visit:
        await bots.ensure(visit, BOT)
    app = ops.site(ops.Gauge(store, bot_id=BOT, now=lambda: MONDAY))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://ops")


async def test_a_process_that_lives_says_so(site: httpx.AsyncClient) -> None:
    answer = await site.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_bot_that_has_never_polled_is_not_ready(site: httpx.AsyncClient) -> None:
    answer = await site.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["faults"] == ["Telegram has not answered a poll lately."]


async def test_a_bot_whose_poll_has_returned_is_ready(site: httpx.AsyncClient, store: work.Store) -> None:
    async with store.writing() as visit:
        await bots.polled(visit, BOT, heard=True)

    answer = await site.get("/readyz")

    assert answer.status_code == 200, answer.text
    assert answer.json()["migrations"] == "current"
    assert answer.json()["last_poll_seconds"] < 60


async def test_a_telegram_that_is_away_makes_it_unready(site: httpx.AsyncClient, store: work.Store) -> None:
    async with store.writing() as visit:
        await bots.polled(visit, BOT, heard=False)

    answer = await site.get("/readyz")

    assert answer.status_code == 503


async def test_a_poll_that_has_hung_makes_it_unready_within_90_seconds(
    site: httpx.AsyncClient, store: work.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with store.writing() as visit:
        await bots.polled(visit, BOT, heard=True)
    later = clocks.machine() + timedelta(seconds=90)
    monkeypatch.setattr(clocks, "machine", lambda: later)

    answer = await site.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["last_poll_seconds"] >= 89


async def test_an_outdated_schema_is_told_with_the_command(site: httpx.AsyncClient, owned: work.Store) -> None:
    async with owned.writing() as visit:
        await bots.polled(visit, BOT, heard=True)
        await visit.run(text("UPDATE alembic_version SET version_num = '0001'"))

    answer = await site.get("/readyz")

    assert answer.status_code == 503
    assert "reminderbot migrate" in answer.json()["faults"][0]


async def test_a_schema_that_a_newer_program_has_migrated_is_served_on(
    site: httpx.AsyncClient, owned: work.Store
) -> None:
    async with owned.writing() as visit:
        await bots.polled(visit, BOT, heard=True)
        await visit.run(text("UPDATE alembic_version SET version_num = '9999'"))

    answer = await site.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (200, "newer")


async def test_a_database_that_hangs_is_told_in_time_however_many_ask(
    site: httpx.AsyncClient, store: work.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ANSWER_WITHIN", 0.3)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range({"postgresql": 12, "sqlite": 18}[store.engine.dialect.name]):  # every connection there is
            await stack.enter_async_context(store.reading())
        async with asyncio.timeout(5):
            answers = await asyncio.gather(*(site.get("/readyz") for _ in range(20)))
        reads = [task for task in asyncio.all_tasks() if "Gauge._measure" in repr(task)]

    assert {answer.status_code for answer in answers} == {503}
    assert answers[0].json()["database"] == "The database does not answer."
    assert len(reads) == 1


async def test_a_database_that_is_away_is_a_figure_and_no_stack_trace(
    site: httpx.AsyncClient, owned: work.Store
) -> None:
    async with owned.writing() as visit:
        await visit.run(text("DROP TABLE alembic_version"))
        await visit.run(text("ALTER TABLE bots RENAME TO bots_gone"))

    answer = await site.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "The database cannot be reached."
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("failing", "ready"), [(0.0, True), (4.0, True), (6.0, False)])
def test_polls_that_keep_being_refused_make_it_unready_at_once(failing: float, ready: bool) -> None:
    figures = ops.Figures("ok", "current", failing, failing, None, 0)

    assert (figures.faults == []) is ready


def test_a_figure_that_cannot_be_had_is_a_fault() -> None:
    unknown = ops.Figures("The database cannot be reached.", "unknown", None, None, None, None)

    assert "The database cannot be reached." in unknown.faults


def test_a_webhook_that_is_not_reached_is_told_as_such() -> None:
    figures = ops.Figures("ok", "current", 80.0, 0.0, None, 0, by_webhook=True)

    assert figures.faults == ["Telegram's posts have not reached the webhook lately."]


def test_an_overdue_reminder_is_told() -> None:
    figures = ops.Figures("ok", "current", 1.0, 0.0, 76.0, 1)

    assert figures.faults == ["A reminder is overdue."]
