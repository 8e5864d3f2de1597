"""A person in a story: what they say, tap and see, found by the words of their own language."""

import asyncio
import dataclasses
import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.simulator import client
from reminderbot.simulator.seen import Answer, Message
from tests.cli import warm

ROOT = Path(__file__).resolve().parents[2]
CATALOG = catalogs.Catalog.load()
LANGUAGES = ("en", "es")
ZONE = "Europe/Madrid"
CITY = "Madrid"
SESSION = "2026-11-24 15:30"
"""A session on the day after the stories' Monday, as everyone may type it."""

DUE = {
    "eve": datetime(2026, 11, 23, 18, 0, tzinfo=UTC),
    "ride-home": datetime(2026, 11, 24, 16, 0, tzinfo=UTC),
    "day-1": datetime(2026, 11, 25, 7, 30, tzinfo=UTC),
    "day-2": datetime(2026, 11, 26, 7, 30, tzinfo=UTC),
    "day-3": datetime(2026, 11, 27, 7, 30, tzinfo=UTC),
    "day-7": datetime(2026, 12, 1, 7, 30, tzinfo=UTC),
}
"""When the first reminders of that session are due, for whoever lives in Madrid and chose half past eight."""

UNKNOWN = {"first_name": "", "clinic_name": "", "clinic_phone": "", "emergency": ""}
"""What the bot knows of somebody who registered alone: nothing."""

MINUTE = timedelta(minutes=1)
PATIENCE = 120.0  # machine seconds in which a command has ended


@dataclasses.dataclass
class Person:
    """Somebody with a phone who reads `language`."""

    phone: client.Phone
    language: str = "en"

    def words(self, key: str, /, **values: Any) -> str:
        """Return a text as this person sees it."""
        return CATALOG.say_plain(self.language, key, **(UNKNOWN | values))

    def gist(self, key: str) -> str:
        """Return the longest part of a text that is the same whatever its blanks hold."""
        text, choices = CATALOG.message(self.language, key).text, 1
        while choices:  # the innermost first
            text, choices = re.subn(r"{% if (?:(?!{% if ).)*?{% endif %}", "\n", text, flags=re.DOTALL)
        parts = re.split(r"{{.*?}}|\n", re.sub(r"</?\w+>", "", text))
        return html.unescape(max(parts, key=len)).strip()

    def button(self, name: str) -> str:
        """Return the words of a button."""
        return self.words(f"button.{name}")

    def clock(self, at: time) -> str:
        """Return a wall time as this person reads it."""
        return CATALOG.clock(self.language, at)

    def day(self, on: datetime) -> str:
        """Return a date with its weekday as this person reads it."""
        return CATALOG.day(self.language, on.date(), today=on.date())

    async def asked(self, *names: str, timeout: float = client.WAIT_SECONDS) -> Message:
        """Return what came since the last deed and bears all these buttons."""
        wanted = {self.button(name) for name in names}
        return await self.phone.wait_for(lambda m: wanted <= set(m.buttons), timeout=timeout)

    async def told(self, key: str, /, **values: Any) -> Message:
        """Return what came since the last deed and holds this text: all of it if values are given, else its gist."""
        return await self.phone.wait_for(self.words(key, **values) if values else self.gist(key))

    async def taps(self, name: str, *, message_id: int | None = None) -> Answer | None:
        """Tap the newest button of that name."""
        return await self.phone.tap(self.button(name), message_id=message_id)

    async def says(self, text: str, *names: str) -> Message:
        """Write, and return the answer that bears these buttons (any answer without)."""
        await self.phone.say(text)
        return await self.asked(*names)

    async def hears(self, text: str, key: str, /, **values: Any) -> Message:
        """Write, and return the answer that holds the text under `key`."""
        await self.phone.say(text)
        return await self.told(key, **values)

    async def agrees(self) -> None:
        """Begin and consent; the date is then asked for."""
        await self.phone.start()
        await self.asked("agree")
        await self.taps("agree")
        await self.asked("today")

    async def tells(self, when: str = SESSION, *, hour: time = time(8, 30)) -> Message:
        """Answer all that a first session asks; return the review, saved by nobody yet."""
        await self.says(when, "cancel")
        await self.says(CITY, "zone-yes")
        await self.taps("zone-yes")
        await self.asked("hour-other")
        await self.phone.tap(self.clock(hour))
        return await self.asked("save")

    async def saves(self) -> Message:
        """Save what was reviewed and skip the clinic's phone; return what matters now."""
        await self.taps("save")
        now = await self.asked("worried", "topics")
        await self.asked("skip")
        await self.taps("skip")
        await self.told("done.no-phone")
        return now

    async def registers(self, when: str = SESSION, *, hour: time = time(8, 30)) -> Message:
        """Go the whole way of a first session; return what mattered at once."""
        await self.agrees()
        await self.tells(when, hour=hour)
        return await self.saves()

    async def came(self, at: datetime) -> Message:
        """Return the message that bears this time."""
        return await self.phone.wait_for(lambda m: datetime.fromisoformat(m.date) == at)

    async def timeline(self) -> str:
        """Return what /timeline answers."""
        await self.phone.say("/timeline")
        return (await self.phone.wait_for()).text

    async def bot_texts(self) -> list[str]:
        """Return all that the bot wrote, oldest first."""
        return [message.text for message in await self.phone.messages(by="bot")]


@dataclasses.dataclass
class Operator:
    """Whoever runs the bot, at the command line of the same machine: same database, same key, same clock."""

    environment: dict[str, str]
    clock: clocks.Clock

    async def runs(self, *words: str) -> str:
        """Run one command; return what it printed. Fails with what it complained of."""
        environment = self.environment | {"REMINDERBOT_CLOCK": f"{self.clock.now().isoformat()}*0"}
        code, out, complaint = await asyncio.to_thread(
            warm.forge().run, words, folder=ROOT, environment=environment, stdin=b"", within=PATIENCE
        )
        assert code == 0, complaint
        return out

    async def asks(self, *words: str) -> Any:
        """Run one command with --json; return what it answered."""
        return json.loads(await self.runs(*words, "--json"))

    async def adds_a_clinic(self, **more: str) -> dict[str, str]:
        """Add Dr Bea's clinic."""
        given = {
            "name": "Dr Bea",
            "phone": "+34 600 000 000",
            "emergency": "+34 600 000 112",
            "hours": "Mon-Fri 9:00-18:00",
            "zone": ZONE,
            "languages": "en,es",
            "adopted-by": "Dr Bea",
        } | more
        added: dict[str, str] = await self.asks("clinic", "add", *(f"--{key}={value}" for key, value in given.items()))
        return added

    async def invites(self, name: str = "Ana", *, at: str = "2026-11-24T15:30", **more: str) -> dict[str, str]:
        """Invite a patient; the answer holds the link and the desk code."""
        options = (f"--{key}={value}" for key, value in more.items())
        made: dict[str, str] = await self.asks("invite", f"--name={name}", f"--at={at}", *options)
        return made


def payload(invited: dict[str, str]) -> str:
    """Return what Telegram hands to /start when the link is opened."""
    return invited["link"].partition("start=")[2]


async def eventually(holds: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """Wait until `holds` answers something true, and return it; the last answer when time is up."""
    for _ in range(int(seconds / 0.05)):
        found = await holds()
        if found:
            return found
        await asyncio.sleep(0.05)
    return await holds()
