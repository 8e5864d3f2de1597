"""Who and what exists: bots, people, groups, and what was written between them."""

import asyncio
import dataclasses
import itertools
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from reminderbot.simulator import bell, mailbox, markup, webhooks

FIRST_PERSON = 5_000_000_001  # beyond 32 bits, as new accounts are
FIRST_GROUP = -1_002_000_000_001
Profile = dict[str, str]


@dataclasses.dataclass
class Bot:
    """A bot account; `names`, `about` and `short` are texts by language code, "" being the default."""

    token: str
    first_name: str = "Reminder bot"
    username: str = "reminder_test_bot"
    reads_groups: bool = False
    names: Profile = dataclasses.field(default_factory=dict)
    about: Profile = dataclasses.field(default_factory=dict)
    short: Profile = dataclasses.field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = dataclasses.field(default_factory=dict)
    menus: dict[int, dict[str, Any]] = dataclasses.field(default_factory=dict)
    revoked: bool = False

    @property
    def id(self) -> int:
        """The number before the colon of the token."""
        return int(self.token.partition(":")[0])


@dataclasses.dataclass
class Person:
    """A user of Telegram; ids may be larger than 32 bits."""

    id: int
    first_name: str = "Ana"
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"
    deactivated: bool = False


@dataclasses.dataclass
class Group:
    """A group chat with its members; `bots` are the ids of the bots in it."""

    id: int
    title: str
    bots: set[int] = dataclasses.field(default_factory=set)
    migrated_to: int | None = None


@dataclasses.dataclass
class Message:
    """One message; `extra` holds what its kind adds in Telegram's form, `changed` the world's version."""

    id: int
    sender: int
    date: datetime
    kind: str = "text"
    text: str = ""
    entities: list[markup.Entity] = dataclasses.field(default_factory=list)
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)
    markup: dict[str, Any] | None = None
    keyboard: dict[str, Any] | None = None
    silent: bool = False
    protected: bool = False
    preview: dict[str, Any] | None = None
    reply_to: int | None = None
    edited: datetime | None = None
    deleted: bool = False
    pinned: bool = False
    changed: int = 0


@dataclasses.dataclass
class Tap:
    """A callback query: answered once, and only while it is fresh (`at`: monotonic seconds)."""

    id: str
    person: int
    data: str
    message_id: int
    at: float
    answer: dict[str, Any] | None = None


@dataclasses.dataclass
class Conversation:
    """What a bot and a chat wrote to each other; `news` rings at every change."""

    bot: Bot
    chat: Person | Group
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = dataclasses.field(default_factory=dict)
    taps: dict[str, Tap] = dataclasses.field(default_factory=dict)
    action: str | None = None
    action_until: float = 0.0
    version: int = 0
    news: bell.Bell = dataclasses.field(default_factory=bell.Bell)

    def live(self, message_id: int) -> Message | None:
        """Return a message that is there and was not deleted."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message


@dataclasses.dataclass(frozen=True)
class File:
    """Bytes that can be fetched under a path of the bot's file address."""

    id: str
    path: str
    name: str
    mime: str
    content: bytes

    @property
    def unique_id(self) -> str:
        """Telegram's second name of a file."""
        return f"u{self.id[-15:]}"


class World:
    """Everything the simulator remembers; changed in one event loop only, so that each change is whole."""

    def __init__(
        self,
        bots: Iterable[Bot],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = now
        self.monotonic = monotonic
        self.bots = {bot.token: bot for bot in bots}
        self.mailboxes = {bot.id: mailbox.Mailbox(monotonic) for bot in self.bots.values()}
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.files: dict[str, File] = {}
        self.taps: dict[str, Conversation] = {}
        self.closing = bell.Bell()
        self.webhooks: dict[int, webhooks.Webhook] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._conversations: dict[tuple[int, int], Conversation] = {}
        self._people_ids = itertools.count(FIRST_PERSON)
        self._group_ids = itertools.count(FIRST_GROUP, -1)
        self._versions = itertools.count(1)

    def add_bot(self, bot: Bot) -> Bot:
        """Let another token work."""
        self.bots[bot.token] = bot
        self.mailboxes[bot.id] = mailbox.Mailbox(self.monotonic)
        return bot

    def bot(self, bot_id: int | None) -> Bot | None:
        """Return a bot by its id; the first one if None."""
        return next((bot for bot in self.bots.values() if bot_id in (None, bot.id)), None)

    def free_person_id(self) -> int:
        """Return an id nobody has."""
        return next(number for number in self._people_ids if number not in self.people)

    def add_group(self, title: str) -> Group:
        """Make an empty group."""
        group = Group(id=next(self._group_ids), title=title)
        self.groups[group.id] = group
        return group

    def conversation(self, bot: Bot, chat: Person | Group) -> Conversation:
        """Return what a bot and a chat have between them; empty at first."""
        return self._conversations.setdefault((bot.id, chat.id), Conversation(bot=bot, chat=chat))

    def conversations(self) -> list[Conversation]:
        """Return all of them."""
        return list(self._conversations.values())

    def add_message(self, talk: Conversation, message: Message) -> Message:
        """Put a message under the next id of its chat; the sender's "typing…" ends."""
        message.id = next(reversed(talk.messages), 0) + 1
        talk.messages[message.id] = message
        if message.sender == talk.bot.id:
            talk.action = None
        self.touch(talk, message)
        return message

    def touch(self, talk: Conversation, message: Message | None = None) -> None:
        """Note that a conversation, or one message of it, has changed, and ring."""
        talk.version = next(self._versions)
        if message is not None:
            message.changed = talk.version
        talk.news.ring()

    def add_file(self, content: bytes, *, name: str, mime: str, folder: str) -> File:
        """Keep bytes under a new file id."""
        key = secrets.token_urlsafe(24)
        file = File(id=key, path=f"{folder}/file_{len(self.files)}_{name}", name=name, mime=mime, content=content)
        self.files[key] = file
        return file

    def set_webhook(self, bot: Bot, *, url: str, secret: str) -> None:
        """Deliver a bot's updates to an address from now on."""
        self.drop_webhook(bot)
        self.webhooks[bot.id] = webhooks.Webhook(self.mailboxes[bot.id], url=url, secret=secret)

    def drop_webhook(self, bot: Bot) -> None:
        """Let the updates wait for a poller again."""
        if hook := self.webhooks.pop(bot.id, None):
            task = asyncio.create_task(hook.stop())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """End all waiting and all deliveries."""
        self.silence()
        for bot in self.bots.values():
            self.drop_webhook(bot)
        await asyncio.gather(*self._ending)

    def silence(self) -> None:
        """End all waiting: the simulator closes."""
        self.closing.silence()
        for box in self.mailboxes.values():
            box.bell.silence()
        for talk in self.conversations():
            talk.news.silence()
