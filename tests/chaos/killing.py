"""Kills aimed at every state of a reminder on its way, told by the database and the stand-in, and kills at random."""

import collections
import contextlib
import random
import signal
import time
from collections.abc import Callable, Iterator
from enum import StrEnum

from sqlalchemy import select

from reminderbot.planning import life
from reminderbot.store import tables
from tests.chaos import looking, rig, rows

SIGHT = 5.0  # seconds that an aim waits for its moment; then it kills all the same, and what it met is counted
GLANCE = 0.0005  # seconds between looks for a moment that lasts a few milliseconds


class Met(StrEnum):
    """What a killed sender had in hand, in the order of a reminder's way; one kill may meet several."""

    IDLE = "nothing claimed"
    CLAIMED = "claimed, no intent"
    UNSEEN = "intent committed, not yet at Telegram"
    REACHED = "at Telegram, not accepted"
    ACCEPTED = "accepted, not answered"
    ANSWERED = "answered, not recorded"


class Killer:
    """Kills whoever holds the sender's seat, each time at another point of a reminder's way."""

    def __init__(self, run: rig.Rig, database: looking.Database, *, seed: int = 1) -> None:
        self._run, self._database = run, database
        self._chance = random.Random(seed)
        self.met: collections.Counter[Met] = collections.Counter()
        self.kills = 0
        self._aims: list[Callable[[rig.Child], None]] = [
            self._at_random,
            self._while_claimed,
            self._before_it_leaves,
            self._while_it_is_read,
            self._at_random,
            self._while_intending,
            self._once_accepted,
            self._while_recording,
        ]

    def kill(self, *, replaced: bool = True) -> None:
        """Kill the holder of the seat, count what it held, and start another."""
        victim = self.holder()
        self._aims[self.kills % len(self._aims)](victim)
        self.kills += 1
        if replaced:
            self._run.start()

    def holder(self) -> rig.Child:
        """Return the worker that sends; wait until there is one."""
        pids = {each.pid: each for each in self._run.living}
        return rig.until(lambda: pids.get(self._database.holder() or 0))

    def _at_random(self, victim: rig.Child) -> None:
        time.sleep(self._chance.random() * 0.3)
        self._shoot(victim)

    def _while_claimed(self, victim: rig.Child) -> None:
        self._await(lambda: {row.state for row in self._database.leased(victim.pid)} == {life.State.CLAIMED})
        self._shoot(victim)

    def _before_it_leaves(self, victim: rig.Child) -> None:
        """Freeze the stand-in: what is sent meanwhile waits in the kernel, and arrives from a dead sender."""
        telegram = self._run.telegram.child
        telegram.send(signal.SIGSTOP)
        try:
            self._await(lambda: self._sending(victim))
            self._shoot(victim)
        finally:
            telegram.send(signal.SIGCONT)

    def _while_it_is_read(self, victim: rig.Child) -> None:
        with self._held(before=True):
            self._shoot(victim)

    def _once_accepted(self, victim: rig.Child) -> None:
        with self._held(before=False):
            self._shoot(victim)

    def _while_recording(self, victim: rig.Child) -> None:
        """Lock the reminders, let the answer through, and kill whoever waits to write it down."""
        with self._held(before=False):
            held = self._run.journal.count("answered")
            with self._database.locked():
                self._run.telegram.release()
                self._await(lambda: self._run.journal.count("answered") > held)
                time.sleep(self._chance.random() * 0.02)
                self._shoot(victim)

    def _while_intending(self, victim: rig.Child) -> None:
        with self._database.locked():
            time.sleep(self._chance.random() * 0.05)
            self._shoot(victim)

    def _sending(self, victim: rig.Child) -> list[looking.Row]:
        return [row for row in self._database.leased(victim.pid) if row.state is life.State.SENDING]

    @contextlib.contextmanager
    def _held(self, *, before: bool) -> Iterator[None]:
        """Have the stand-in hold a message; afterwards it accepts it from the dead, or forgets it, by chance."""
        telegram = self._run.telegram
        count = self._run.journal.count("held")
        telegram.hold(before=before)
        self._await(lambda: self._run.journal.count("held") > count)
        try:
            yield
        finally:
            telegram.release(accept=self._chance.random() < 0.5)

    def _await(self, fits: Callable[[], object]) -> None:
        with contextlib.suppress(TimeoutError):
            rig.until(fits, seconds=SIGHT, pause=GLANCE)

    def _shoot(self, victim: rig.Child) -> None:
        """Kill, then look at what the dead one held; on SQLite the look may not wait for a lock that is ours."""
        victim.send(signal.SIGKILL)
        victim.wait()
        self.met.update({self._stage(row) for row in self._database.leased(victim.pid)} or {Met.IDLE})

    def _stage(self, row: looking.Row) -> Met:
        """Return how far a row of a dead sender had come."""
        if row.state is life.State.CLAIMED:
            return Met.CLAIMED
        at = tables.attempts.c
        began = self._database.all(select(at.began_at).where(at.reminder_id == row.id, at.number == row.attempts))
        self._run.journal.read()
        since = began[0].began_at.timestamp()
        events = {line["event"] for line in self._run.journal.chats[rows.chat(row.id)] if line["at"] >= since}
        stages = {"answered": Met.ANSWERED, "accepted": Met.ACCEPTED, "seen": Met.REACHED}
        return next((stage for event, stage in stages.items() if event in events), Met.UNSEEN)
