"""A SIGKILL in the middle of every dialogue: nothing is lost, nothing doubled, the dialogue goes on.

Many people talk at once and the process is killed a few times, so that each step of each dialogue meets a kill: a
new process waits for the seat of the dead one, some seconds each time.
"""

import asyncio
import collections
import dataclasses
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path

from reminderbot.simulator import client
from tests.journeys import acting
from tests.journeys.acting import CITY, LANGUAGES, SESSION, Operator, Person
from tests.journeys.conftest import Process

PATIENCE = 120.0  # machine seconds in which a new process must answer: the seat's lease, the start, a busy machine
PAUSE = 8.0  # machine seconds for which Telegram asks the bot to wait

KILLS = 4  # whoever registers meets them after steps 1, 3, 5 and 7, or after 2, 4, 6 and 8

MORNING = acting.time(8, 30)

Deed = Callable[[Person], Awaitable[object]]


class Kill(StrEnum):
    """Where the kill meets a step."""

    ANSWERED = "answered"  # right after the answer
    UNREAD = "unread"  # Telegram has the update, and the process has confirmed nothing
    UNSENT = "unsent"  # its effects are kept, and the answer is still owed


@dataclasses.dataclass(frozen=True)
class Step:
    """What a person does, and what shows that it was understood: a text or buttons."""

    deed: Deed
    shows: str


@dataclasses.dataclass
class Walk:
    """Somebody on their way through a dialogue, `stride` steps between two kills, at first `first`."""

    person: Person
    steps: list[Step]
    kill: Kill
    first: int = 1
    stride: int = 1
    begun: bool = False

    @property
    def is_over(self) -> bool:
        return not self.steps

    def takes(self) -> list[Step]:
        """Return the steps until the next kill."""
        count = self.stride if self.begun else self.first
        taken, self.steps, self.begun = self.steps[:count], self.steps[count:], True
        return taken


def says(text: str, shows: str) -> Step:
    return Step(lambda person: person.phone.say(text), shows)


def taps(name: str, shows: str) -> Step:
    return Step(lambda person: person.phone.tap(person.button(name), wait=0), shows)


def picks_the_hour(shows: str) -> Step:
    return Step(lambda person: person.phone.tap(person.clock(MORNING), wait=0), shows)


def opens(payload: str, shows: str) -> Step:
    return Step(lambda person: person.phone.start(payload), shows)


REGISTERS = [
    opens("", "button.agree"),
    taps("agree", "button.today"),
    says(SESSION, "prompt.zone"),
    says(CITY, "button.zone-yes"),
    taps("zone-yes", "button.hour-other"),
    picks_the_hour("button.save"),
    taps("save", "prompt.phone-first"),
    taps("skip", "done.no-phone"),
]
TALKS = {
    "move": [
        says("/move", "button.today"),
        says("2026-11-30 11:00", "button.save-move"),
        taps("save-move", "done.moved"),
    ],
    "zone": [says("/timezone", "button.zone-yes"), says("London", "prompt.zone-found"), taps("zone-yes", "done.zone")],
    "settings": [says("/settings", "button.set-hour"), taps("set-hour", "prompt.hour"), picks_the_hour("done.hour")],
    "stop": [says("stop", "button.undo"), taps("undo", "button.timeline")],
    "worry": [says("/worried", "worry.nobody"), taps("add-phone", "prompt.phone"), says("600111222", "done.phone")],
    "forget": [says("/forget", "button.forget-yes"), taps("forget-yes", "done.forgotten")],
}


def claims(invited: dict[str, str]) -> list[Step]:
    """Return the steps of a clinic's patient."""
    return [
        opens(acting.payload(invited), "button.agree"),
        taps("agree", "prompt.proof"),
        says(invited["desk_code"], "button.zone-yes"),
        taps("zone-yes", "button.hour-other"),
        picks_the_hour("done.hour"),
    ]


async def test_a_kill_in_the_middle_of_every_dialogue_loses_nothing(
    process: Process, operator: Operator, clinic_template: Path, sqlite_url: str, simulated: client.Simulated
) -> None:
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(clinic_template.read_bytes())
    process.start()
    walks = [*await newcomers(simulated), *await regulars(simulated), *await invited(simulated, operator)]

    people = [walk.person for walk in walks]
    while walks := [walk for walk in walks if not walk.is_over]:
        await one_kill(process, simulated, walks)

    await asyncio.gather(*(nothing_is_lost_or_doubled(person) for person in people))


