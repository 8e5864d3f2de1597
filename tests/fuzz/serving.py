"""What must hold of every update, whoever sends it: it is served, answered as Telegram allows, touches nobody else."""

import asyncio
import dataclasses
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from sqlalchemy import select

from reminderbot.chat import router
from reminderbot.gateway import receiving
from reminderbot.services import in_force
from reminderbot.simulator import refusals, schema
from reminderbot.simulator.methods import composing
from reminderbot.store import inbox, tables, work
from tests import conftest
from tests.chat import conftest as phones
from tests.fuzz import arriving, laws, stage

A_STORY: Final = 50  # updates, then everything is as it was before
A_POLL: Final = 5  # of them arrive at once
FIRST: Final = 1_000_000  # the number of an update; those by which the cast has joined are lower
TOAST: Final = 200  # characters of a tap's answer
METHODS: Final = {"sendMessage", "editMessageText", "answerCallbackQuery", "editMessageReplyMarkup", "sendDocument"}
SILENT: Final = ("text", "voice", "photo", "document", "video", "sticker")


@dataclasses.dataclass
class _Story:
    """How far a story is: its clock, which buttons each chat saw last, the inbox's rows by number, and the watch."""

    now: datetime
    shown: dict[int, list[str]] = dataclasses.field(default_factory=dict)
    rows: dict[int, int] = dataclasses.field(default_factory=dict)
    watch: stage.Watch = dataclasses.field(default_factory=stage.Watch)


class Judge:
    """Serves story after story, and holds what comes of each update against the laws."""

    def __init__(self, built: stage.Stage, handle: Callable[..., Awaitable[None]] = router.handle) -> None:
        self.built = built
        self._handle = handle
        self.figures = laws.Figures()
        self.last: arriving.Arrived | None = None
        catalog = built.catalog
        says = (("help.group", {"username": phones.BOT.username}), ("toast.private-only", {}))
        self._in_groups = {catalog.say(lang, key, **given) for lang in catalog.languages for key, given in says}
        self._words = in_force.Kept(catalog)

    async def story(self, seed: int, number: int, *, most: int = A_STORY, only: str | None = None) -> None:
        """Serve one story: `most` updates, some at a time as a poll brings them, the clock running on between."""
        drawing, story = arriving.Drawing(random.Random(f"{seed}:{number}"), only), _Story(now=conftest.MONDAY)
        async with self.built.set() as store:
            for place in range(0, most, A_POLL):
                numbers = range(number * A_STORY + place, number * A_STORY + min(place + A_POLL, most))
                story.now += timedelta(seconds=drawing.chance.choice((20, 60, 900, 7200, 40_000)))
                scene = arriving.Scene(stage.SENDERS, stage.GROUPS, self.built.ids, story.shown, story.now)
                drawn = [drawing.update(FIRST + each, scene) for each in numbers]
                async with store.writing() as visit:
                    await inbox.keep(visit, phones.BOT.id, [receiving.update(each.raw) for each in drawn])
                    i = tables.inbox.c
                    stored = await visit.run(select(i.update_id, i.id).where(i.processed_at.is_(None)))
                    story.rows = {row.update_id: row.id for row in stored}
                for case, arrived in zip(numbers, drawn, strict=True):
                    if not await self._is_lawful(store, case, arrived, story):
                        return

    async def _is_lawful(self, store: work.Store, case: int, arrived: arriving.Arrived, story: "_Story") -> bool:
        """Serve one update and hold what came of it against the laws; False, with the fault noted, ends a story."""
        self.last = arrived
        self.figures.cases += 1
        self.figures.kinds[arrived.kind.partition(".")[0]] += 1
        try:
            owed, touched = await self._served(store, arrived, story)
            self._holds(arrived, owed, touched)
        except Exception as error:  # whatever it is, it is not one that is known
            self.figures.broken.append((case, f"{arrived.kind}: {type(error).__name__}: {error}"))
            return False
        if arrived.chat is not None and (keys := [key for each in owed for key in each.keys.values()]):
            story.shown[arrived.chat] = keys
        return True

    async def _served(
        self, store: work.Store, arrived: arriving.Arrived, story: "_Story"
    ) -> tuple[list[phones.Owed], set[int]]:
        """Serve a stored update as the inbox does; return what is owed for it, and whose rows were touched."""
        began = time.process_time()
        async with store.writing() as visit:
            id = story.rows[arrived.raw["update_id"]]
            raw = await inbox.take(visit, id)
            assert raw is not None
            given = {"bot": phones.BOT, "words": self._words, "inbox_id": id, "now": story.now}
            await self._handle(visit, raw, machine_now=story.now, **given)
            await inbox.done(visit, id)
            owed = await phones.opened(visit, id)
            touched = await story.watch.touched(visit)
        self.figures.slowest = max(self.figures.slowest, (time.process_time() - began, arrived.kind))
        self.figures.ended["answered" if owed else "passed over"] += 1
        return owed, touched

    def _holds(self, arrived: arriving.Arrived, owed: list[phones.Owed], touched: set[int]) -> None:
        strangers = touched - {arrived.chat}
        laws.holds(not strangers, f"somebody else's rows were touched: {strangers} by {arrived.kind}")
        taps = [each for each in owed if each.method == "answerCallbackQuery"]
        asks = "callback_query" in arrived.raw
        laws.holds(len(taps) == asks, f"a tap was answered {len(taps)} times")
        for each in owed:
            _is_allowed(each)
            self._is_no_secret(arrived, each)
        if not arrived.is_private:
            texts = {each.text for each in owed if each.text}
            laws.holds(texts <= self._in_groups, f"said where others read: {texts}")
            laws.holds(len(owed) <= 1 + asks, "more than one sentence in a group")
        content = arrived.kind.removeprefix("message.")
        if arrived.is_private and content in SILENT:
            laws.holds(bool(owed), f"{content} in a private chat was met with silence")

    def _is_no_secret(self, arrived: arriving.Arrived, each: phones.Owed) -> None:
        said = str(each.params)
        for whose, secrets in stage.SECRETS.items():
            told = [secret for secret in secrets if secret in said] if whose != arrived.chat else []
            laws.holds(not told, f"{arrived.chat} was told {told}")


