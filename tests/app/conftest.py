"""A Telegram of our own at an address."""

from collections.abc import AsyncIterator

import pytest

from reminderbot.simulator import server


@pytest.fixture
async def telegram() -> AsyncIterator[str]:
    """The simulator's address."""
    async with server.serve(server.Simulator()) as address:
        yield address
