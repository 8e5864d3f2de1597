"""When the duties of this process last got somewhere: they say so, the watchdog reads it."""

import asyncio


class Watch:
    """Two instants, in the event loop's seconds; before the first of each, minus infinity."""

    def __init__(self) -> None:
        self.polled = float("-inf")
        self.moved = float("-inf")

    def poll_returned(self) -> None:
        """Note that Telegram answered a poll, refused it, or could not be connected to: it does not hang."""
        self.polled = _now()

    def progressed(self) -> None:
        """Note that a reminder's turn came, or that replies took all turns: the sender does not stand still."""
        self.moved = _now()


def _now() -> float:
    return asyncio.get_running_loop().time()
