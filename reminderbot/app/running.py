"""Opens the doors of a house and keeps them open until the process is told to stop, or one of them fails."""

import asyncio
import contextlib
import functools
import gc
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from reminderbot import clocks, errors, observability, settings, ticker
from reminderbot.app import alerting, asking, heartbeat, updates, watchdog
from reminderbot.app.house import House, opened
from reminderbot.chat import profile as chat_profile
from reminderbot.chat import router
from reminderbot.chat import visit as visits
from reminderbot.delivery import compose, dispatcher, rounds, ruling, settling
from reminderbot.gateway import gate, inbox, meaning, pace, poller, probing, profile, seat, sender, transport
from reminderbot.services import alerts, in_force
from reminderbot.store import bots, chats, work
from reminderbot.web import console, metrics, ops, server
from reminderbot.web.console import visit as console_visits

RETRY = 5.0  # seconds between tries to learn our own name while Telegram cannot be reached
UNSPOKEN = 60.0  # seconds after the start until the languages that no chat speaks yet are learnt too
STUBBORN = 8.0  # seconds before a task that was cancelled is cancelled again; longer than any takes to end well
NO_TOKEN = "REMINDERBOT_TOKEN is not set. @BotFather gives one; set REMINDERBOT_TOKEN or REMINDERBOT_TOKEN_FILE."  # noqa: S105

log = observability.logger()


class Door(StrEnum):
    """What a process may do; `--only` names some of them."""

    CHAT = "chat"
    DELIVERY = "delivery"
    WEB = "web"


async def run(
    chosen: settings.Settings, *, doors: frozenset[Door], deadlines: watchdog.Deadlines | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; Unusable if something keeps us from serving, or a duty of ours hangs."""
    deadlines = deadlines or watchdog.Deadlines()
    heart = heartbeat.Heartbeat(silence=deadlines.loop)
    running = asyncio.create_task(_run(chosen, doors, deadlines, heart))

    def stop() -> None:
        heart.leave_within(deadlines.stop, watchdog.STOPPED)
        running.cancel()

    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def serve(house: House, *, doors: frozenset[Door], limits: pace.Limits | None = None) -> None:
    """Open the doors of a house; end by cancellation, or Unusable when one of them cannot go on.

    `limits` is the pace of the calls: Telegram's real limits unless others are given.
    """
    with server.take(*house.settings.address) as listener:
        await _serve(house, listener, doors, limits or pace.Limits(), watchdog.Watched())


async def _run(
    chosen: settings.Settings, doors: frozenset[Door], deadlines: watchdog.Deadlines, heart: heartbeat.Heartbeat
) -> None:
    """Look at what can be wrong outside the database before it is opened: a refusal leaves nothing written."""
    _token(chosen)
    with server.take(*chosen.address) as listener:
        async with opened(chosen) as house, heart.kept():
            gc.freeze()  # the catalog lives as long as we do: to look through it for garbage stops the loop for 0.2 s
            leave = functools.partial(heart.leave_within, deadlines.farewell)
            await _serve(house, listener, doors, pace.Limits(), watchdog.Watched(deadlines, leave=leave))


async def _serve(
    house: House, listener: socket.socket, doors: frozenset[Door], limits: pace.Limits, watched: watchdog.Watched
) -> None:
    if Door.CHAT in doors:  # before a seat is taken, which a loop that is busy with learning might lose
        async with house.store.reading() as work:
            spoken = await chats.languages(work)
        await asyncio.to_thread(house.catalog.learn, spoken)
    async with _telegram(house) as telegram, ticker.Ticker() as ticks:
        token = _token(house.settings)
        bot = telegram.bot_id
        posts = updates.routes(house, telegram, token) if doors & {Door.CHAT, Door.WEB} else []
        by_webhook = house.settings.webhook_url is not None
        gauge = ops.Gauge(house.store, bot_id=bot, now=house.clock.now, by_webhook=by_webhook)
        figures = metrics.route(house.store, gauge, bot_id=bot, pace=limits.reminders)
        pages = console.site(_console(house, bot)) if Door.WEB in doors else []
        is_secure = house.settings.console_address.startswith("https://")
        site = ops.site(gauge, more=[figures, *posts, *pages], is_secure=is_secure)
        owner = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"
        duties = [
            server.serve(site, listener),
            *_duties(ticks, house, telegram, doors, limits, watched, owner=owner),
            *_alarms(house, telegram, gauge, owner=owner),
        ]
        log.info("reminderbot runs", doors=sorted(doors), listen=house.settings.listen)
        try:
            await _together([asyncio.create_task(duty) for duty in duties])
        except poller.Displaced as displaced:
            raise errors.Unusable(str(displaced)) from None


async def _together(tasks: list[asyncio.Task[None]]) -> None:
    """Wait until one task fails, and raise what it raised; then, or when we are cancelled, end them all."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        # A library may swallow a cancellation that meets its own time-out: whoever is left is asked again.
        while left := [task for task in tasks if not task.done()]:
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=STUBBORN)


async def learn_the_rest(catalog: asking.Catalog, *, after: float = UNSPOKEN) -> None:
    """Learn what can be asked in every language, beside all else: no first message that fits several waits for them."""
    await asyncio.sleep(after)
    for language in catalog.languages:
        await asyncio.to_thread(catalog.learn, [language])


async def username(house: House) -> str:
    """Return the bot's name in Telegram, as it told us before or tells us now; Unusable if it cannot be had."""
    async with _telegram(house) as telegram:
        async with house.store.reading() as visit:
            known = await bots.username(visit, telegram.bot_id)
        try:
            return known or await _introduced(house.store, telegram)
        except ConnectionError:
            raise errors.Unusable("Telegram cannot be reached to learn the bot's name. Try again later.") from None


