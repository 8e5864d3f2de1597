"""What Prometheus reads: well-formed, of this moment, without a word of a person, and also without a database."""

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from prometheus_client import Metric, parser
from prometheus_client.openmetrics import parser as openmetrics
from sqlalchemy import event, insert, text

from reminderbot import meters
from reminderbot.gateway import meaning
from reminderbot.simulator import server
from reminderbot.store import bots, figures, inbox, outbox, tables, work
from reminderbot.web import metrics, ops
from tests.delivery import cast

NAMES = {
    *("dwell_seconds", "attempts", "sends_last_minute", "pace_reminders_per_second"),
    *("polls", "poll_served_age_seconds", "poll_returned_age_seconds", "webhook_posts"),
    *("overdue_oldest_seconds", "backlog_reminders", "backlog_drain_seconds"),
    *("breaker_open", "breaker_openings", "copies_over_budget", "reminders_to_look_at"),
    "password_hashes",
    *("inbox_waiting", "inbox_parked", "outbox_waiting"),
    *("seat_held", "ready", "database_up"),
}
LABELS = {"kind", "outcome", "state", "duty", "status", "le"}
FORBIDDEN = ("canary", server.TOKEN, server.TOKEN.partition(":")[2], "733133", "Wilhelmina")


@pytest.fixture
async def site(store: work.Store) -> httpx.AsyncClient:
    async with store.writing() as visit:
        await bots.ensure(visit, cast.BOT, username="canary_bot")
        await bots.polled(visit, cast.BOT, heard=True)
    gauge = ops.Gauge(store, bot_id=cast.BOT, now=lambda: cast.NOON + timedelta(seconds=90))
    route = metrics.route(store, gauge, bot_id=cast.BOT, pace=25.0)
    app = ops.site(gauge, more=[route])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://ops")


async def read(site: httpx.AsyncClient) -> dict[str, Metric]:
    answer = await site.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return {family.name: family for family in parser.text_string_to_metric_families(answer.text)}


def value(found: dict[str, Metric], name: str, **labels: str) -> float:
    family = found[f"reminderbot_{name}"]
    return next(sample.value for sample in family.samples if labels.items() <= sample.labels.items())


def samples(found: dict[str, Metric]) -> Iterator[tuple[str, dict[str, str]]]:
    for family in found.values():
        for sample in family.samples:
            yield sample.name, sample.labels


async def test_every_metric_is_named_and_explained_as_prometheus_wants_it(site: httpx.AsyncClient) -> None:
    meters.attempt("reminder", meaning.Outcome.ACCEPTED)
    meters.dwell(0.2)
    found = await read(site)

    assert set(found) == {f"reminderbot_{name}" for name in NAMES}
    assert all(family.documentation.endswith(".") for family in found.values())
    assert {label for _, labels in samples(found) for label in labels} <= LABELS


async def test_it_is_written_for_openmetrics_too(site: httpx.AsyncClient) -> None:
    answer = await site.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert list(openmetrics.text_string_to_metric_families(answer.text))


async def test_calls_polls_posts_and_openings_are_counted(site: httpx.AsyncClient) -> None:
    before = await read(site)
    meters.attempt("reminder", "accepted")
    meters.attempt("reply", "unknown")
    meters.poll("hung")
    meters.post(403)
    meters.breaker(is_open=True)
    meters.breaker(is_open=False)
    meters.dwell(3.0)
    after = await read(site)

    def grown(name: str, **labels: str) -> float:
        try:
            was = value(before, name, **labels)
        except (KeyError, StopIteration):
            was = 0.0
        return value(after, name, **labels) - was

    assert grown("attempts", kind="reminder", outcome="accepted") == 1
    assert grown("attempts", kind="reply", outcome="unknown") == 1
    assert grown("polls", outcome="hung") == 1
    assert grown("webhook_posts", status="403") == 1
    assert grown("breaker_openings") == 1
    assert grown("dwell_seconds", le="5.0") == 1
    assert grown("dwell_seconds", le="2.5") == 0
    assert grown("sends_last_minute") == 2


