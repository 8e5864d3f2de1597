"""The patients' door: reads one stored update, finds who asks and what, and owes the answer in the same transaction."""

from datetime import datetime
from typing import Any, Final

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from reminderbot import errors
from reminderbot.chat import (
    buttons,
    free_text,
    handlers,
    location,
    missed,
    start,
    topics_screen,
    unread,
)
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import BotFacts, Tap, Visit
from reminderbot.services import chats, flooding, in_force, names
from reminderbot.store.work import Work

COMMANDS: Final = handlers.COMMANDS
TAPS: Final = handlers.TAPS
SERVED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that mean something to us; `gateway.transport` asks Telegram for these."""


async def handle(
    work: Work,
    update: dict[str, Any],
    *,
    bot: BotFacts,
    words: in_force.Kept,
    inbox_id: int,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Serve one update: all that it does, and the replies it owes, are in `work`'s transaction.

    `now` is the product's instant, `machine_now` the machine's. Refusals become answers; anything else is a bug and
    propagates, so that the gateway tries again and then parks the update.
    """
    pace = await _pace(work, update, bot_id=bot.id, inbox_id=inbox_id)
    if pace is None or pace is flooding.Pace.GOES_ON:
        return
    parsed = telegram.Update.de_json(update, None)
    here, user = parsed.effective_chat, parsed.effective_user
    where = here or _own_chat(user)
    if where is None or (where.type == ChatType.CHANNEL and not parsed.callback_query):
        return
    chat = await chats.arrive(
        work,
        bot_id=bot.id,
        telegram_id=where.id,
        language_code=user.language_code if user else None,
        catalog=words.shipped,
        now=now,
    )
    catalog = await words.said(work, chat.person, now=now)
    first_name = names.clean(user.first_name) if user else ""
    visit = Visit(work, catalog, bot, chat, inbox_id, now, machine_now, first_name, _tap(parsed))
    if pace is flooding.Pace.FLOOD:
        await unread.too_many(visit)
    elif here and here.type == ChatType.PRIVATE:
        await _guarded(visit, parsed)
    elif visit.tap:
        visit.toasts("toast.private-only")
    else:
        _in_a_group(visit, parsed)
    await visit.owe()


async def _pace(work: Work, update: dict[str, Any], *, bot_id: int, inbox_id: int) -> flooding.Pace | None:
    """Return whether an update is to be read, before anything of it is; None for a kind that means nothing to us."""
    if not any(kind in update for kind in SERVED):
        return None
    arrived = flooding.arrival(update, bot_id=bot_id, inbox_id=inbox_id)
    return await flooding.heed(work, arrived) if arrived else flooding.Pace.CALM


async def _guarded(visit: Visit, update: telegram.Update) -> None:
    """Serve in a savepoint: a refusal undoes what was begun and becomes the answer."""
    try:
        async with visit.work.connection.begin_nested():
            await _private(visit, update)
    except errors.Refusal as refusal:
        visit.calls.clear()
        visit.toast = ""
        await _refused(visit, refusal)


async def _refused(visit: Visit, refusal: errors.Refusal) -> None:
    if refusal.key == "refusal.no_consent":
        await start.welcome(visit)
        return
    ways = {
        "refusal.stopped": [("resume", Tapped.RESUME)],
        "refusal.changed_meanwhile": [("timeline", Tapped.TIMELINE)],
    }
    rows = [visit.button(name, buttons.data(prefix)) for name, prefix in ways.get(refusal.key, [])]
    visit.say(visit.text(refusal.key, **refusal.values), *rows)


async def _private(visit: Visit, update: telegram.Update) -> None:
    if update.my_chat_member:
        await _membership(visit, update.my_chat_member)
        return
    if visit.chat.blocked_at:  # whoever writes has unblocked us, though we missed the word of it
        await missed.tell(visit, await chats.back(visit.work, visit.who, now=visit.now))
    if visit.tap:
        await _tapped(visit, visit.tap.data)
    elif update.message:
        await _message(visit, update.message)
    elif update.edited_message and update.edited_message.text:  # a live location is edited every few seconds
        visit.say(visit.text("help.edited"))


async def _membership(visit: Visit, change: telegram.ChatMemberUpdated) -> None:
    if change.new_chat_member.status == ChatMemberStatus.BANNED:
        await chats.left(visit.work, visit.who, now=visit.now)
    elif change.old_chat_member.status == ChatMemberStatus.BANNED:
        await missed.tell(visit, await chats.back(visit.work, visit.who, now=visit.now))


async def _tapped(visit: Visit, tapped: str) -> None:
    prefix, rest = buttons.parted(tapped)
    handler = TAPS.get(prefix)
    if handler is None:
        visit.toasts("toast.stale")
    else:
        await handler(visit, rest)


async def _message(visit: Visit, message: telegram.Message) -> None:
    text = message.text or ""
    if text.startswith("/"):
        await _command(visit, text)
    elif text:
        await free_text.said(visit, text)
    elif location.is_in(message):
        await location.shared(visit, message)
    elif _is_content(message):
        await unread.sent(visit, message)


async def _command(visit: Visit, text: str) -> None:
    name, _, rest = text[1:].partition(" ")
    command, _, addressed = name.partition("@")
    handler = COMMANDS.get(command.lower())
    if addressed and addressed.lower() != visit.bot.username.lower():
        handler = None
    if handler:
        await handler(visit, rest.strip())
    elif topic := next((each for each in visit.catalog.menu if each.command == command.lower()), None):
        await topics_screen.answer(visit, topic)
    else:
        visit.say(visit.text("help.unknown-command"), *start.menu(visit))


def _own_chat(user: telegram.User | None) -> telegram.Chat | None:
    """Return the private chat of whoever tapped a message that stands in a chat we do not know: it bears their id."""
    return telegram.Chat(user.id, ChatType.PRIVATE) if user else None


def _in_a_group(visit: Visit, update: telegram.Update) -> None:
    """Say once that we speak in private only; nothing of anyone's health is said where others read."""
    member = update.my_chat_member
    is_out = member and member.new_chat_member.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
    if visit.chat.is_new and not is_out:
        visit.say(visit.text("help.group", username=visit.bot.username))


def _tap(update: telegram.Update) -> Tap | None:
    query = update.callback_query
    if query is None:
        return None
    message = query.message
    # A message that Telegram no longer gives us arrives as a Message of the year 1970: the class tells nothing.
    held = message if isinstance(message, telegram.Message) and message.is_accessible else None
    return Tap(query.id, query.data or "", held)


def _is_content(message: telegram.Message) -> bool:
    """Tell what a person sent from what Telegram notes by itself: a pin, a timer, a new picture of the chat."""
    return message.effective_attachment is not None
