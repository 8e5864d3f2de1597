"""Opens the house for one question and closes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from reminderbot import app, settings

T = TypeVar("T")


def house(ask: Callable[[app.House], Awaitable[T]]) -> T:
    """Open the house, ask one thing, close it."""

    async def inside() -> T:
        async with app.opened(settings.load()) as opened:
            return await ask(opened)

    return asyncio.run(inside())
