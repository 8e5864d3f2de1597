"""Short stories, each around one moment at which a rule of the protocol decides; every law holds at their ends."""

import asyncio
import contextlib
import dataclasses
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from reminderbot import clocks
from reminderbot.gateway import transport
from reminderbot.planning import life
from reminderbot.services import access, people, stopping, treatments
from reminderbot.store import tables, vault
from reminderbot.store.work import Store, Work
from tests.chaos import looking, rig, rows, runs, truth, worker
from tests.chaos.people import instant

MANY = 40
SLOW = 4.0  # reminders a second: what is claimed at once then waits for two
FEW, SLOWER = 12, 1.5  # once the first of the eight that are claimed at once is sent, the last wait for three seconds
SOON = timedelta(seconds=5)  # by which even a busy machine sends, and long before all is sent


@dataclasses.dataclass
class Story:
    """One scenario being played, on the shipped code or on a mutant of it."""

    house: rig.Rig
    database: looking.Database
    mutant: str | None = None
    steady: bool = False
    deaths: bool = False

    def fill(self, count: int, **changed: Any) -> None:
        """Insert reminders."""
        rows.fill(self.house.url, self.house.key, count, **changed)

    def start(self, **times: Any) -> rig.Child:
        """Start a worker."""
        return self.house.start(spec={"mutant": self.mutant, **times})

    def hold(self, *, before: bool) -> None:
        """Have all that can be in flight held by the stand-in, and wait until it is."""
        for _ in range(transport.IN_FLIGHT):
            self.house.telegram.hold(before=before)
        rig.until(lambda: self.house.journal.count("held") >= transport.IN_FLIGHT)

    def claimed(self, victim: rig.Child, count: int) -> list[looking.Row]:
        """Wait until a worker has claimed so many that it does not send yet; return them, the last to go last."""

        def look() -> list[looking.Row]:
            found = [row for row in self.database.leased(victim.pid) if row.state is life.State.CLAIMED]
            return sorted(found, key=lambda row: row.id) if len(found) >= count else []

        return list(rig.until(look, pause=0.001))

    def write(self, act: Callable[[Work], Any], *, once: Callable[[], Any] = lambda: None) -> None:
        """Do something in a transaction of somebody else's, who has the database open and waits for `once`."""
        asyncio.run(self._write(act, once))

    async def _write(self, act: Callable[[Work], Any], once: Callable[[], Any]) -> None:
        store = await Store.open(self.house.url, vault.Masters.read(self.house.key))
        try:
            async with store.reading():
                pass  # connected, and all that is done but once is done
            once()
            async with store.writing() as work:
                await act(work)
        finally:
            await store.close()


Play = Callable[[Story], None]


def killed_once_accepted(story: Story) -> None:
    """A sender dies with all its calls accepted and none answered; the next one takes over."""
    _killed(story, before=False, accept=True)


def killed_before_accepted(story: Story) -> None:
    """A sender dies while Telegram reads its calls, and Telegram accepts none."""
    _killed(story, before=True, accept=False)


def _killed(story: Story, *, before: bool, accept: bool, twice: bool = False) -> None:
    story.deaths = True
    story.fill(MANY, twice=twice)
    sender = story.start()
    story.hold(before=before)
    sender.kill()
    story.house.telegram.release(accept=accept)
    story.start()


def killed_before_one_message_says_two(story: Story) -> None:
    """The same, where each message says the reminders of two sessions."""
    _killed(story, before=True, accept=False, twice=True)


def frozen_past_its_lease(story: Story) -> None:
    """A sender sleeps past its lease, another sends again what it had sent, and then it wakes up without an answer."""
    story.fill(MANY, budget=1)
    sleeper = story.start()
    story.hold(before=False)
    sleeper.send(signal.SIGSTOP)
    story.start()
    with contextlib.suppress(TimeoutError):
        rig.until(lambda: not story.database.left(held=False), seconds=20)
    sleeper.send(signal.SIGCONT)
    time.sleep(worker.Brisk().call)  # its calls have run into their time-outs by now
    sleeper.stop()  # however slow the machine, it has written down what it takes for their outcome
    if not story.house.living:  # it slept in a transaction, and the other could not open an SQLite that is locked
        story.start()
    story.house.telegram.release()


