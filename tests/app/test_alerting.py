"""Whoever is on call is told by chat and mail, by one process of several, and again when it is over."""

import asyncio
import contextlib
import dataclasses
import smtplib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from reminderbot import addresses
from reminderbot.app import alerting, mail, notices
from reminderbot.gateway import seat, transport
from reminderbot.simulator import client, server
from reminderbot.store import bots
from reminderbot.store.work import Store
from reminderbot.web import faults, ops
from tests.app import postbox
from tests.delivery import cast

QUICK = notices.Patience(first=timedelta(seconds=0.5), again=timedelta(hours=1))


@pytest.fixture(autouse=True)
async def _quick(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(alerting, "LOOK", 0.1)
    monkeypatch.setattr(alerting, "FIRST_WAIT", 0.3)
    monkeypatch.setattr(seat, "RENEW", 0.2)
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)


@pytest.fixture
async def telegram_api(telegram: str) -> AsyncIterator[transport.Transport]:
    opened = transport.Transport(server.TOKEN, telegram, timeouts=cast.BRISK)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def operator(telegram: str) -> AsyncIterator[client.Phone]:
    """The phone of whoever is on call, with the bot started."""
    async with client.Simulated(telegram) as simulated:
        phone = await simulated.person("Otto")
        await phone.start()
        yield phone


@dataclasses.dataclass
class Watching:
    """Alarms over one store."""

    store: Store
    telegram: transport.Transport
    chat: int
    mail_url: str = ""

    @contextlib.asynccontextmanager
    async def __call__(self, owner: str = "here") -> AsyncIterator[None]:
        gauge = ops.Gauge(self.store, bot_id=cast.BOT, now=lambda: cast.NOON)
        ways = [alerting.by_chat(self.telegram, self.chat)]
        if self.mail_url:
            ways.append(alerting.by_mail(addresses.mail_server(self.mail_url), "oncall@clinic.example"))
        alarm = alerting.Alarm(self.store, gauge, ways, bot_id=cast.BOT, owner=owner, patience=QUICK)
        task = asyncio.create_task(alarm.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def heard(self) -> None:
        """Let a poll be served: we are ready."""
        async with self.store.writing() as work:
            await bots.polled(work, cast.BOT, heard=True)


@pytest.fixture
def watching(store: Store, telegram_api: transport.Transport, operator: client.Phone) -> Watching:
    return Watching(store, telegram_api, operator.person)


async def until(fits: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not fits():
            await asyncio.sleep(0.02)


async def texts(phone: client.Phone) -> list[str]:
    return [message.text for message in await phone.messages(by="bot")]


async def test_the_operator_is_told_by_chat_and_again_when_it_is_over(
    watching: Watching, operator: client.Phone
) -> None:
    async with watching():
        told = await operator.wait_for("not ready")
        await watching.heard()
        await operator.wait_for("ready again")
        await operator.wait_for_silence(1.0)

    assert faults.DEAF.advice in told.text
    assert len(await texts(operator)) == 2


async def test_who_is_ready_says_nothing(watching: Watching, operator: client.Phone) -> None:
    await watching.heard()
    async with watching():
        await operator.wait_for_silence(1.5)


async def test_of_two_processes_one_tells(watching: Watching, operator: client.Phone) -> None:
    async with watching("one"), watching("two"):
        await operator.wait_for("not ready")
        await operator.wait_for_silence(1.5)


async def test_who_takes_over_knows_what_was_told(watching: Watching, operator: client.Phone) -> None:
    async with watching("one"):
        await operator.wait_for("not ready")
        await asyncio.sleep(0.5)
    await operator.mark()
    async with watching("two"):
        await operator.wait_for_silence(1.5)
        await watching.heard()
        await operator.wait_for("ready again")

    assert len(await texts(operator)) == 2


async def test_a_chat_that_cannot_be_told_is_told_later_and_mail_does_not_wait_for_it(
    watching: Watching, operator: client.Phone
) -> None:
    await operator.simulated.fault("server_error", method="sendMessage", times=None)
    async with postbox.opened() as box:
        watching.mail_url = box.url
        async with watching():
            await until(lambda: len(box.mails) == 1)
            assert await texts(operator) == []
            await operator.simulated.heal()
            await operator.wait_for("not ready")

    assert len(box.mails) == 1


async def test_a_mail_says_what_to_do_and_holds_no_secret(watching: Watching) -> None:
    async with postbox.opened() as box:
        watching.mail_url = box.url
        async with watching():
            await until(lambda: len(box.mails) == 1)
    one = box.mails[0]

    assert (one["To"], one["Subject"]) == ("oncall@clinic.example", "reminderbot is not ready")
    assert " ".join(faults.DEAF.advice.split()) in " ".join(one.get_content().split())
    assert server.TOKEN not in one.as_string()


async def test_a_mail_server_that_refuses_is_tried_again(watching: Watching) -> None:
    async with postbox.opened() as box:
        box.refuses = True
        watching.mail_url = box.url
        async with watching():
            await until(lambda: box.commands.count("MAIL") >= 2)
            box.refuses = False
            await until(lambda: len(box.mails) == 1)


async def test_a_database_that_goes_away_is_told_by_who_held_the_seat(
    watching: Watching, operator: client.Phone, owned: Store
) -> None:
    await watching.heard()
    async with watching():
        await asyncio.sleep(1.0)
        async with owned.writing() as work:
            await work.run(text("ALTER TABLE bots RENAME TO bots_gone"))
            await work.run(text("DELETE FROM seats"))
        told = await operator.wait_for("not ready")

    assert faults.AWAY.advice in told.text


FULL = {
    "sqlite": ["CREATE TRIGGER disk_full BEFORE UPDATE ON seats BEGIN SELECT RAISE(ABORT, 'disk full'); END"],
    "postgresql": [
        "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$",
        "CREATE TRIGGER disk_full BEFORE UPDATE ON seats FOR EACH ROW EXECUTE FUNCTION disk_full()",
    ],
}
EMPTY = {
    "sqlite": ["DROP TRIGGER disk_full"],
    "postgresql": ["DROP TRIGGER disk_full ON seats", "DROP FUNCTION disk_full"],
}


async def test_a_database_that_cannot_be_written_is_told_though_no_seat_can_be_kept(
    watching: Watching, operator: client.Phone, owned: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(ops, "POLL_WITHIN", timedelta(seconds=3))
    await watching.heard()
    async with watching():
        await asyncio.sleep(0.5)
        await done(owned, FULL)
        await operator.wait_for("not ready")
        await done(owned, EMPTY)


async def done(store: Store, statements: dict[str, list[str]]) -> None:
    async with store.writing() as work:
        for statement in statements[work.dialect]:
            await work.run(text(statement))


async def test_no_password_and_no_word_goes_in_the_open_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "LOOPBACK", frozenset())
    async with postbox.opened() as box:
        url = addresses.mail_server(box.url.replace("smtp://", "smtp://me:secret@"))

        with pytest.raises(smtplib.SMTPNotSupportedError):
            await asyncio.to_thread(mail.send, url, to="oncall@clinic.example", subject="x", text="y")
    assert set(box.commands) <= {"EHLO", "QUIT"}
