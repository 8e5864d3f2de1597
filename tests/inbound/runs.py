"""One run: updates arrive at the stand-in, whoever takes them is killed again and again, and all is served once."""

import contextlib
import dataclasses
import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from reminderbot import clocks
from reminderbot.planning import life
from reminderbot.store import bots, tables
from tests.chaos import looking, rig, rows
from tests.inbound import laws, traffic

DOORS = ("chat", "delivery")
SIGHT = 3.0  # seconds that an aim waits for its moment; then it kills all the same
SLOWEST = 8.0  # updates a second that the last drain must reach, on a machine that does other things too
BURST = 40  # updates that arrive at once at most: a poll brings 100

_i, _o = tables.inbox.c, tables.outbox.c


@dataclasses.dataclass(frozen=True)
class Plan:
    """How many kills while how many updates arrive, and by how many workers they are taken."""

    kills: int
    updates: int
    workers: int = 1
    seed: int = 1


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a run."""

    plan: Plan
    report: laws.Report
    kills: int
    seconds: float


def kills(zygote: rig.Zygote, folder: Path, url: str, plan: Plan) -> Outcome:
    """Kill by SIGKILL whoever polls, serves and replies, while updates arrive."""
    began, written = time.monotonic(), traffic.Traffic(plan.updates)
    later = clocks.machine() + timedelta(days=30)
    with rig.opened(zygote, folder, url) as house:
        rows.fill(url, house.key, written.chats, due_at=later, useful_until=later + timedelta(days=1))
        run = _Run(house, written, plan)
        run.all()
        report = laws.check(run.database, house, written)
        run.database.close()
    return Outcome(plan, report, run.killed, time.monotonic() - began)


class _Run:
    """The kills of a run, aimed at an update's whole way."""

    def __init__(self, house: rig.Rig, written: traffic.Traffic, plan: Plan) -> None:
        self.house, self.written, self.plan = house, written, plan
        self.database = looking.Database(house.url)
        self.killed = 0
        self._chance = random.Random(plan.seed)
        self._sent = 0  # updates that have arrived at the stand-in
        self._aims: list[Callable[[], None]] = [
            self._at_random,
            self._once("handed"),  # at the worker, not stored yet
            self._while_stored,
            self._once("accepted"),  # a reply is at Telegram, and not recorded
            self._once("confirmed"),
        ]

    def all(self) -> None:
        """Kill as often as planned while all updates arrive, then let the rest be served."""
        for _ in range(self.plan.workers):
            self.house.start(doors=DOORS)
        for blow in range(self.plan.kills):
            self._arrive(self.written.count * (blow + 1) // self.plan.kills)
            victim = self._victim(blow)
            with contextlib.suppress(TimeoutError):
                self._aims[blow % len(self._aims)]()
            victim.kill()
            self.killed += 1
            self.house.start(doors=DOORS)
        self._arrive(self.written.count)
        with contextlib.suppress(TimeoutError):
            rig.until(self._is_done, seconds=60 + self.written.count / SLOWEST, pause=0.1)
        self.house.stop()

    def _arrive(self, up_to: int) -> None:
        while self._sent < up_to:
            last = min(up_to, self._sent + BURST)
            self.house.telegram.updates([self.written.update(id) for id in range(self._sent + 1, last + 1)])
            self._sent = last

    def _victim(self, blow: int) -> rig.Child:
        """Return whoever polls, or in turn another that only serves; wait until there is one."""
        pids = {each.pid: each for each in self.house.living}
        poller = rig.until(lambda: pids.get(self.database.holder(bots.Duty.POLLER) or 0))
        others = [each for each in pids.values() if each is not poller]
        return others[0] if others and blow % 3 == 2 else poller

    def _at_random(self) -> None:
        time.sleep(self._chance.random() * 0.3)

    def _once(self, event: str) -> Callable[[], None]:
        def wait() -> None:
            before = self.house.journal.count(event)
            rig.until(lambda: self.house.journal.count(event) > before, seconds=SIGHT, pause=0.0005)
            time.sleep(self._chance.choice((0, 0.002, 0.01)))

        return wait

    def _while_stored(self) -> None:
        """Wait until updates are stored and not served."""
        rig.until(self._waiting, seconds=SIGHT, pause=0.0005)

    def _waiting(self) -> int:
        open_now = (_i.processed_at.is_(None), _i.parked_at.is_(None))
        return int(self.database.all(select(func.count()).select_from(tables.inbox).where(*open_now))[0][0])

    def _is_done(self) -> bool:
        stored = self.database.all(select(func.count()).select_from(tables.inbox))[0][0]
        owed = _o.state.in_([life.State.PLANNED, life.State.CLAIMED, life.State.SENDING])
        left = self.database.all(select(func.count()).select_from(tables.outbox).where(owed))[0][0]
        return stored == self.written.count and not self._waiting() and not left