def changed_after_the_claim(story: Story) -> None:
    """Somebody stops, somebody's treatment is cancelled, somebody withdraws consent: claimed, and not yet sent.

    What is claimed together is prepared together before the first of it goes, and no more is claimed until the last is
    gone: once one is accepted, all that can change has been read of those that are still claimed.
    """
    story.fill(FEW)
    claimed: list[looking.Row] = []

    def once() -> None:
        sender = story.start(pace=SLOWER)
        rig.until(lambda: story.house.journal.count("accepted"), pause=0.001)
        claimed.extend(story.claimed(sender, 3)[-3:])

    async def act(work: Work) -> None:
        stopped, cancelled, withdrawn = claimed
        for each in (stopped, cancelled, withdrawn):
            await people.chat(work, _who(each), lock=True)
        now = await instant(work)
        await stopping.stop(work, _who(stopped), now=now)
        await treatments.cancel(work, _who(cancelled), f"c{cancelled.id[1:]}", now=now)
        chat, consent = _who(withdrawn).chat_id, {"wording": "a", "language": "en", "given_at": now}
        await work.run(insert(tables.consents).values(chat_id=chat, withdrawn_at=now, **consent))
        await work.run(update(tables.chats).where(tables.chats.c.id == chat).values(consented_at=None))

    story.write(act, once=once)


def night_falls(story: Story) -> None:
    """Quiet hours begin while claimed reminders wait for their turn."""
    story.fill(MANY)
    begin = clocks.machine() + SOON
    quiet = {"quiet_from": begin.time(), "quiet_to": (begin + timedelta(hours=2)).time()}
    story.write(lambda work: work.run(update(tables.patients).values(quiet)))
    story.start(pace=SLOW)


def too_late(story: Story) -> None:
    """Reminders lose their use while they wait for their turn."""
    story.fill(MANY, useful_until=clocks.machine() + SOON)
    story.start(pace=SLOW)


def trouble_on_the_wire(story: Story) -> None:
    """Answers are lost, calls hang, Telegram refuses: each time nobody but the outcome table knows what it means."""
    story.fill(MANY)
    order = story.house.telegram.order
    order(rows.CHATS + 1, "cut_after", "cut_after", "cut_after")  # budget 1
    order(rows.CHATS + 2, *["refused"] * 50)
    order(rows.CHATS + 3, "cut_after", "cut_after")  # budget 0
    order(rows.CHATS + 6, "hang_after", "hang_after")  # budget 0
    order(rows.CHATS + 9, "cut_before", "cut_before")  # budget 0
    order(rows.CHATS + 12, "blocked")
    story.start()


def two_want_to_send(story: Story) -> None:
    """Two processes are there to send; one does, the other stands by."""
    story.steady = True
    story.fill(MANY)
    for _ in range(2):
        story.start(pace=8 * SLOW, seat=20.0)


ALL: tuple[Play, ...] = (
    killed_once_accepted,
    killed_before_accepted,
    killed_before_one_message_says_two,
    frozen_past_its_lease,
    changed_after_the_claim,
    night_falls,
    too_late,
    trouble_on_the_wire,
    two_want_to_send,
)


def played(play: Play, house: rig.Rig, *, mutant: str | None = None, seconds: float) -> truth.Report:
    """Play a story to its end, which may take `seconds`, and hold it against the laws."""
    database = looking.Database(house.url)
    try:
        story = Story(house, database, mutant)
        play(story)
        runs.drain(house, database, seconds=seconds)
        house.stop()
        return truth.check(database, house, steady=story.steady, deaths=story.deaths)
    finally:
        database.close()


def _who(row: looking.Row) -> access.Person:
    return access.Person(f"b{row.id[1:]}")
