"""Passwords are guessed, of one account from many addresses and of many from one, while others sign in (S6)."""

import asyncio
import time

from fastapi import FastAPI

from tests.security import figures
from tests.web.console import desk, hired

AT_ONCE = 8  # connections of the attacker's
EVERY = 0.5  # seconds between two sign-ins of somebody else


async def guess(app: FastAPI, dana: hired.Hired, calm: hired.Hired, *, tries: int) -> figures.Figures:
    """Attack Dana's account and many that do not exist; meanwhile Calm signs in again and again."""
    found, began, before = figures.Figures("Passwords guessed"), time.monotonic(), hired.hashes()
    waits: list[float] = []
    async with desk.browser(app) as bad, desk.browser(app) as good:
        alone = await _comes_in(good, calm)
        token, connections = await bad.token(), asyncio.Semaphore(AT_ONCE)
        onslaught = [asyncio.create_task(_attack(bad, dana, token, number, connections)) for number in range(tries)]
        while not all(each.done() for each in onslaught):
            await asyncio.sleep(EVERY)
            waits.append(await _comes_in(good, calm))
        for status in await asyncio.gather(*onslaught):
            found.tried += 1
            found.ended[f"answered with {status}"] += 1
            found.holds(status in (403, 409, 422), f"a guess got {status}")
        inside = await good.get("/me")
    found.holds(inside.status_code == 200, "somebody else is not signed in")
    made = hired.hashes() - before - len(waits) - 1
    found.more["passwords looked at"] = f"{made:.0f}"
    found.more["others signed in"] = f"{len(waits)} times, after {max(waits):.2f} s at most; alone {alone:.2f} s"
    found.holds(made <= 100, f"{made:.0f} hashes were made")
    found.holds(max(waits) < max(2, 12 * alone), f"somebody else waited {max(waits):.1f} s")
    found.seconds = time.monotonic() - began
    return found


async def _attack(
    browser: desk.Browser, dana: hired.Hired, token: str, number: int, connections: asyncio.Semaphore
) -> int:
    address = f"8.{number % 7}.{number % 250}.{number // 250}" if number % 2 else "9.9.9.9"
    login = dana.login if number % 2 else f"guess{number}"
    form = {"_csrf": token, "login": login, "password": f"guess {number}"}
    headers = {"Origin": desk.ADDRESS, "X-Forwarded-For": f"1.2.3.4, {address}"}
    async with connections:
        return (await browser.client.post("/console/sign-in", data=form, headers=headers)).status_code


async def _comes_in(browser: desk.Browser, person: hired.Hired) -> float:
    """Sign in; return how long it took, told to come again at once included."""
    browser.client.cookies.clear()
    form = {"login": person.login, "password": hired.PASSWORD, "_csrf": await browser.token()}
    headers, began = {"Origin": desk.ADDRESS}, time.monotonic()
    while (await browser.client.post("/console/sign-in", data=form, headers=headers)).status_code == 409:
        await asyncio.sleep(0.1)
    return time.monotonic() - began
