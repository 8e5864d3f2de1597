"""A person's phone for tests: say, tap, read and wait, over the simulator's control door."""

import asyncio
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx

from reminderbot.simulator import seen
from reminderbot.simulator.seen import Answer, Message

WAIT_SECONDS = 90.0


class NothingCame(AssertionError):
    """What was waited for did not come; the words show what stood in the chat instead."""


class CannotDo(AssertionError):
    """The person cannot do this: no such button, a blocked bot, a name the simulator does not know."""


Match = str | Callable[[Message], bool]


class Simulated:
    """The simulator as a test holds it: people, groups, faults and the truth."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        # No proxy of the environment stands between a test and the loopback, and no certificate needs to be read.
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._http = httpx.AsyncClient(base_url=base_url, timeout=60.0, trust_env=False, verify=plain)

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def person(self, first_name: str = "Ana", *, bot: int | None = None, **more: Any) -> "Phone":
        """Invent a person (`id`, `last_name`, `username`, `language_code`) and hand over their phone."""
        person = await self.post("/control/people", first_name=first_name, **more)
        return Phone(self, person["id"], bot=bot)

    async def group(self, phone: "Phone", title: str = "Group") -> int:
        """Let a person open a group with the bot; returns the chat's id."""
        made = await self.post("/control/groups", person=phone.person, title=title, bot=phone.bot)
        return int(made["id"])

    async def fault(self, kind: str, **rule: Any) -> int:
        """Order a fault: see `faults.Fault` for `method`, `chat`, `times`, `accepted`, `seconds` and the rest."""
        return int((await self.post("/control/faults", kind=kind, **rule))["id"])

    async def heal(self) -> None:
        """Take all faults out of force."""
        await self._asked(await self._http.request("DELETE", "/control/faults", json={}))

    async def sends(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Return all accepted sends, in order."""
        return list(await self.get("/control/log/sends", after=after))

    async def calls(self, *, method: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """Return all calls with their outcome, in order."""
        calls = await self.get("/control/log/calls", after=after)
        return [call for call in calls if method in (None, call["method"])]

    async def updates(self, *, bot: int | None = None) -> list[dict[str, Any]]:
        """Return the updates which the bot has not confirmed."""
        return list(await self.get("/control/updates", **_given(bot=bot)))

    async def get(self, path: str, **query: Any) -> Any:
        """Read from the control door."""
        return await self._asked(await self._http.get(path, params=query))

    async def post(self, path: str, **body: Any) -> Any:
        """Do something at the control door."""
        return await self._asked(await self._http.post(path, json=body))

    async def _asked(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise CannotDo(f"{answer.request.url.path}: {answer.text}")
        return answer.json()


class Phone:
    """One person's phone. What it waits for must have come, or changed, since the person last did something."""

    def __init__(self, simulated: Simulated, person: int, *, bot: int | None = None, group: int | None = None) -> None:
        self.simulated = simulated
        self.person = person
        self.bot = bot
        self._where = _given(bot=bot, group=group)
        self._mark = -1

    def in_group(self, group: int) -> "Phone":
        """Return the same person's view of a group."""
        return Phone(self.simulated, self.person, bot=self.bot, group=group)

    async def start(self, payload: str = "") -> None:
        """Press Start, or open the bot's link with a payload."""
        await self._do("start", payload=payload)

    async def say(self, text: str, **more: Any) -> int:
        """Write a text or a command (`reply_to`, `forwarded_from`); returns the message's id."""
        return int((await self._do("text", text=text, **more))["message_id"])

    async def edit(self, message_id: int, text: str) -> None:
        """Change an own message."""
        await self._do("edit", message_id=message_id, text=text)

    async def send(self, kind: str, caption: str = "") -> int:
        """Send a photo, sticker, voice, document, contact or location; returns the message's id."""
        return int((await self._do("thing", kind=kind, caption=caption))["message_id"])

    async def tap(self, words: str, *, message_id: int | None = None, wait: float = WAIT_SECONDS) -> Answer | None:
        """Tap the newest button with these words and wait for the bot's answer; with `wait=0` do not wait."""
        done = await self._do("tap", label=words, **_given(message_id=message_id))
        return await self._answer(done["tap"], wait)

    async def press(self, data: str, *, message_id: int | None = None, wait: float = WAIT_SECONDS) -> Answer | None:
        """Send callback data as a stale button or a forger would."""
        done = await self._do("press", data=data, **_given(message_id=message_id))
        return await self._answer(done["tap"], wait)

    async def block(self) -> None:
        """Block the bot."""
        await self._do("block")

    async def unblock(self) -> None:
        """Take the block back."""
        await self._do("unblock")

    async def chat(self, **query: Any) -> dict[str, Any]:
        """Return the whole conversation as the control door shows it."""
        shown: dict[str, Any] = await self.simulated.get(f"{self._path}/chat", **self._where, **query)
        return shown

    async def messages(self, *, by: str | None = None, deleted: bool = False) -> list[Message]:
        """Return the messages, oldest first; `by="bot"` for the bot's only."""
        shown = await self.chat(**({"deleted": 1} if deleted else {}))
        return [message for message in map(seen.message, shown["messages"]) if by in (None, message.by)]

    async def last(self) -> Message:
        """Return the bot's latest message."""
        found = await self.messages(by="bot")
        if not found:
            raise NothingCame("the bot has written nothing yet")
        return found[-1]

    async def commands(self) -> dict[str, str]:
        """Return the menu in this person's language: command to description."""
        return {c["command"]: c["description"] for c in (await self.chat())["commands"]}

    async def toasts(self) -> list[Answer]:
        """Return the answers to this person's taps, oldest first."""
        return [Answer(a["text"], a["alert"], a["data"]) for a in (await self.chat())["answers"]]

    async def mark(self) -> None:
        """Let `wait_for` see only what comes from now on."""
        self._mark = (await self.chat())["version"]

    async def wait_for(self, match: Match = "", *, timeout: float = WAIT_SECONDS) -> Message:  # noqa: ASYNC109
        """Return the bot's first message since the last deed that holds a text (or fits a predicate).

        An edited message counts as new. Raises NothingCame with the chat's end if none comes in time.
        """
        fits = match if callable(match) else _holds(match)
        ends = time.monotonic() + timeout
        after = -1
        while (left := ends - time.monotonic()) > 0:
            shown = await self.chat(after=after, wait=min(left, 5.0))
            after = shown["version"]
            fresh = [m for m in map(seen.message, shown["messages"]) if m.by == "bot" and m.changed > self._mark]
            if found := [message for message in fresh if fits(message)]:
                return found[0]
        raise NothingCame(f"no message with {match!r} within {timeout} s; {await self._end()}")

    async def wait_for_silence(self, seconds: float = 0.5) -> None:
        """Fail if the bot writes within some machine seconds since now."""
        before = len(await self.messages(by="bot"))
        await asyncio.sleep(seconds)
        if len(await self.messages(by="bot")) != before:
            raise AssertionError(f"the bot wrote; {await self._end()}")

    async def _answer(self, tap: str | None, wait: float) -> Answer | None:
        if tap is None or wait <= 0:
            return None
        found = await self.simulated.get(f"{self._path}/taps/{tap}", wait=wait)
        if not found["answered"]:
            raise NothingCame(f"the tap was not answered within {wait} s; {await self._end()}")
        return Answer(found["text"], found["alert"], found["data"])

    async def _do(self, deed: str, **body: Any) -> dict[str, Any]:
        done: dict[str, Any] = await self.simulated.post(f"{self._path}/{deed}", **self._where, **body)
        self._mark = done["version"]
        return done

    @property
    def _path(self) -> str:
        return f"/control/people/{self.person}"

    async def _end(self) -> str:
        return "the chat ends: " + " | ".join(f"{m.by}: {m.text!r} {m.buttons}" for m in (await self.messages())[-4:])


def _holds(text: str) -> Callable[[Message], bool]:
    return lambda message: text in message.text


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
