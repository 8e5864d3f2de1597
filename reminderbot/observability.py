"""Logs: a short constant sentence and ids, on stderr; tokens are masked whoever writes them."""

import logging
import re
import sys

import structlog

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{16,}")
QUIET = {
    "httpx": logging.WARNING,  # logs each URL, and the token is in it
    "httpcore": logging.WARNING,
    "telegram": logging.CRITICAL,  # prints the body of a malformed answer; we log the outcome ourselves
    "alembic": logging.WARNING,  # tells each step of a migration in words of its own
    "apscheduler": logging.WARNING,
    "aiosqlite": logging.WARNING,  # prints statements with their values
    "psycopg": logging.ERROR,
    "sqlalchemy": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
    "uvicorn.error": logging.ERROR,  # tells of what is no HTTP in a form of its own: web/connections.py does
    "asyncio": logging.WARNING,
}


class Masked(logging.Formatter):
    """Formats a record and masks whatever looks like a bot token, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        return TOKEN.sub("<token>", super().format(record))


def configure(level: str = "INFO") -> None:
    """Send every log line of this process to stderr, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logger() -> structlog.stdlib.BoundLogger:
    """Return a logger; its events are constant sentences, its values ids and figures."""
    found: structlog.stdlib.BoundLogger = structlog.get_logger("reminderbot")
    return found
