"""Somebody in a story: each deed is told with all that the bot answers, and hands it over."""

import contextlib
import dataclasses
from collections.abc import Iterator
from datetime import time
from typing import Any

from reminderbot.services import invites
from tests.journeys import acting
from tests.journeys.ten import stage, telling

ZONES = {
    "London": "Europe/London",
    "Madrid": "Europe/Madrid",
    "New York": "America/New_York",
    "Cairo": "Africa/Cairo",
}


@dataclasses.dataclass
class Hero:
    """Somebody with a phone, who lives by the clocks of `city`."""

    stage: stage.Stage
    person: acting.Person
    name: str
    city: str
    phone: stage.Phone
    _ear: telling.Ear = dataclasses.field(default_factory=telling.Ear)

    @property
    def page(self) -> telling.Page:
        """The page that all is told on."""
        return self.stage.page

    def words(self, key: str, /, **values: Any) -> str:
        """Return a text as this person reads it."""
        return self.person.words(key, **values)

    def button(self, name: str) -> str:
        """Return the words of a button."""
        return self.person.button(name)

    def gist(self, key: str) -> str:
        """Return the longest part of a text that is the same whatever its blanks hold."""
        return self.person.gist(key)

    async def starts(self, *, brief: telling.Brief = False) -> telling.Heard:
        """Press Start."""
        await self.person.phone.start()
        return await self._did("presses *Start*", brief)

    async def opens(self, token: str, *, brief: telling.Brief = False) -> telling.Heard:
        """Open a clinic's link."""
        await self.person.phone.start(token)
        return await self._did("opens the clinic's link and presses *Start*", brief)

    async def writes(self, text: str, *, brief: telling.Brief = False, shown: str = "") -> telling.Heard:
        """Write a text or a command; a random one is told as `shown`."""
        await self.person.phone.say(text)
        return await self._did(f"writes {shown}" if shown else f"writes “{text}”", brief)

    async def taps(self, button: str, *, brief: telling.Brief = False) -> telling.Heard:
        """Tap the newest button, named by its key (`agree`) or by its words."""
        words = self.words(f"button.{button}") if acting.CATALOG.has("en", f"button.{button}") else button
        await self.person.phone.tap(words)
        return await self._did(f"taps **{words}**", brief)

    async def registers(self, when: str, *, hour: time = time(8, 30), save: bool = True) -> telling.Heard:
        """Go the whole way of a first session, told in one sentence; return what came last."""
        with self.hurrying():
            await self.starts()
            await self.taps("agree")
            await self.writes(when)
            await self.writes(self.city)
            await self.taps("zone-yes")
            heard = await self.taps(self.person.clock(hour))
            if save:
                await self.taps("save")
                heard = await self.taps("skip")
        return heard

    async def claims(self, invited: invites.Created, *, hour: time = time(8, 30)) -> telling.Heard:
        """Take a clinic's invite up with the desk code, told in one sentence; return what came last."""
        with self.hurrying():
            await self.opens(invited.token)
            await self.taps("agree")
            await self.writes(invited.desk_code, shown="the code of the desk")
            await self.taps("zone-yes")
            return await self.taps(self.person.clock(hour))

    @contextlib.contextmanager
    def hurrying(self, *, brief: telling.Brief = False) -> Iterator[None]:
        """Tell the deeds of the block in one sentence, and of the answers the last."""
        self.page.hurry()
        yield
        self.page.rest(self.name, brief=brief)

    def flies(self, city: str) -> None:
        """Live by the clocks of another city from now on."""
        self.city, self.phone.zone = city, ZONES[city]

    async def waits(self, until: str, *, brief: telling.Brief = False) -> telling.Heard:
        """Let time pass until a local moment; what falls due before it comes when it is due."""
        heard = telling.Heard()
        async for _ in self.stage.moments(stage.instant(until, ZONES[self.city])):
            came = await self._hears()
            if came.said:
                self._at()
                self.page.heard(came, brief=brief)
            heard = heard.and_(came)
        return heard

    async def hears(self, phone: str = "") -> telling.Heard:
        """Look at the phone after somebody else did something; it is told as `phone`."""
        await self.stage.settled()
        heard = await self._hears()
        self._at()
        self.page.tell(f"{phone or 'The phone of ' + self.name}:")
        self.page.heard(heard)
        return heard

    async def _did(self, deed: str, brief: telling.Brief) -> telling.Heard:
        await self.stage.settled()
        heard = await self._hears()
        self._at()
        self.page.did(self.name, deed, heard, brief=brief)
        return heard

    async def _hears(self) -> telling.Heard:
        held = self.person.phone
        return self._ear.hear(await held.messages(), await held.toasts())

    def _at(self) -> None:
        self.page.at(self.stage.now, ZONES[self.city], self.city)


async def enters(on: stage.Stage, name: str, *, called: str = "", city: str = "Madrid", language: str = "en") -> Hero:
    """Let somebody enter whose phone speaks `language`; `called` is their name in Telegram, if it is another."""
    person = await on.story.person(called or name, language=language)
    address = f"{on.story.simulated.base_url}/phone/{person.phone.person}"
    phone = stage.Phone(address, ZONES[city], language)
    on.phones.append(phone)
    return Hero(on, person, name, city, phone)
