"""What Prometheus reads at /metrics: what this process has counted, and what the database says at this moment."""

from collections.abc import Iterable, Iterator, Mapping

import prometheus_client
from prometheus_client import exposition
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reminderbot import meters
from reminderbot.store import figures, work
from reminderbot.web import ops, reading


def route(store: work.Store, gauge: ops.Gauge, *, bot_id: int, pace: float) -> Route:
    """Return the route of /metrics; `pace` is how many reminders a second are sent at most."""

    async def tally() -> figures.Figures | None:
        try:
            async with store.reading() as visit:
                return await figures.read(visit, bot_id)
        except work.UNREACHED:
            return None

    counted = reading.Reading(tally)

    async def answer(request: Request) -> Response:
        """Write it in the form that is asked for; a database that is away leaves out what only it knows."""
        found = [*_health(await gauge.read(), pace), *_rows(await counted.result())]
        registry = prometheus_client.CollectorRegistry()
        registry.register(meters.registry)
        registry.register(_Found(found))
        encode, kind = exposition.choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(registry), headers={"Content-Type": kind, "Cache-Control": "no-store"})

    return Route("/metrics", answer)


class _Found(Collector):
    """Metrics that were measured before they are asked for."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _health(found: ops.Figures, pace: float) -> Iterator[Metric]:
    yield _gauge("ready", "1 if this process would answer /readyz with 200.", not found.faults)
    yield _gauge("database_up", "1 if the database answers.", found.database == "ok")
    yield _gauge("pace_reminders_per_second", "How many reminders a second are sent at most.", pace)
    served, failing = found.last_poll_seconds, found.polls_failing_seconds
    if served is not None:
        yield _gauge("poll_served_age_seconds", "Since Telegram last served a poll, or reached the webhook.", served)
        returned = served - (failing or 0.0)
        yield _gauge("poll_returned_age_seconds", "Since a poll last returned, refused or not.", max(returned, 0.0))
    if found.overdue is not None:
        oldest = found.oldest_overdue_seconds or 0.0
        yield _gauge("overdue_oldest_seconds", "How long the oldest reminder that could be sent has waited.", oldest)
        yield _gauge("backlog_reminders", "Reminders that are due, could be sent, and are not sent.", found.overdue)
        yield _gauge("backlog_drain_seconds", "In how long the backlog is sent at the pace.", found.overdue / pace)


def _rows(found: figures.Figures | None) -> Iterator[Metric]:
    if found is None:
        return
    yield _gauge("inbox_waiting", "Updates that are stored and not yet served.", found.inbox.waiting)
    yield _gauge("inbox_parked", "Updates that could not be served; a person must look.", found.inbox.parked)
    yield _gauge("outbox_waiting", "Replies that are owed and not yet sent.", found.outbox_waiting)
    yield _gauge("breaker_open", "1 while the breaker keeps calls from Telegram.", found.is_broken)
    law = "Reminders of which more copies than allowed may have arrived: 0, or the promise is broken."
    yield _gauge("copies_over_budget", law, found.copies_over_budget)
    yield _labelled("reminders_to_look_at", "Reminders that ended so; a person must look.", "state", found.to_look_at)
    held = {duty: float(is_held) for duty, is_held in found.seats.items()}
    yield _labelled("seat_held", "1 if a process holds the seat of the duty.", "duty", held)


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(f"reminderbot_{name}", help, value=float(value))


def _labelled(name: str, help: str, label: str, values: Mapping[str, float]) -> Metric:
    metric = GaugeMetricFamily(f"reminderbot_{name}", help, labels=[label])
    for each, value in values.items():
        metric.add_metric([str(each)], float(value))
    return metric
