"""The runs: kills, freezes, orderly ends and a killed PostgreSQL, over thousands of reminders that all end."""

import collections
import contextlib
import dataclasses
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from reminderbot import clocks
from reminderbot.store import tables
from tests import postgres
from tests.chaos import killing, looking, rig, rows, truth, worker

SLOWEST = 20.0  # reminders a second that the last drain must reach at least, on a machine that does other things too
STOPS = 0.05  # of all reminders: how many are stopped or cancelled meanwhile
SHARE = 0.03  # of the calls that meet a fault on the wire
SAID = 4_000  # signs of what workers wrote that a report shows where one of them ended by itself
LATER = timedelta(days=400)  # after which nothing is useful any more


@dataclasses.dataclass(frozen=True)
class Plan:
    """How large a run is: its blows, over how many reminders, by how many workers, and whether calls meet faults."""

    blows: int
    reminders: int
    workers: int = 1
    faults: bool = False
    seed: int = 1


@dataclasses.dataclass
class Outcome:
    """What a run did and what became of it."""

    name: str
    blows: int
    seconds: float
    report: truth.Report
    met: collections.Counter[killing.Met] = dataclasses.field(default_factory=collections.Counter)
    stops: int = 0
    codes: collections.Counter[int | None] = dataclasses.field(default_factory=collections.Counter)
    in_unknown: int = 0  # attempts of orderly ended workers of which nobody knows what became of them
    crashes: list[int] = dataclasses.field(default_factory=list)
    said: str = ""  # the last that workers wrote, where one ended by itself

    @property
    def is_good(self) -> bool:
        """Tell whether every law was kept, and every orderly end was one."""
        return not (self.report.broken or set(self.codes) - {0} or self.in_unknown or self.crashes)


class Run:
    """One run: rows, workers, people, and the drain at the end."""

    def __init__(self, name: str, plan: Plan, house: rig.Rig, *, deaths: bool = False) -> None:
        self.name, self.plan, self.house, self.deaths = name, plan, house, deaths
        self.database = looking.Database(house.url)
        self.done = 0
        self._since = time.monotonic()

    def blows(self) -> Iterator[int]:
        """Yield once a blow is due, spread evenly over the way of all reminders to their ends."""
        rows.fill(self.house.url, self.house.key, self.plan.reminders)
        if self.plan.faults:
            self.house.telegram.faults(SHARE, seed=self.plan.seed)
        most = max(2, int(self.plan.reminders * STOPS))
        people = self.house.people(most=most, pause=self._pause(most), seed=self.plan.seed)
        for _ in range(self.plan.workers):
            self.house.start()
        for blow in range(self.plan.blows):
            self._await((blow + 0.3) * self.plan.reminders * (1 - 2 * STOPS) / (self.plan.blows + 1))
            yield blow
            self.done += 1
        people.stop()

    def ended(self) -> Outcome:
        """Let everything come to its end, a held reminder too, and hold the run against the laws."""
        self.house.telegram.faults(0)
        drain(self.house, self.database, seconds=60 + self.plan.reminders / SLOWEST)
        report = truth.check(self.database, self.house, deaths=self.deaths)
        stops = self._stops()
        self.database.close()
        took = time.monotonic() - self._since
        said = self.house.said[-SAID:] if self.house.crashes else ""
        return Outcome(self.name, self.done, took, report, stops=stops, crashes=self.house.crashes, said=said)

    def holder(self) -> rig.Child:
        """Return the worker that sends; wait until there is one."""
        pids = {each.pid: each for each in self.house.living}
        return rig.until(lambda: pids.get(self.database.holder() or 0))

    def _await(self, accepted: float) -> None:
        with contextlib.suppress(TimeoutError):
            rig.until(lambda: self.house.journal.count("accepted") >= accepted, pause=0.01)

    def _pause(self, most: int) -> float:
        """Return the seconds between two stops, so that the last comes before the last blow."""
        return min(1.0, self.plan.blows * 1.5 / most)

    def _stops(self) -> int:
        stopped = select(func.count()).where(tables.patients.c.stopped_at.is_not(None))
        cancelled = select(func.count()).where(tables.treatments.c.ended_at.is_not(None))
        return int(self.database.all(stopped)[0][0]) + int(self.database.all(cancelled)[0][0])


def drain(house: rig.Rig, database: looking.Database, *, seconds: float) -> None:
    """Wait until nothing is left to do, then let a year pass, so that what is held ends; what never ends is left."""
    if _is_drained(database, held=False, seconds=seconds):
        house.stop()
        if database.left(held=True):
            house.start(clock=(clocks.machine() + LATER).isoformat())
            _is_drained(database, held=True, seconds=rig.PATIENCE)
            house.stop()


def _is_drained(database: looking.Database, *, held: bool, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        return bool(rig.until(lambda: not database.left(held=held), seconds=seconds, pause=0.1))
    return False


def kills(zygote: rig.Zygote, folder: Path, url: str, plan: Plan) -> Outcome:
    """Kill the sender by SIGKILL again and again, aimed at every state."""
    with rig.opened(zygote, folder, url) as house:
        run = Run("SIGKILL", plan, house, deaths=True)
        killer = killing.Killer(house, run.database, seed=plan.seed)
        for _ in run.blows():
            killer.kill()
        outcome = run.ended()
    outcome.met = killer.met
    return outcome


def freezes(zygote: rig.Zygote, folder: Path, url: str, plan: Plan) -> Outcome:
    """Freeze the sender past its leases while another takes over, then let it go on."""
    with rig.opened(zygote, folder, url) as house:
        run = Run("SIGSTOP past the lease", plan, house)
        for blow in run.blows():
            victim = run.holder()
            house.telegram.hold(before=blow % 2 == 0)  # so that it holds an intent
            with contextlib.suppress(TimeoutError):
                held = house.journal.count("held")
                rig.until(lambda: house.journal.count("held") > held, seconds=killing.SIGHT)  # noqa: B023 - called at once
            victim.send(signal.SIGSTOP)
            time.sleep(worker.Brisk().lease.total_seconds() + 0.3)
            house.telegram.release()
            victim.send(signal.SIGCONT)
        return run.ended()


def terms(zygote: rig.Zygote, folder: Path, url: str, plan: Plan) -> Outcome:
    """End the sender by SIGTERM again and again: it records what is on its way, and ends with 0."""
    codes: collections.Counter[int | None] = collections.Counter()
    with rig.opened(zygote, folder, url) as house:
        run = Run("SIGTERM", plan, house)
        for _ in run.blows():
            codes[run.holder().stop()] += 1
            house.start()
        unknown = run.database.all(select(func.count()).where(tables.attempts.c.outcome == "unknown"))[0][0]
        outcome = run.ended()
    outcome.codes, outcome.in_unknown = codes, int(unknown)
    return outcome


def postmasters(zygote: rig.Zygote, folder: Path, server: postgres.Server, url: str, plan: Plan) -> Outcome:
    """Kill PostgreSQL itself, and start it again."""
    with rig.opened(zygote, folder, url) as house:
        run = Run("SIGKILL of PostgreSQL", plan, house)
        for _ in run.blows():
            server.kill()
            server.start()
        return run.ended()