async def test_a_minute_ends(site: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    meters.attempt("reply", "accepted")
    now = time.monotonic()
    monkeypatch.setattr(meters.time, "monotonic", lambda: now + 61)

    assert value(await read(site), "sends_last_minute") == 0


async def test_what_waits_and_what_is_overdue_is_told(site: httpx.AsyncClient, store: work.Store) -> None:
    ana = await cast.patient(store, 733133)
    for number in range(50):
        await cast.reminder(store, ana, f"step-{number}")
    async with store.writing() as visit:
        await inbox.keep(visit, cast.BOT, [inbox.Update(1, 733133, {"message": {"text": "canary"}})])
        await visit.run(insert(tables.inbox).values(**parked(2)))
        await outbox.owe(
            visit,
            bot_id=cast.BOT,
            organisation_id=tables.BUILT_IN,
            chat_id=ana.chat_id,
            kind=outbox.Kind.REPLY,
            method="sendMessage",
            params={"text": "canary"},
            now=cast.clocks.machine(),
        )
    found = await read(site)

    assert value(found, "backlog_reminders") == 50
    assert value(found, "backlog_drain_seconds") == 2.0
    assert value(found, "overdue_oldest_seconds") == 90.0
    assert (value(found, "inbox_waiting"), value(found, "inbox_parked"), value(found, "outbox_waiting")) == (1, 1, 1)
    assert value(found, "poll_served_age_seconds") < 30
    assert (value(found, "ready"), value(found, "database_up")) == (0, 1)


def parked(update_id: int) -> dict[str, object]:
    now = cast.clocks.machine()
    return {"bot_id": cast.BOT, "update_id": update_id, "tries": 3, "received_at": now, "parked_at": now}


async def test_what_a_person_must_look_at_is_told_by_its_state(site: httpx.AsyncClient, store: work.Store) -> None:
    ana = await cast.patient(store, 733133)
    for number, state in enumerate(["unconfirmed", "unconfirmed", "blocked", "rejected", "parked", "sent"]):
        await cast.reminder(store, ana, f"step-{number}", state=state)
    found = await read(site)

    told = {labels["state"]: value(found, "reminders_to_look_at", **labels) for _, labels in to_look_at(found)}
    assert told == {"unconfirmed": 2, "blocked": 1, "rejected": 1, "parked": 1}


def to_look_at(found: dict[str, Metric]) -> list[tuple[str, dict[str, str]]]:
    return list(samples({"": found["reminderbot_reminders_to_look_at"]}))


async def test_the_breaker_and_the_seats_are_told(site: httpx.AsyncClient, store: work.Store) -> None:
    async with store.writing() as visit:
        await bots.set_broken(visit, cast.BOT, broken=True)
        await bots.take_seat(visit, cast.BOT, bots.Duty.SENDER, owner="here", lease=timedelta(seconds=30))
        await bots.take_seat(visit, cast.BOT, bots.Duty.POLLER, owner="dead", lease=timedelta(seconds=-1))
    found = await read(site)

    assert value(found, "breaker_open") == 1
    assert [value(found, "seat_held", duty=duty) for duty in ("sender", "poller", "alerter")] == [1, 0, 0]


@pytest.mark.parametrize(
    ("outcomes", "over"),
    [
        (["accepted"], 0),
        (["unknown", "accepted"], 0),
        (["not_sent", "wait", "not_sent", "accepted"], 0),
        (["unknown", "not_sent", "unknown", "accepted"], 1),
    ],
)
async def test_more_copies_than_the_budget_allows_are_told(
    outcomes: list[str], over: int, site: httpx.AsyncClient, store: work.Store
) -> None:
    id = await cast.reminder(store, await cast.patient(store, 733133), state="sent", attempts=len(outcomes))
    async with store.writing() as visit:
        for number, outcome in enumerate(outcomes, start=1):
            await visit.run(insert(tables.attempts).values(**attempt(id, number, outcome)))

    assert value(await read(site), "copies_over_budget") == over


def attempt(id: str, number: int, outcome: str) -> dict[str, object]:
    now = cast.clocks.machine()
    whose = {"organisation_id": tables.BUILT_IN, "reminder_id": id, "owner": "here"}
    return {**whose, "number": number, "outcome": outcome, "began_at": now, "ended_at": now}


async def test_nothing_of_a_person_and_no_token_is_in_it(site: httpx.AsyncClient, store: work.Store) -> None:
    await cast.reminder(store, await cast.patient(store, 733133), state="blocked")
    async with store.writing() as visit:
        await inbox.keep(visit, cast.BOT, [inbox.Update(1, 733133, {"message": {"text": "Wilhelmina"}})])
    said = (await site.get("/metrics")).text

    assert [word for word in FORBIDDEN if word in said] == []


async def test_a_database_that_is_away_leaves_what_the_process_knows(
    site: httpx.AsyncClient, owned: work.Store
) -> None:
    async with owned.writing() as visit:
        await visit.run(text("ALTER TABLE bots RENAME TO bots_gone"))
    found = await read(site)

    assert (value(found, "database_up"), value(found, "ready")) == (0, 0)
    assert "reminderbot_dwell_seconds" in found
    assert "reminderbot_backlog_reminders" not in found


async def test_the_figures_of_a_hundred_thousand_reminders_rest_on_indexes(store: work.Store) -> None:
    plans: list[str] = []
    ask = "EXPLAIN " if store.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    async with store.writing() as visit:
        if store.engine.dialect.name == "postgresql":
            await visit.run(text("SET LOCAL enable_seqscan = off"))  # an empty table is read whole, whatever it has
        statements: list[tuple[str, object]] = []
        sync = visit.connection.sync_connection
        assert sync is not None

        def seen(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
            statements.append((statement, parameters))

        event.listen(sync, "before_cursor_execute", seen)
        await figures._to_look_at(visit)
        await figures._copies_over_budget(visit)
        await figures._outbox_waiting(visit)
        await inbox.figures(visit)
        event.remove(sync, "before_cursor_execute", seen)
        for statement, parameters in statements:
            told = await visit.connection.exec_driver_sql(ask + statement, parameters)  # type: ignore[arg-type]
            plans.append(" ".join(str(row) for row in told))

    wanted = ["to_look_at", "ix_reminders_tried_often", "ix_outbox_waiting", "ix_inbox_parked"]
    assert [index for index in [*wanted, "ix_inbox_waiting"] if not any(index in plan for plan in plans)] == []
