"""What waits since this process lacks a master key: looked at again after a while, and told once a minute."""

import time
from datetime import timedelta
from typing import Final

import structlog

RETRY: Final = timedelta(seconds=10)
"""Before it is looked at again: another process may have the key, or this one is restarted with it."""

EVERY: Final = 60.0  # seconds between two lines of the log, however much waits

log = structlog.get_logger(__name__)


class Told:
    """What one loop has told the operator."""

    def __init__(self) -> None:
        self._until = float("-inf")

    def tell(self) -> None:
        """Say what to do, unless it was said within the last minute."""
        if time.monotonic() < self._until:
            return
        self._until = time.monotonic() + EVERY
        log.error(
            "a master key is missing here: restart this process with the new key and the old one; nothing is lost"
        )
