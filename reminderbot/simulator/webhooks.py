"""A webhook: posts a bot's updates to its address, in order, each until it is taken."""

import asyncio
import contextlib
import time

import httpx

from reminderbot.simulator import mailbox

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_FIRST_PAUSE, _LONGEST_PAUSE, _ANSWER_SECONDS = 0.2, 30.0, 30.0


class Webhook:
    """Delivers from a mailbox to `url` until it is stopped; an update is confirmed by any 2xx."""

    def __init__(self, box: mailbox.Mailbox, *, url: str, secret: str) -> None:
        self.url = url
        self.error = ""
        self.error_date = 0
        self._box = box
        self._headers = {SECRET_HEADER: secret} if secret else {}
        self._task = asyncio.create_task(self._run(), name="webhook")

    async def stop(self) -> None:
        """End the delivery; what is not confirmed stays in the mailbox."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False) as client:
            while not self._box.bell.silenced:
                waiting = self._box.waiting()
                if not waiting:
                    await self._box.bell.heard(60)
                elif await self._post(client, waiting[0]):
                    self._box.confirm(waiting[0].update_id + 1)
                    pause = _FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)

    async def _post(self, client: httpx.AsyncClient, letter: mailbox.Letter) -> bool:
        try:
            answer = await client.post(self.url, json=letter.as_update(), headers=self._headers)
        except httpx.HTTPError as error:
            return self._failed(f"Connection failed: {type(error).__name__}")
        if answer.is_success:
            return True
        return self._failed(f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")

    def _failed(self, reason: str) -> bool:
        self.error, self.error_date = reason, int(time.time())
        return False
