"""The watchdog: a duty that hangs ends its process, and neither an outage, a pause nor somebody else's seat does."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reminderbot import errors
from reminderbot.app import heartbeat, watchdog
from reminderbot.gateway import gate, meaning, pace, seat
from reminderbot.simulator import client
from reminderbot.store import bots
from reminderbot.store.work import Store
from tests.app import process
from tests.cli import terminal
from tests.delivery import cast

QUICK = watchdog.Deadlines(poll=0.4, progress=0.4, look=0.1)
LONG = 1.0  # seconds in which a deadline of QUICK would have passed three times


def guarded(kind: str, watched: watchdog.Watched, post: seat.Seat, store: Store) -> "asyncio.Task[None]":
    if kind == "polls":
        return asyncio.create_task(watched.polls(post))
    return asyncio.create_task(watched.sends(post, store, bot_id=cast.BOT, now=lambda: cast.NOON))


@pytest.fixture
async def post(store: Store) -> seat.Seat:
    """A seat that somebody takes."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    return seat.Seat(store, bot_id=cast.BOT, duty=bots.Duty.SENDER, owner="here")


async def outlived(task: "asyncio.Task[None]") -> bool:
    """Tell whether a guard has found nothing for long enough."""
    await asyncio.wait({task}, timeout=LONG)
    return still(task)


def still(task: "asyncio.Task[None]") -> bool:
    """Tell whether a guard has found nothing up to now; it is not needed any more."""
    return task.cancel()


async def test_polls_that_never_return_end_the_process_with_a_sentence(store: Store, post: seat.Seat) -> None:
    told: list[str] = []
    async with post.kept():
        task = guarded("polls", watchdog.Watched(QUICK, leave=told.append), post, store)

        with pytest.raises(errors.Unusable, match="No poll of Telegram has returned"):
            await asyncio.wait_for(task, 5)
    assert told == [watchdog.HUNG]


async def test_polls_that_return_refused_or_not_keep_it_alive(store: Store, post: seat.Seat) -> None:
    watched = watchdog.Watched(QUICK)
    async with post.kept():
        task = guarded("polls", watched, post, store)
        for _ in range(10):
            await asyncio.sleep(LONG / 10)
            watched.watch.poll_returned()
        alive = still(task)

    assert alive


@pytest.mark.parametrize("kind", ["polls", "sends"])
async def test_who_stands_by_never_ends_because_another_hangs(kind: str, store: Store, post: seat.Seat) -> None:
    await cast.reminder(store, await cast.patient(store, 5))
    async with store.writing() as work:
        await bots.take_seat(work, cast.BOT, bots.Duty.SENDER, owner="another", lease=timedelta(minutes=1))
    async with post.kept():
        task = guarded(kind, watchdog.Watched(QUICK), post, store)

        assert await outlived(task)


async def test_reminders_that_wait_untried_end_the_process(store: Store, post: seat.Seat) -> None:
    await cast.reminder(store, await cast.patient(store, 5))
    async with post.kept():
        task = guarded("sends", watchdog.Watched(QUICK), post, store)

        with pytest.raises(errors.Unusable, match="none has been tried for minutes"):
            await asyncio.wait_for(task, 5)


@pytest.mark.parametrize("excuse", ["nothing due", "not yet due", "an outage", "a 429", "a retry", "a stop"])
async def test_what_cannot_be_sent_now_is_no_hang(excuse: str, store: Store, post: seat.Seat) -> None:
    stopped = {"stopped_at": cast.NOON} if excuse == "a stop" else {}
    ana = await cast.patient(store, 5, **stopped)
    if excuse != "nothing due":
        ahead = timedelta(hours=1) if excuse == "not yet due" else timedelta(0)
        retry = {"retry_at": cast.clocks.machine() + timedelta(minutes=1)} if excuse == "a retry" else {}
        await cast.reminder(store, ana, due_at=cast.NOON + ahead, **retry)
    async with store.writing() as work:
        if excuse == "an outage":
            await bots.set_broken(work, cast.BOT, broken=True)
        if excuse == "a 429":
            await bots.pause(work, cast.BOT, timedelta(minutes=1))
    async with post.kept():
        task = guarded("sends", watchdog.Watched(QUICK), post, store)

        assert await outlived(task)


async def test_a_long_backlog_that_is_worked_off_is_no_hang(store: Store, post: seat.Seat) -> None:
    await cast.reminder(store, await cast.patient(store, 5))
    watched = watchdog.Watched(QUICK)
    door = gate.Gate(pace.Limits(), watched.watch)
    async with post.kept():
        task = guarded("sends", watched, post, store)
        for number in range(10):
            await asyncio.sleep(LONG / 10)
            door.takes_reminder(f"chat {number}")
        alive = still(task)

    assert alive


async def test_replies_alone_are_no_progress_of_reminders_unless_they_take_every_turn() -> None:
    watched = watchdog.Watched(QUICK)
    door = gate.Gate(pace.Limits(), watched.watch)

    door.takes_reply("a chat")
    before = watched.watch.moved
    await asyncio.sleep(0.1)
    door.reply_waits(True)
    door.takes_reply("another chat")

    assert before < 0 < watched.watch.moved


async def test_a_breaker_that_is_open_takes_no_turn_for_progress() -> None:
    watched = watchdog.Watched(QUICK)
    door = gate.Gate(pace.Limits(), watched.watch)
    for number in range(5):
        door.saw(meaning.Answer(meaning.Outcome.UNKNOWN), f"chat {number}")

    assert not door.takes_reminder("a chat")
    assert watched.watch.moved < 0


