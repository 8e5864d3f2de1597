"""A bell: whoever waits for news of something hears it, and waits no longer than agreed."""

import asyncio


class Bell:
    """Wakes all that wait, once each; waits are machine seconds."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._silenced = False

    def ring(self) -> None:
        """Wake everybody who waits now."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def silence(self) -> None:
        """Wake everybody, and let nobody wait again: the house closes."""
        self._silenced = True
        self.ring()

    @property
    def silenced(self) -> bool:
        """True once nobody can wait any more."""
        return self._silenced

    async def heard(self, seconds: float) -> bool:
        """Wait for the next ring; False if none came within `seconds`."""
        if self._silenced or seconds <= 0:
            return False
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True
