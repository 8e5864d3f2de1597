"""Polls Telegram for updates: stored, committed, and only then confirmed by the next poll's offset.

The library's own run_polling confirms first: it lost 15 of 20 updates to one SIGKILL.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, assert_never

import structlog

from reminderbot import errors, meters
from reminderbot import watch as watches
from reminderbot.gateway import meaning, receiving, seat, transport
from reminderbot.store import bots, inbox
from reminderbot.store.work import Store

STRANGER = 60.0  # seconds of 409 after which we believe that somebody else polls with our token
REVOKED = 15.0  # seconds of 401 or 404 after which we believe that the token is not accepted
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
REFUSED = "Telegram does not accept REMINDERBOT_TOKEN. Ask @BotFather for the bot's current token."

log = structlog.get_logger(__name__)


class Displaced(Exception):
    """Somebody else polls with this token: the process must end, since it would run deaf."""


class Poller:
    """The one poller of a bot. `run` ends only by cancellation, Displaced, or Unusable when the token is refused."""

    def __init__(
        self, store: Store, telegram: transport.Transport, *, owner: str, watch: watches.Watch | None = None
    ) -> None:
        self._watch = watch or watches.Watch()
        self._store = store
        self._telegram = telegram
        self.seat = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.POLLER, owner=owner)
        self._offset: int | None = None
        self._is_first = True  # it waits for nothing, so that readiness is known at once
        self._since: dict[meaning.Outcome, float] = {}
        self._wait = FIRST_WAIT

    async def run(self) -> None:
        """Poll while the seat is ours; stand by while it is another's."""
        async with self.seat.kept():
            while True:
                await self.seat.wait()
                try:
                    await self._poll_once()
                except (Displaced, errors.Unusable):
                    raise
                except Exception:  # the database is away: nothing was confirmed, so nothing is lost
                    log.error("updates could not be stored", exc_info=True)
                    await self._back_off()

    async def _poll_once(self) -> None:
        answer = await self._telegram.poll(self._offset, at_once=self._is_first)
        meters.poll("hung" if answer.is_hung else answer.outcome)
        if not answer.is_hung:
            self._watch.poll_returned()
        if answer.outcome is meaning.Outcome.ACCEPTED:
            await self._keep(answer.result)
            self._is_first = False
            self._since.clear()
            self._wait = FIRST_WAIT
            return
        if not answer.is_hung:
            async with self._store.writing() as work:
                await bots.polled(work, self._telegram.bot_id, heard=False)
        if answer.outcome is meaning.Outcome.CONFLICT and await self._takes_webhook_away():
            return
        await self._despite(answer)

    async def _takes_webhook_away(self) -> bool:
        """Tell whether a 409 was for a webhook that stood: it is gone now, and what waits at Telegram is kept."""
        info = await self._telegram.call(transport.Way.POLL, "getWebhookInfo", {})
        if info.outcome is not meaning.Outcome.ACCEPTED or not info.result.get("url"):
            return False
        answer = await self._telegram.call(transport.Way.POLL, "deleteWebhook", {})
        log.warning("a webhook stood in the way of polling", outcome=answer.outcome)
        return answer.outcome is meaning.Outcome.ACCEPTED

    async def _keep(self, raws: Sequence[dict[str, Any]]) -> None:
        """Store what came. The offset is dropped once it has confirmed: after an idle week numbers may begin lower."""
        updates = [receiving.update(raw) for raw in raws]
        async with self._store.writing() as work:
            await bots.polled(work, self._telegram.bot_id, heard=True)
            await inbox.keep(work, self._telegram.bot_id, updates)
        self._offset = max(update.id for update in updates) + 1 if updates else None

    async def _despite(self, answer: meaning.Answer) -> None:
        log.warning("a poll failed", outcome=answer.outcome, detail=answer.detail)
        lasted = self._lasted(answer.outcome)
        match answer.outcome:
            case meaning.Outcome.CONFLICT if lasted >= STRANGER:
                raise Displaced("Another program polls Telegram with this token. Stop it, or use another token.")
            case meaning.Outcome.HALT if lasted >= REVOKED:
                raise errors.Unusable(REFUSED)
            case meaning.Outcome.WAIT:
                await asyncio.sleep(answer.retry_after.total_seconds())
            case meaning.Outcome.CONFLICT | meaning.Outcome.HALT:
                await asyncio.sleep(min(self._wait * 4, LONGEST_WAIT))
            case (
                meaning.Outcome.NOT_SENT | meaning.Outcome.UNKNOWN | meaning.Outcome.REJECTED | meaning.Outcome.BLOCKED
            ):
                await self._back_off()
            case meaning.Outcome.ACCEPTED:
                pass
            case _:
                assert_never(answer.outcome)

    def _lasted(self, outcome: meaning.Outcome) -> float:
        """Return for how long nothing but this outcome has been seen, in seconds."""
        now = time.monotonic()
        self._since = {outcome: self._since.get(outcome, now)}
        return now - self._since[outcome]

    async def _back_off(self) -> None:
        await asyncio.sleep(self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