async def test_a_process_that_was_frozen_counts_anew(store: Store, post: seat.Seat) -> None:
    """As after SIGSTOP: the loop's clock has run on, and no poll can have returned meanwhile."""
    watched = watchdog.Watched(watchdog.Deadlines(poll=1.0, look=0.2))
    async with post.kept():
        task = guarded("polls", watched, post, store)
        await asyncio.sleep(0.3)
        time.sleep(1.5)
        await asyncio.sleep(0.5)
        alive = still(task)

    assert alive


RUN = """
import asyncio, functools, sys
from reminderbot import errors, observability, settings
from reminderbot.app import running, watchdog
from reminderbot.gateway import poller, transport

poller.LONGEST_WAIT = 0.5
running.transport.Transport = functools.partial(transport.Transport, poll_seconds=1)
observability.configure()
deadlines = watchdog.Deadlines(poll=3.0, look=0.5, farewell=5.0)
try:
    asyncio.run(running.run(settings.load(), doors=frozenset(running.Door), deadlines=deadlines))
except errors.Unusable as error:
    sys.exit(f"reminderbot: {error}")
"""


@contextlib.contextmanager
def watched_bot(folder: Path, telegram: str) -> Iterator["subprocess.Popen[str]"]:
    chosen = {"token": terminal.TOKEN, "key": terminal.KEY, "listen": "127.0.0.1:0", "telegram_url": telegram}
    bot = subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=folder,
        env=terminal.environment(chosen),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield bot
    finally:
        bot.kill()
        bot.communicate()


async def test_a_telegram_that_hangs_ends_the_process_for_a_supervisor_to_restart(
    tmp_path: Path, telegram: str
) -> None:
    async with client.Simulated(telegram) as simulated:
        await simulated.fault("hang", method="getUpdates", times=None, seconds=60)
        with watched_bot(tmp_path, telegram) as bot:
            said = (await asyncio.to_thread(bot.communicate, timeout=process.PATIENCE))[1]

    assert bot.returncode == 1
    assert said.splitlines()[-1] == f"reminderbot: {watchdog.HUNG}"
    assert "Traceback" not in said


@pytest.mark.parametrize("fault", ["server_error", "unreachable"])
async def test_a_telegram_that_refuses_or_is_away_for_as_long_ends_nothing(
    fault: str, tmp_path: Path, telegram: str
) -> None:
    async with client.Simulated(telegram) as simulated:
        if fault != "unreachable":
            await simulated.fault(fault, times=None)
        address = telegram if fault != "unreachable" else terminal.NOWHERE
        with watched_bot(tmp_path, address) as bot, pytest.raises(subprocess.TimeoutExpired):
            await asyncio.to_thread(bot.wait, 8)


STAYS = """
import asyncio, time
from reminderbot import settings
from reminderbot.app import running, watchdog

async def learn(*_):
    await asyncio.to_thread(time.sleep, 100)  # no thread can be cancelled

running.learn_the_rest = learn
deadlines = watchdog.Deadlines(stop=2.0)
asyncio.run(running.run(settings.load(), doors=frozenset(running.Door), deadlines=deadlines))
"""


async def test_a_process_that_is_told_to_stop_ends_whatever_hangs(tmp_path: Path, telegram: str) -> None:
    with process.started(tmp_path, script=STAYS, telegram_url=telegram) as bot:
        await bot.ready()
        code, seconds = await bot.stop()

    assert code == 1
    assert bot.said.splitlines()[-1] == f"reminderbot: {watchdog.STOPPED}"
    assert seconds < 50


STUCK = """
import asyncio, sys, time
from reminderbot.app import heartbeat

async def main():
    async with heartbeat.Heartbeat(silence=float(sys.argv[2])).kept() as heart:
        await asyncio.sleep(0.1)
        print("runs", flush=True)
        if sys.argv[1] == "stuck":
            time.sleep(60)
        if sys.argv[1] == "stays":
            heart.leave_within(1.0, "It is to end.")
            heart.leave_within(90.0, "It is told again.")
        ends = time.monotonic() + float(sys.argv[3])
        while time.monotonic() < ends:
            if sys.argv[1] == "turns":
                busy = time.thread_time() + 0.3  # of work, so that the thread is the first to wake
                while time.thread_time() < busy:
                    pass
            await asyncio.sleep(0.01)

asyncio.run(main())
"""


def beating(*words: str) -> "subprocess.Popen[str]":
    started = subprocess.Popen(
        [sys.executable, "-c", STUCK, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    started.stdout.readline()
    return started


def test_a_loop_that_no_longer_turns_ends_the_process_with_70() -> None:
    bot = beating("stuck", "2", "0")

    said = bot.communicate(timeout=90)[1]

    assert bot.returncode == heartbeat.LOOP_STUCK
    assert said.startswith("reminderbot: The process has stood still")


def test_a_process_that_does_not_end_in_time_is_ended() -> None:
    bot = beating("stays", "60", "60")

    said = bot.communicate(timeout=90)[1]

    assert (bot.returncode, said) == (1, "reminderbot: It is to end.\n")


def test_a_loop_that_turns_is_left_alone_also_after_it_was_frozen() -> None:
    bot = beating("turns", "5", "6")
    bot.send_signal(signal.SIGSTOP)
    time.sleep(7.0)
    bot.send_signal(signal.SIGCONT)

    bot.communicate(timeout=90)

    assert bot.returncode == 0
