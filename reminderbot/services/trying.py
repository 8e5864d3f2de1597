"""Texts that somebody of the staff sends to their own chat to see them there, each marked as a test."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import blanks, telegram_html
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit
from reminderbot.store import chats, colleagues, outbox
from reminderbot.store import work as works

MOST: Final = 30
"""Tests that one chat gets in an hour."""

HOUR: Final = timedelta(hours=1)
SHORTEST, LONGEST = 1, 60
"""Seconds between the messages of a play."""


@dataclasses.dataclass(frozen=True)
class Text:
    """A message as a patient would get it: filled HTML, its buttons in words, and when it would come ("" if never)."""

    key: str
    language: str
    html: str = dataclasses.field(repr=False)
    buttons: tuple[str, ...] = ()
    moment: str = ""


async def is_linked(work: works.Work, who: access.Staff) -> bool:
    """Tell whether somebody has a chat of their own that can be written to."""
    return await colleagues.listener(work, who.staff_id, who.clinic_id) is not None


async def send(
    work: works.Work,
    who: access.Staff,
    book: str,
    key: str,
    language: str,
    html: str,
    *,
    words: catalogs.Catalog,
    machine_now: datetime,
    buttons: tuple[str, ...] = (),
) -> None:
    """Send one text, its blanks filled, to the chat of whoever asks. Refuses as `play` does."""
    await play(work, who, book, [Text(key, language, html, buttons)], words=words, machine_now=machine_now)


async def play(
    work: works.Work,
    who: access.Staff,
    book: str,
    texts: Sequence[Text],
    *,
    words: catalogs.Catalog,
    machine_now: datetime,
    pause: int = SHORTEST,
) -> int:
    """Send texts one after another to the chat of whoever asks, `pause` seconds apart; return how many.

    Raises Conflict `console.time-machine.refused-chat`, `….refused-often` (`most`) above 30 an hour; Invalid
    `….refused-pause`, `….refused-text` for markup or a length that Telegram refuses.
    """
    access.require(who, access.Right.READ_WORDING)
    if not SHORTEST <= pause <= LONGEST:
        raise errors.Invalid("console.time-machine.refused-pause", count=str(SHORTEST), most=str(LONGEST))
    to = await _chat(work, who)
    marked = [_marked(words, to.language, each) for each in texts]
    if await outbox.count(work, to.chat_id, outbox.Kind.TEST, since=machine_now - HOUR) + len(marked) > MOST:
        raise errors.Conflict("console.time-machine.refused-often", most=str(MOST))
    for number, html in enumerate(marked):
        await _owe(work, to, html, after=timedelta(seconds=number * pause), machine_now=machine_now)
    await audit.note(work, who, "wording.tried", book=book, texts=len(marked), key=texts[0].key if texts else "")
    return len(marked)


async def _chat(work: works.Work, who: access.Staff) -> colleagues.Listener:
    """Return the asker's chat under a lock, so that what it got is counted once."""
    to = await colleagues.listener(work, who.staff_id, who.clinic_id)
    if to is None or await chats.get(work, to.chat_id, lock=True) is None:
        raise errors.Conflict("console.time-machine.refused-chat")
    return to


def _marked(words: catalogs.Catalog, language: str, text: Text) -> str:
    """Return the message under its mark; its buttons are words, since here they would do nothing."""
    mark = words.say(language, "console.time-machine.mark", moment=text.moment)
    drawn = [f"[ {blanks.escape(button)} ]" for button in text.buttons]
    html = "\n\n".join([mark, text.html, *(["\n".join(drawn)] if drawn else [])])
    if telegram_html.problem(html) or telegram_html.visible_length(html) > telegram_html.MAX_VISIBLE:
        raise errors.Invalid("console.time-machine.refused-text")
    return html


async def _owe(
    work: works.Work, to: colleagues.Listener, html: str, *, after: timedelta, machine_now: datetime
) -> None:
    params: dict[str, Any] = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    await outbox.owe(
        work,
        bot_id=to.bot_id,
        organisation_id=to.organisation_id,
        chat_id=to.chat_id,
        kind=outbox.Kind.TEST,
        method="sendMessage",
        params=params,
        now=machine_now,
        budget=0,
        useful_for=after + timedelta(minutes=10),
        delay=after or None,
    )
