"""A simulator on a free port, Ana's phone, and the real client library as the bot."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from reminderbot.simulator import client, server


@pytest.fixture
def simulator() -> server.Simulator:
    return server.Simulator()


@pytest.fixture
async def url(simulator: server.Simulator) -> AsyncIterator[str]:
    async with server.serve(simulator) as address:
        yield address


@pytest.fixture
async def simulated(url: str) -> AsyncIterator[client.Simulated]:
    async with client.Simulated(url) as opened:
        yield opened


@pytest.fixture
async def ana(simulated: client.Simulated) -> client.Phone:
    """Ana, who has started the bot."""
    phone = await simulated.person("Ana")
    await phone.start()
    return phone


@pytest.fixture
async def bot(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    polling = HTTPXRequest(connection_pool_size=4)
    async with Bot(
        server.TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", get_updates_request=polling
    ) as opened:
        yield opened


@pytest.fixture
async def raw(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Plain HTTP to the bot's address, for what the library would never send."""
    async with httpx.AsyncClient(base_url=f"{url}/bot{server.TOKEN}", trust_env=False) as opened:
        yield opened