def _duties(
    ticks: ticker.Ticker,
    house: House,
    telegram: transport.Transport,
    doors: frozenset[Door],
    limits: pace.Limits,
    watched: watchdog.Watched,
    *,
    owner: str,
) -> Iterator[Coroutine[Any, Any, None]]:
    """Return what the doors do, each until it is cancelled."""
    if Door.CHAT in doors:
        yield _greet(house, telegram)
        yield learn_the_rest(house.catalog)
        receiver = updates.receiver(house, telegram, _token(house.settings), owner=owner, watch=watched.watch)
        yield receiver.run()
        yield watched.polls(receiver.seat)
        yield inbox.Worker(house.store, _handler(house, telegram.bot_id), bot_id=telegram.bot_id).run()
    if doors & {Door.CHAT, Door.DELIVERY}:
        yield _send(ticks, house, telegram, limits, watched, owner=owner, reminds=Door.DELIVERY in doors)


def _alarms(
    house: House, telegram: transport.Transport, gauge: ops.Gauge, *, owner: str
) -> Iterator[Coroutine[Any, Any, None]]:
    """Return what tells whoever is on call, if the settings say whom."""
    channels = alerting.channels(house.settings, telegram)
    if channels:
        yield alerting.Alarm(house.store, gauge, channels, bot_id=telegram.bot_id, owner=owner).run()


async def _send(
    ticks: ticker.Ticker,
    house: House,
    telegram: transport.Transport,
    limits: pace.Limits,
    watched: watchdog.Watched,
    *,
    owner: str,
    reminds: bool,
) -> None:
    """Send replies and reminders while the sender's seat is ours: whoever holds it paces all that the bot sends.

    A process that opens no delivery stands in with replies alone, at the pace that is kept for them, for as long as
    no other holds the seat; it gives way at once.
    """
    bot = telegram.bot_id
    post = seat.Seat(house.store, bot_id=bot, duty=bots.Duty.SENDER, owner=owner, rank=1 if reminds else 0)
    door = gate.Gate(limits if reminds else limits.kept, watched.watch)
    duties = [
        sender.Sender(house.store, telegram, door, house.clock, post, owner=owner).run(),
        probing.Probe(house.store, telegram, door, post).run(),
    ]
    if reminds:
        loop = dispatcher.Dispatcher(
            house.store,
            telegram,
            door,
            compose.Composer(house.catalog),
            house.clock,
            post,
            owner=owner,
            wake_at=lambda instant: ticks.at(instant, loop.wake, name="reminders"),
        )
        duties += [
            loop.run(),
            ruling.keep(house.store, house.clock.now),
            settling.keep(house.store, house.clock.now),
            rounds.keep(house.store, _means(house), house.catalog, house.clock.now),
            watched.sends(post, house.store, bot_id=bot, now=house.clock.now),
        ]
    async with post.kept():
        await _together([asyncio.create_task(duty) for duty in duties])


def _console(house: House, bot_id: int) -> console_visits.Console:
    """Return what the console's pages stand on."""
    return console_visits.Console(
        store=house.store,
        catalog=house.catalog,
        words=asking.console_words(house.catalog),
        now=house.clock.now,
        machine_now=clocks.machine,
        bot_id=bot_id,
        address=house.settings.console_address,
    )


def _means(house: House) -> alerts.Means:
    """Return what the alerts of the staff are made of."""
    return alerts.Means(asking.console_words(house.catalog), house.settings.console_address)


def _handler(house: House, bot_id: int) -> inbox.Handle:
    """Return what serves one stored update."""
    means, words = _means(house), in_force.Kept(house.catalog)

    async def handle(visit: work.Work, update: dict[str, Any], inbox_id: int, machine_now: datetime) -> None:
        facts = visits.BotFacts(bot_id, await bots.username(visit, bot_id) or "", means)
        await router.handle(
            visit,
            update,
            bot=facts,
            words=words,
            inbox_id=inbox_id,
            now=house.clock.now(),
            machine_now=machine_now,
        )

    return handle


async def _greet(house: House, telegram: transport.Transport) -> None:
    """Learn our own name and show the profile; an outage of Telegram, or of the database, is waited out."""
    while True:
        try:
            await _introduced(house.store, telegram)
            break
        except (ConnectionError, *work.UNREACHED):
            await asyncio.sleep(RETRY)
    await profile.show(telegram, chat_profile.calls(house.catalog))


async def _introduced(store: work.Store, telegram: transport.Transport) -> str:
    """Ask Telegram who we are and keep it; Unusable if it refuses the token, ConnectionError if it is away."""
    answer = await telegram.call(transport.Way.REPLY, "getMe", {})
    if answer.outcome is meaning.Outcome.HALT:
        raise errors.Unusable(poller.REFUSED)
    if answer.outcome is not meaning.Outcome.ACCEPTED:
        raise ConnectionError(str(answer.outcome))
    name = str(answer.result.get("username") or "")
    async with store.writing() as visit:
        await bots.ensure(visit, telegram.bot_id, username=name)
    return name


@contextlib.asynccontextmanager
async def _telegram(house: House) -> AsyncIterator[transport.Transport]:
    telegram = transport.Transport(_token(house.settings), house.settings.telegram_url)
    async with house.store.writing() as visit:
        await bots.ensure(visit, telegram.bot_id)
    await telegram.open()
    try:
        yield telegram
    finally:
        await telegram.close()


def _token(chosen: settings.Settings) -> str:
    if chosen.token is None:
        raise errors.Unusable(NO_TOKEN)
    return chosen.token.get_secret_value()
