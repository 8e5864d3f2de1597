"""Links are guessed, near misses of real ones among them, and desk codes: all get one answer, and none opens (S1)."""

import random
import secrets
import time
from collections.abc import Iterator

from sqlalchemy import select

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, invites
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.conftest import MONDAY
from tests.security import figures
from tests.services import cast

A_VISIT = 500  # guesses in one transaction
CODES_EACH = 20  # tries of the desk code of one link; five count


async def guess(store: works.Store, catalog: catalogs.Catalog, *, tries: int, links: int, seed: int) -> figures.Figures:
    """Try links beside some live ones, and the desk codes of those: a forwarded link opens to anybody."""
    found, began = figures.Figures("Links guessed"), time.monotonic()
    async with store.writing() as work:
        clinic = await cast.clinic(work, catalog, now=MONDAY)
    made = [await cast.invite(store, clinic, catalog, now=MONDAY, name=f"Ana {number}") for number in range(links)]
    mallory = await cast.consenting(store, catalog, telegram_id=4_666_000_666, now=MONDAY)
    before = await _rows(store)
    drawn = _tokens(random.Random(seed), [each.token for each in made], tries)
    answers = {await _opened(store, mallory, part, found) for part in _parts(drawn)}
    found.holds(answers == {"refusal.invite"}, f"answers differ: {answers}")
    found.holds(before == await _rows(store), "a guess has changed an invite")
    await _codes(store, mallory, made, found)
    found.seconds = time.monotonic() - began
    return found


async def _opened(store: works.Store, who: access.Person, tokens: list[str], found: figures.Figures) -> str:
    """Try some links; return the one answer that all of them got."""
    said = set()
    async with store.reading() as work:
        for token in tokens:
            found.tried += 1
            try:
                await invites.open_(work, who, token, now=MONDAY)
            except errors.NotFound as refused:
                said.add(refused.key)
                found.ended["refused"] += 1
            else:
                found.ended["opened"] += 1
                found.broken.append("a guess has opened a link")
    return ", ".join(said)


async def _codes(store: works.Store, who: access.Person, made: list[invites.Created], found: figures.Figures) -> None:
    """Guess the desk codes of links that were forwarded: five tries lock each, whoever tries."""
    ended: dict[str, int] = {}
    for each in made:
        async with store.writing() as work:
            opened = await invites.open_(work, who, each.token, now=MONDAY)
        for _ in range(CODES_EACH):
            code = invites.new_code()
            if code == each.desk_code:
                continue
            try:
                async with store.writing() as work:
                    answer = await invites.confirm(work, who, opened.invite_id, code, now=MONDAY)
            except errors.NotFound:
                ended["refused"] = ended.get("refused", 0) + 1
            else:
                found.holds(isinstance(answer, invites.WrongAnswer), "a guessed code has bound a chat")
                ended["counted"] = ended.get("counted", 0) + 1
    found.holds(ended["counted"] == invites.TRIES * len(made), f"tries of codes: {ended}")
    found.more["desk codes guessed"] = f"{sum(ended.values()):,}, of which {ended['counted']} were looked at"


async def _rows(store: works.Store) -> list[tuple[object, ...]]:
    async with store.reading() as work:
        return [tuple(row) for row in await work.run(select(tables.invites).order_by(tables.invites.c.id))]


def _tokens(chance: random.Random, real: list[str], count: int) -> Iterator[str]:
    """Yield guesses: random ones, and near misses of real ones."""
    for number in range(count):
        token = chance.choice(real)
        place = chance.randrange(len(token))
        match number % 5:
            case 0:
                yield token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            case 1:
                yield token[:-1]
            case 2:
                yield token.swapcase()
            case _:
                yield secrets.token_urlsafe(32)


def _parts(tokens: Iterator[str]) -> Iterator[list[str]]:
    part = []
    for token in tokens:
        part.append(token)
        if len(part) == A_VISIT:
            yield part
            part = []
    if part:
        yield part
