"""Keeps Telegram's webhook pointed at us, under the poller's seat, and tells by it whether updates reach us."""

import asyncio
import dataclasses
from typing import Any

import structlog

from reminderbot import clocks, errors, meters
from reminderbot import watch as watches
from reminderbot.gateway import meaning, poller, seat, transport
from reminderbot.store import bots
from reminderbot.store.work import Store

LOOK = 20.0  # seconds between looks; readiness wants a good one in 75
SOON = 5.0  # seconds before the next look where something is wrong
FRESH = 90.0  # seconds that a failed post stays news: Telegram repeats one after a minute at the latest
CONNECTIONS = 8  # posts at the same time; Telegram's default is 40, more than the database has connections

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Hook:
    """Where Telegram is to post, and the secret by which we know it."""

    url: str
    secret: str = dataclasses.field(repr=False)

    @property
    def params(self) -> dict[str, Any]:
        """Return the parameters of setWebhook; what waits is never dropped."""
        return {
            "url": self.url,
            "secret_token": self.secret,
            "allowed_updates": list(transport.UPDATES),
            "max_connections": CONNECTIONS,
        }

    def stands(self, info: Any) -> bool:
        """Tell whether Telegram's WebhookInfo is what we want; its secret cannot be read."""
        return bool(info.get("url") == self.url and set(info.get("allowed_updates", [])) == set(transport.UPDATES))


class Pointer:
    """Keeps one bot's webhook. `run` ends only by cancellation, or Unusable when the token is refused."""

    def __init__(
        self,
        store: Store,
        telegram: transport.Transport,
        hook: Hook,
        *,
        owner: str,
        watch: watches.Watch | None = None,
    ) -> None:
        self._watch = watch or watches.Watch()
        self._store = store
        self._telegram = telegram
        self._hook = hook
        self.seat = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.POLLER, owner=owner)
        self._set_in = 0  # the term of the seat in which it was set
        self._refused_since: float | None = None

    async def run(self) -> None:
        """Look while the seat is ours; stand by while it is another's."""
        async with self.seat.kept():
            while True:
                await self.seat.wait()
                try:
                    wait = await self._look()
                except errors.Unusable:
                    raise
                except Exception:  # the database is away: the webhook stands all the same
                    log.error("how the webhook stands could not be noted", exc_info=True)
                    wait = SOON
                await asyncio.sleep(wait)

    async def _look(self) -> float:
        """See that the webhook is ours; return the seconds until the next look.

        It is set once a term whatever it says: whoever set it before may have had another secret.
        """
        answer = await self._ask("getWebhookInfo", {})
        if answer.outcome is not meaning.Outcome.ACCEPTED:
            return await self._despite(answer)
        if self._set_in != self.seat.terms or not self._hook.stands(answer.result):
            return await self._set()
        reached = not _fails(answer.result, clocks.machine().timestamp())
        if not reached:
            log.warning("Telegram cannot post to the webhook")
        await self._note(heard=reached)
        return LOOK if reached else SOON

    async def _set(self) -> float:
        term = self.seat.terms
        answer = await self._ask("setWebhook", self._hook.params)
        if answer.outcome is not meaning.Outcome.ACCEPTED:
            return await self._despite(answer)
        self._set_in = term
        log.info("the webhook is set", bot=self._telegram.bot_id)
        await self._note(heard=True)
        return SOON

    async def _ask(self, method: str, params: dict[str, Any]) -> meaning.Answer:
        answer = await self._telegram.call(transport.Way.POLL, method, params)
        meters.poll("hung" if answer.is_hung else answer.outcome)
        if not answer.is_hung:
            self._watch.poll_returned()
        self._refused_since = (self._refused_since or _now()) if answer.outcome is meaning.Outcome.HALT else None
        return answer

    async def _despite(self, answer: meaning.Answer) -> float:
        log.warning("the webhook could not be looked after", outcome=answer.outcome, detail=answer.detail)
        if self._refused_since is not None and _now() - self._refused_since >= poller.REVOKED:
            raise errors.Unusable(poller.REFUSED)
        if not answer.is_hung:
            await self._note(heard=False)
        return max(SOON, answer.retry_after.total_seconds())

    async def _note(self, *, heard: bool) -> None:
        async with self._store.writing() as work:
            await bots.polled(work, self._telegram.bot_id, heard=heard)


def _fails(info: Any, now: float) -> bool:
    """Tell whether updates wait at Telegram because its posts fail. Telegram keeps an error that is long past."""
    return bool(info.get("pending_update_count") and now - info.get("last_error_date", 0) < FRESH)


def _now() -> float:
    return asyncio.get_running_loop().time()
