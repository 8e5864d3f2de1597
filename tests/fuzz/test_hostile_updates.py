"""Three thousand updates of every kind, from many people; `make fuzz` asks for a hundred thousand."""

import asyncio
import random
from typing import Any

import pytest
from sqlalchemy import update

from reminderbot.chat import reply, router
from reminderbot.services import chats
from reminderbot.store import tables
from reminderbot.store.work import Work
from tests.chat.conftest import BOT
from tests.fuzz import __main__ as fuzz
from tests.fuzz import arriving, laws, serving, stage

CASES = 3000

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> stage.Stage:
    """The cast on a database that every story begins with."""
    return asyncio.run(stage.build(tmp_path_factory.mktemp("stage")))


def judged(built: stage.Stage, stories: int, **given: Any) -> laws.Figures:
    judge = serving.Judge(built, **given)

    async def all_of_them() -> None:
        for number in range(stories):
            await judge.story(fuzz.SEED, number)

    asyncio.run(all_of_them())
    return judge.figures


def test_three_thousand_updates_of_every_kind_are_served_and_touch_nobody_else(built: stage.Stage) -> None:
    found = judged(built, CASES // serving.A_STORY)

    assert found.broken == []
    assert found.cases == CASES
    assert found.ended["answered"] > CASES / 2
    assert found.kinds.keys() > {"message", "edited_message", "callback_query", "my_chat_member", "channel_post"}


def test_every_content_that_a_message_may_have_is_drawn() -> None:
    drawing = arriving.Drawing(random.Random(1))

    drawn = {drawing.content()[0] for _ in range(2000)}

    assert drawn == {"text", *arriving.CONTENTS}


async def _says(words: str, work: Work, raw: dict[str, Any], given: dict[str, Any]) -> None:
    """Say something to wherever an update comes from, besides what is said anyway."""
    message = raw.get("message") or {"chat": None}
    if message["chat"] is None:
        return
    found = {"telegram_id": message["chat"]["id"], "language_code": "en", "catalog": given["words"].shipped}
    chat = await chats.arrive(work, bot_id=BOT.id, now=given["now"], **found)
    to = {"bot_id": BOT.id, "chat_id": chat.id, "inbox_id": given["inbox_id"], "now": given["now"]}
    await reply.owe(work, [reply.message(words)], **to)


async def _tells_secrets(work: Work, raw: dict[str, Any], **given: Any) -> None:
    await router.handle(work, raw, **given)
    await _says("Anaqx1 is doing well", work, raw, given)


async def _talks_in_groups(work: Work, raw: dict[str, Any], **given: Any) -> None:
    await router.handle(work, raw, **given)
    if raw.get("message", {}).get("chat", {}).get("id", 0) < 0:
        await _says("Your session is tomorrow", work, raw, given)


async def _says_too_much(work: Work, raw: dict[str, Any], **given: Any) -> None:
    await _says("a" * 4097, work, raw, given)


async def _changes_everybody(work: Work, raw: dict[str, Any], **given: Any) -> None:
    await router.handle(work, raw, **given)
    await work.run(update(tables.patients).values(zone="UTC"))


async def _is_silent(work: Work, raw: dict[str, Any], **given: Any) -> None:
    pass


@pytest.mark.parametrize(
    ("handle", "law"),
    [
        (_tells_secrets, "was told"),
        (_talks_in_groups, "where others read"),
        (_says_too_much, "too long"),
        (_changes_everybody, "somebody else's rows"),
        (_is_silent, "silence"),
    ],
)
def test_a_bot_that_breaks_a_law_is_caught(built: stage.Stage, handle: Any, law: str) -> None:
    found = judged(built, 6, handle=handle)

    assert any(law in broken for _, broken in found.broken), found.broken