def _is_allowed(each: phones.Owed) -> None:
    """Hold a call against what Telegram takes."""
    laws.holds(each.method in METHODS, f"an unknown way to speak: {each.method}")
    try:
        schema.read(each.method, each.params if each.method == "answerCallbackQuery" else {"chat_id": 1, **each.params})
        if each.method in ("sendMessage", "editMessageText"):
            composing.text(SimpleNamespace(params=each.params))
            composing.keyboard(each.params.get("reply_markup"))
    except refusals.Refused as refused:
        raise laws.Broken(f"the stand-in refuses a reply: {refused}") from refused
    laws.holds(each.method != "answerCallbackQuery" or len(each.text) <= TOAST, "a toast is too long")


async def judged(seed: int, numbers: Iterable[int], cases: int, only: str | None = None) -> Judge:
    """Serve some of the stories of so many cases."""
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(await stage.build(Path(folder)))
        for number in numbers:
            await judge.story(seed, number, most=min(A_STORY, cases - number * A_STORY), only=only)
    return judge


def shares(seed: int, jobs: int, cases: int) -> Iterator[tuple[int, range, int]]:
    """Yield what each process judges: whole stories."""
    return ((seed, range(job, -(-cases // A_STORY), jobs), cases) for job in range(jobs))


def share(asked: tuple[int, range, int]) -> laws.Figures:
    """Judge one process's share."""
    return asyncio.run(judged(*asked)).figures


def again(seed: int, case: int) -> tuple[arriving.Arrived | None, laws.Figures]:
    """Serve one story up to a case, and return its last update."""
    judge = asyncio.run(judged(seed, [case // A_STORY], case + 1))
    return judge.last, judge.figures
