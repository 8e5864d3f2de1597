"""Tells whoever is on call, by chat or mail, that we are unready or ready again; one process of several does it."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from reminderbot import addresses, clocks, settings
from reminderbot.app import mail, notices
from reminderbot.gateway import meaning, seat, transport
from reminderbot.store import bots
from reminderbot.store.work import UNREACHED, Store
from reminderbot.web import ops

LOOK = 5.0  # seconds between looks at readiness
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0  # seconds before what could not be told is told again

log = structlog.get_logger(__name__)

Send = Callable[[notices.Notice], Awaitable[bool]]
"""Tells one notice; False if it could not."""


@dataclasses.dataclass
class Channel:
    """A way to tell, with what is still to be told by it; a newer notice takes the place of an older one."""

    name: str
    send: Send
    owed: notices.Notice | None = None
    _wait: float = FIRST_WAIT
    _at: float = float("-inf")

    def owe(self, notice: notices.Notice) -> None:
        """Have it told at once."""
        self.owed, self._wait, self._at = notice, FIRST_WAIT, float("-inf")

    async def work_off(self) -> notices.Notice | None:
        """Tell what is owed, if its time has come, and return what was told; what fails waits longer each time."""
        notice, now = self.owed, asyncio.get_running_loop().time()
        if notice is None or now < self._at:
            return None
        if await self.send(notice):
            log.info("whoever is on call was told", channel=self.name)
            self.owed = None if self.owed is notice else self.owed
            return notice
        log.warning("whoever is on call could not be told", channel=self.name)
        self._at, self._wait = now + self._wait, min(self._wait * 2, LONGEST_WAIT)
        return None


def channels(chosen: settings.Settings, telegram: transport.Transport) -> list[Channel]:
    """Return the ways that the settings name; none is none."""
    found = []
    if chosen.alert_chat is not None:
        found.append(by_chat(telegram, chosen.alert_chat))
    if chosen.alert_mail is not None and chosen.smtp_url is not None:
        found.append(by_mail(addresses.mail_server(chosen.smtp_url.get_secret_value()), chosen.alert_mail))
    return found


def by_chat(telegram: transport.Transport, chat: int) -> Channel:
    """Return the way straight to a Telegram chat, past the outbox: that may be what is broken."""

    async def send(notice: notices.Notice) -> bool:
        answer = await telegram.call(transport.Way.REPLY, "sendMessage", {"chat_id": chat, "text": notice.text})
        return answer.outcome is meaning.Outcome.ACCEPTED

    return Channel("chat", send)


def by_mail(server: addresses.MailServer, to: str) -> Channel:
    """Return the way by mail, which works while Telegram is away."""

    async def send(notice: notices.Notice) -> bool:
        try:
            await asyncio.to_thread(mail.send, server, to=to, subject=notice.subject, text=notice.text)
        except (OSError, ValueError) as error:  # ValueError: what a server says may not parse
            log.warning("the mail server did not take the mail", error=type(error).__name__)
            return False
        return True

    return Channel("mail", send)


class Alarm:
    """Looks at readiness and tells. `run` ends by cancellation only.

    It works under a seat. While nobody can renew one, since the database is away or full, the last holder goes on.
    """

    def __init__(
        self,
        store: Store,
        gauge: ops.Gauge,
        ways: Sequence[Channel],
        *,
        bot_id: int,
        owner: str,
        patience: notices.Patience | None = None,
    ) -> None:
        self._store = store
        self._gauge = gauge
        self._channels = ways
        self._bot_id = bot_id
        self._owner = owner
        self._patience = patience or notices.Patience()
        self._seat = seat.Seat(store, bot_id=bot_id, duty=bots.Duty.ALERTER, owner=owner)
        self._memory: notices.Memory | None = None  # None while it is another's duty
        self._has_database = False

    async def run(self) -> None:
        """Look from time to time; a look that fails is made again."""
        async with self._seat.kept(), self._telling():
            while True:
                try:
                    await self._look()
                except Exception:
                    log.warning("readiness could not be looked at", exc_info=True)
                await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        figures = await self._gauge.read()
        self._has_database = figures.database == "ok"
        if self._has_database:
            await self._take_over_or_leave()
        notice = self._memory.see(figures.found, clocks.machine()) if self._memory is not None else None
        if notice is not None:
            for channel in self._channels:
                channel.owe(notice)

    async def _take_over_or_leave(self) -> None:
        """Go on where the last holder was; what it still owed, nobody was told, and we find for ourselves."""
        if self._memory is None and self._seat.held:
            self._memory = notices.Memory(self._patience, told=await self._kept())
        elif self._memory is not None and not self._seat.held and await self._is_anothers():
            self._memory = None
            for channel in self._channels:
                channel.owed = None

    @asynccontextmanager
    async def _telling(self) -> AsyncIterator[None]:
        """Work the channels off side by side: a server that answers slowly holds up no other way, and no look."""
        tasks = [asyncio.create_task(self._tell(channel)) for channel in self._channels]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    async def _tell(self, channel: Channel) -> None:
        while True:
            told = await channel.work_off()
            if told is not None and self._has_database:
                await self._keep(None if told is notices.READY else clocks.machine())
            await asyncio.sleep(min(LOOK, 1.0))

    async def _kept(self) -> datetime | None:
        async with self._store.reading() as work:
            return await bots.alerted(work, self._bot_id)

    async def _keep(self, told: datetime | None) -> None:
        try:
            async with self._store.writing() as work:
                await bots.set_alerted(work, self._bot_id, told)
        except UNREACHED:
            log.warning("what was told could not be kept")

    async def _is_anothers(self) -> bool:
        async with self._store.reading() as work:
            return await bots.is_anothers(work, self._bot_id, bots.Duty.ALERTER, owner=self._owner)
