"""Delivery's house: a store of either kind, the simulator as Telegram, Ana as a patient who has started the bot."""

from collections.abc import AsyncIterator

import pytest

from reminderbot import clocks
from reminderbot.gateway import transport
from reminderbot.simulator import client, server
from reminderbot.store.work import Store
from tests.delivery import cast


@pytest.fixture
async def telegram_url() -> AsyncIterator[str]:
    async with server.serve(server.Simulator()) as address:
        yield address


@pytest.fixture
async def simulated(telegram_url: str) -> AsyncIterator[client.Simulated]:
    async with client.Simulated(telegram_url) as opened:
        yield opened


@pytest.fixture
async def telegram(telegram_url: str) -> AsyncIterator[transport.Transport]:
    opened = transport.Transport(server.TOKEN, telegram_url, timeouts=cast.BRISK, poll_seconds=1)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def house(store: Store, telegram: transport.Transport) -> cast.House:
    return cast.House(store, telegram, clocks.Clock.starting(cast.NOON, rate=0.0))


@pytest.fixture
async def ana(store: Store, simulated: client.Simulated) -> cast.Patient:
    """Ana, who has started the bot and consented."""
    phone = await simulated.person("Ana")
    await phone.start()
    return await cast.patient(store, phone.person)