async def newcomers(simulated: client.Simulated) -> list[Walk]:
    """Return people who register; two steps between two kills, begun at the first or at the second."""
    walks = []
    for language in LANGUAGES:
        for kill in Kill:
            for first in (1, 2):
                ana = Person(await simulated.person("Ana", language_code=language), language)
                walks.append(Walk(ana, [*REGISTERS], kill, first=first, stride=2))
    return walks


async def regulars(simulated: client.Simulated) -> list[Walk]:
    """Return people who have registered and now begin one other dialogue each."""
    kills, walks = (Kill.UNREAD, Kill.UNSENT), []
    for at, language in enumerate(LANGUAGES):
        for number, steps in enumerate(TALKS.values()):
            ana = Person(await simulated.person("Ana", language_code=language), language)
            walks.append(Walk(ana, [*steps], kills[(at + number) % 2]))
    await asyncio.gather(*(goes(Walk(walk.person, [], Kill.ANSWERED), REGISTERS) for walk in walks))
    return walks


async def invited(simulated: client.Simulated, operator: Operator) -> list[Walk]:
    """Return patients of a clinic who open their links."""
    walks = []
    for language, kill in zip(LANGUAGES, (Kill.UNREAD, Kill.UNSENT), strict=True):
        ana = Person(await simulated.person("Ana", language_code=language), language)
        walks.append(Walk(ana, claims(await operator.invites(lang=language)), kill, first=2))
    return walks


async def one_kill(process: Process, simulated: client.Simulated, walks: list[Walk]) -> None:
    """Let everyone go on to their next kill, kill the process, start it again, and let everyone be answered."""
    taken = [(walk, walk.takes()) for walk in walks]
    await asyncio.gather(*(goes(walk, steps if walk.kill is Kill.ANSWERED else steps[:-1]) for walk, steps in taken))
    last = {kill: [(walk.person, steps[-1]) for walk, steps in taken if walk.kill is kill] for kill in Kill}
    await quiet(simulated)
    await owe(simulated, last[Kill.UNSENT])
    process.freeze()
    for person, step in last[Kill.UNREAD]:
        await step.deed(person)
    process.kill()
    await simulated.heal()
    process.start()
    await asyncio.gather(*(shown(person, step) for person, step in last[Kill.UNSENT] + last[Kill.UNREAD]))


async def goes(walk: Walk, steps: list[Step]) -> None:
    for step in steps:
        await step.deed(walk.person)
        await shown(walk.person, step)


async def shown(person: Person, step: Step) -> None:
    """Wait until the bot shows that it has understood."""
    if step.shows.startswith("button."):
        await person.asked(step.shows.removeprefix("button."), timeout=PATIENCE)
    else:
        gist = person.gist(step.shows)
        await person.phone.wait_for(lambda message: gist in message.text, timeout=PATIENCE)


async def owe(simulated: client.Simulated, steps: list[tuple[Person, Step]]) -> None:
    """Let people do what is served but not answered: Telegram has asked the bot to pause."""
    if not steps:
        return
    await simulated.fault("too_many", method="*Message*", chat=steps[0][0].phone.person, times=1, seconds=PAUSE)
    await steps[0][1].deed(steps[0][0])
    assert await acting.eventually(lambda: paused(simulated), seconds=PATIENCE)
    await quiet(simulated)
    await asyncio.gather(*(step.deed(person) for person, step in steps[1:]))
    assert await acting.eventually(lambda: read(simulated), seconds=PAUSE)
    await quiet(simulated)


async def quiet(simulated: client.Simulated) -> None:
    """Wait until the bot has called nothing for a while: what was read is served, what was answered is recorded."""
    seen = -1
    while seen != (seen := len([call for call in await simulated.calls() if call["method"] != "getUpdates"])):
        await asyncio.sleep(0.7)


async def paused(simulated: client.Simulated) -> bool:
    faults = await simulated.get("/control/faults")
    return any(fault["met"] for fault in faults)


async def read(simulated: client.Simulated) -> bool:
    return not await simulated.updates()


async def nothing_is_lost_or_doubled(person: Person) -> None:
    """Every answer stands in the chat once, and there is the one session, or none for who had it all erased."""
    texts = collections.Counter(await person.bot_texts())
    expected = 0 if person.gist("done.forgotten") in "".join(texts) else 1
    await person.phone.say("/timeline")
    shown = await person.phone.wait_for(timeout=PATIENCE)
    assert [text for text, count in texts.items() if count > 1] == []
    assert shown.text.count(person.words("title.ride-home")) == expected
