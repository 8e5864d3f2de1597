"""One update being served: who writes, in which language, at which moment, and what is answered so far."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

import telegram

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.chat import reply
from reminderbot.services import access, alerts, chats, preferences, voices
from reminderbot.store import outbox
from reminderbot.store.work import Work

Say = Callable[..., None]
"""How a screen is shown: by a new message (`Visit.say`), or by turning the tapped one (`Visit.turn`)."""

NOWHERE = voices.NOWHERE


@dataclasses.dataclass(frozen=True)
class BotFacts:
    """Who we are in Telegram; `means` is what the staff's alerts are made of."""

    id: int
    username: str
    means: alerts.Means | None = None


@dataclasses.dataclass(frozen=True)
class Tap:
    """A button that was tapped. `message` is None where Telegram no longer gives it to us."""

    query_id: str
    data: str
    message: telegram.Message | None = dataclasses.field(repr=False)


@dataclasses.dataclass
class Visit(voices.Voice):
    """One update being served. Calls gather in `calls` and are owed once, at the door.

    `spoken` is the language of what is being answered, where it is not the chat's.
    """

    work: Work
    catalog: catalogs.Catalog
    bot: BotFacts
    chat: chats.Chat
    inbox_id: int
    now: datetime
    machine_now: datetime
    first_name: str = dataclasses.field(default="", repr=False)
    tap: Tap | None = None
    toast: str = ""
    calls: list[reply.Call] = dataclasses.field(default_factory=list)
    spoken: str = ""

    @property
    def who(self) -> access.Person:
        """The actor that every service is asked as."""
        return self.chat.person

    @property
    def language(self) -> str:
        """The language that is spoken: the chat's, but for an answer to what was written in another one."""
        return self.spoken or self.chat.language

    def speaking(self, language: str) -> "Visit":
        """Return this visit in another language: what it says is owed with the rest. Empty: in the chat's.

        It is for an answer alone: the chat's own language stays as it is.
        """
        return dataclasses.replace(self, spoken=language)

    @property
    def means(self) -> alerts.Means:
        """What the staff's alerts are made of; without an address where the bot runs without the console."""
        return self.bot.means or alerts.Means(self.catalog, "")

    def button(self, key: str, data: str, /, **values: blanks.Value) -> reply.Button:
        """Return a button whose words are the text under `button.<key>`."""
        return reply.Button(self.catalog.say_plain(self.language, f"button.{key}", **values), data)

    def say(self, html: str, *rows: reply.Row, protect: bool = False) -> None:
        """Answer with a new message."""
        self.calls.append(reply.message(html, rows, protect=protect))

    def turn(self, html: str, *rows: reply.Row, protect: bool = False) -> None:
        """Turn the tapped message into `html`; where there is none to turn, answer with a new one.

        A message that is turned stays protected, or not, as it was sent.
        """
        if self.tap and self.tap.message:
            self.calls.append(reply.edit(self.tap.message.message_id, html, rows))
        else:
            self.say(html, *rows, protect=protect)

    def toasts(self, key: str) -> None:
        """Answer the tap with a short sentence over the chat."""
        self.toast = self.catalog.say_plain(self.language, key)

    async def habits(self) -> preferences.Preferences:
        """Return what the person prefers."""
        return await preferences.current(self.work, self.who)

    async def owe(self, kind: outbox.Kind = outbox.Kind.REPLY) -> None:
        """Owe what was answered: the tap's answer first, then the messages in their order."""
        taps = [reply.answer(self.tap.query_id, self.toast)] if self.tap else []
        calls, self.calls = [*taps, *self.calls], []
        await reply.owe(
            self.work,
            calls,
            bot_id=self.bot.id,
            chat_id=self.chat.id,
            inbox_id=self.inbox_id,
            now=self.machine_now,
            kind=kind,
        )
