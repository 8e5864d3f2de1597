"""What this process has counted since it began, for /metrics. Labels are a few fixed words, and never a person's."""

import collections
import time

import prometheus_client

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)
"""Seconds: on time is within one; what an outage held up waits for hours, and a day at most."""

MINUTE = 60.0

# The library knows when a counter began, too; that is one more line for each, and nobody reads it.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
registry = prometheus_client.CollectorRegistry()

_dwell = prometheus_client.Histogram(
    "reminderbot_dwell_seconds",
    "From when a reminder was due to when Telegram accepted it, by the product clock.",
    buckets=BUCKETS,
    registry=registry,
)
_attempts = prometheus_client.Counter(
    "reminderbot_attempts",
    "Calls made for reminders and replies, by what became of them.",
    ["kind", "outcome"],
    registry=registry,
)
_polls = prometheus_client.Counter(
    "reminderbot_polls", "Polls, or looks at the webhook, by what became of them.", ["outcome"], registry=registry
)
_posts = prometheus_client.Counter(
    "reminderbot_webhook_posts", "Posts to the webhook, by the status they got.", ["status"], registry=registry
)
_openings = prometheus_client.Counter(
    "reminderbot_breaker_openings", "How often the breaker opened in this process.", registry=registry
)
_hashes = prometheus_client.Counter(
    "reminderbot_password_hashes", "Passwords and PINs that were hashed or compared.", registry=registry
)
_sends = prometheus_client.Gauge(
    "reminderbot_sends_last_minute", "Calls that this process made in the last minute.", registry=registry
)
_lately: collections.deque[float] = collections.deque()


def attempt(kind: str, outcome: str) -> None:
    """Count a call that has ended. `kind` is reminder or reply, `outcome` one of gateway.meaning's."""
    _attempts.labels(kind, outcome).inc()
    _lately.append(time.monotonic())
    _last_minute()


def dwell(seconds: float) -> None:
    """Note how long after its due time a reminder was accepted."""
    _dwell.observe(max(seconds, 0.0))


def poll(outcome: str) -> None:
    """Count a poll that has ended, or a look at the webhook."""
    _polls.labels(outcome).inc()


def post(status: int) -> None:
    """Count a post to the webhook."""
    _posts.labels(str(status)).inc()


def breaker(*, is_open: bool) -> None:
    """Note that the breaker has turned; whether it is open now is on the bot's row, for all processes."""
    if is_open:
        _openings.inc()


def hash_() -> None:
    """Count a password or a PIN that is hashed or compared."""
    _hashes.inc()


def _last_minute() -> int:
    while _lately and _lately[0] < time.monotonic() - MINUTE:
        _lately.popleft()
    return len(_lately)


_sends.set_function(_last_minute)
