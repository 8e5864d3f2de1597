"""Bodies are posted to the webhook by who knows its secret and who does not: what is no update leaves no row (S13)."""

import json
import random
import time
from collections.abc import Iterator

import httpx
from sqlalchemy import func, select

from reminderbot.gateway import webhook
from reminderbot.simulator import server
from reminderbot.store import bots, tables
from reminderbot.store import work as works
from reminderbot.web import ops
from tests.conftest import MONDAY
from tests.delivery import cast
from tests.fuzz import arriving, hostile
from tests.security import figures

SECRET = webhook.secret(server.TOKEN)
PATH = "/telegram"
LARGE = b'{"update_id": 1, "message": "' + b"a" * webhook.LARGEST + b'"}'
DEEP = b'{"update_id": 2, "message": ' + b"[" * 90_000 + b"]" * 90_000 + b"}"
MAY: dict[str, set[int]] = {"stranger": {403}, "update": {200}, "large": {413}, "deep": {200, 400}, "hostile": {400}}
"""The status that each kind of post may get."""


async def post(store: works.Store, *, tries: int, seed: int) -> figures.Figures:
    """Post bodies of every kind; return what became of them."""
    found, began = figures.Figures("Bodies posted to the webhook"), time.monotonic()
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    route = webhook.route(store, bot_id=cast.BOT, path=PATH, secret=SECRET)
    site = ops.site(ops.Gauge(store, bot_id=cast.BOT, now=lambda: MONDAY), more=[route])
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.example") as client:
        for kind, headers, body in _drawn(random.Random(seed), tries):
            answer = await client.post(PATH, content=body, headers=headers)
            found.tried += 1
            found.ended[f"{kind}: {answer.status_code}"] += 1
            found.holds(answer.status_code in MAY[kind], f"{kind} got {answer.status_code}: {body[:80]!r}")
            found.holds(answer.content == b"", f"{kind} was told something")
    kept = await _stored(store)
    may = found.ended["update: 200"] + found.ended["deep: 200"]
    found.holds(found.ended["update: 200"] <= kept <= may, f"{kept} rows of {may} updates")
    found.seconds = time.monotonic() - began
    return found


def _drawn(chance: random.Random, tries: int) -> Iterator[tuple[str, dict[str, bytes], bytes]]:
    drawing = arriving.Drawing(chance)
    scene = arriving.Scene([arriving.Sender(5_000_000_001, "Ana", "en")], [], [], {}, MONDAY)
    known = {webhook.HEADER: SECRET.encode()}
    for number in range(tries):
        update = json.dumps(drawing.update(1000 + number, scene).raw).encode()
        match chance.randrange(100):
            case 0:
                yield "large", known, LARGE
            case 1:
                yield "deep", known, DEEP
            case draw if draw < 45:
                yield "stranger", chance.choice([{}, {webhook.HEADER: _near(chance)}]), update
            case draw if draw < 60:
                yield "update", known, update
            case _:
                yield "hostile", known, _spoilt(chance, update)


def _near(chance: random.Random) -> bytes:
    near = [b"", SECRET[:-1].encode(), SECRET.encode() + b"0", SECRET.upper().encode(), b"\xc3\xa9", b"x" * 8000]
    return chance.choice(near)


def _spoilt(chance: random.Random, update: bytes) -> bytes:
    """Return what is no update: cut, of another kind, with a number that is none, or with bytes that are no text."""
    number = chance.choice([b"-1", b"null", b"true", b'"7"', b"1.5", b"9" * 40, b"1e3", b"NaN", b"[]"])
    return chance.choice(
        [
            update[: chance.randrange(1, len(update))],
            b"",
            b"[" + update + b"]",
            b'{"update_id": ' + number + b"}",
            b'{"message": {}}',
            b"\xff\xfe" + update,
            hostile.words(chance).encode("utf-8", "replace") + b"{",
        ]
    )


async def _stored(store: works.Store) -> int:
    async with store.reading() as work:
        return int((await work.run(select(func.count()).select_from(tables.inbox))).scalar_one())
