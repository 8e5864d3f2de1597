"""`reminderbot demo` as a process: one address, a page that trusts nobody else's script, a clock to wind."""

import re
import socket
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from reminderbot.simulator import client
from tests.cli import terminal
from tests.journeys import acting


@pytest.fixture
async def web(fresh_demo: str) -> AsyncIterator[httpx.AsyncClient]:
    """Plain HTTP to the demo."""
    async with _opened(fresh_demo) as opened:
        yield opened


def _opened(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, trust_env=False, timeout=60)


async def test_the_page_carries_no_script_of_its_own_and_allows_none_of_others(web: httpx.AsyncClient) -> None:
    page = await web.get("/")

    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|https?://", page.text)


async def test_only_the_page_itself_winds_the_clock(web: httpx.AsyncClient) -> None:
    before = (await web.get("/demo/state")).json()["now"]
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        refused = await web.post("/demo/wind", json={"by": "day"}, headers={"Origin": origin})
        assert refused.status_code == 403
    unknown = await web.post("/demo/wind", json={"by": "year"})
    broken = await web.post("/demo/wind", content=b"{", headers={"Content-Type": "application/json"})

    assert (unknown.status_code, broken.status_code) == (400, 400)
    assert (await web.get("/demo/wind")).is_client_error
    assert (await web.get("/demo/state")).json()["now"][:-5] == before[:-5]


async def test_a_patient_is_wound_through_to_the_last_reminder(demo: str) -> None:
    tomorrow = date.today() + timedelta(days=2)  # noqa: DTZ011 - far enough ahead in every zone
    async with _opened(demo) as web, client.Simulated(demo) as simulated:
        people = (await web.get("/demo/people")).json()
        ana = acting.Person(client.Phone(simulated, people[0]["id"], bot=people[0]["bot"]))
        await ana.registers(f"{tomorrow.isoformat()} 15:30")
        for _ in range(12):
            said = (await web.post("/demo/wind", json={"by": "next"}, headers={"Origin": demo})).json()["says"]
            if said == "No reminder is waiting.":
                break
        texts = await ana.bot_texts()
        state = (await web.get("/demo/state")).json()

    rows = state["people"][0]["sessions"][0]["reminders"]
    assert len(rows) == 9
    assert {row["state"] for row in rows} == {"sent"}
    assert any(ana.gist("step.day-90") in text for text in texts)


def test_a_port_in_use_is_told_in_one_line_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = terminal.run("demo", "--port", str(port), "--no-browser", folder=tmp_path)

    assert (done.code, done.out) == (1, "")
    assert f"Port {port} cannot be listened on (Address already in use)." in done.sentence
    assert 'make demo ARGS="--port 8090"' in done.sentence
