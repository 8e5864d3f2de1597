"""The gateway's house: the simulator as Telegram, and Ana, who has started the bot."""

from collections.abc import AsyncIterator

import pytest

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
async def phone(simulated: client.Simulated) -> client.Phone:
    """Ana's phone, with the bot started."""
    opened = await simulated.person("Ana")
    await opened.start()
    return opened


@pytest.fixture
async def ana(store: Store, phone: client.Phone) -> cast.Patient:
    """Ana as a patient who has consented."""
    return await cast.patient(store, phone.person)
