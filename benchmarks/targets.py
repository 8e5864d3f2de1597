"""What we set out to reach, whether it was reached, and where the time goes of what was missed."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from benchmarks import console, everyone, measures
from benchmarks.figures import Figures
from benchmarks.ours import Ours
from benchmarks.sampling import Samples, sampled

PROFILED = 1_000  # reminders drained, or 100 treatments, for a profile


@dataclasses.dataclass(frozen=True)
class Target:
    """A bound on a measure of ours, or on how many times better we are than a rival."""

    key: str
    bound: float
    rival: str | None = None
    whose: str = everyone.OURS

    def reached(self, figures: Figures) -> float | None:
        """Return the figure that is compared with the bound; None if it was not measured."""
        if self.rival is not None:
            return figures.times_better(self.key, everyone.OURS, self.rival)
        return figures.median(self.key, self.whose)

    def is_met(self, figures: Figures) -> bool | None:
        """Tell whether it was met; None if it was not measured."""
        reached = self.reached(figures)
        if reached is None:
            return None
        more = self.rival is not None or figures.measures[self.key].more_is_better
        return reached >= self.bound if more else reached <= self.bound

    def told(self, figures: Figures) -> str:
        """Return the target in words."""
        measure = figures.measures[self.key]
        if self.rival is not None:
            return f"{measure.words}: ≥ {self.bound:g} × {self.rival}'s"
        where = "" if self.whose == everyone.OURS else f" ({self.whose})"
        return f"{measure.words}{where}: {'≥' if measure.more_is_better else '≤'} {self.bound:g} {measure.unit}"


TARGETS = (
    *(Target(key, 20, "APScheduler") for key in ("schedule", "bulk", "move")),
    *(Target(key, 10, "Procrastinate") for key in ("schedule", "bulk", "move")),
    Target("look-1000000", 3),
    *(Target(f"drain-{count}", 1_000) for count in (2_000, 10_000)),
    *(Target(f"drain-{count}", 1, "PgQueuer") for count in (2_000, 10_000)),
    Target("late-p99", 50),
    Target("window", 30),
    Target("window-live", 30),
    Target("rate", 97),
    Target("reply-p99", 2),
    *(
        Target(f"console-{key}-p95", 100, whose=whose)
        for whose in (everyone.OURS, everyone.ON_SQLITE)
        for key in console.LOOKS
    ),
)


async def profiles(bench: measures.Bench) -> dict[str, Samples]:
    """Return, by the kind of measure, where the time goes of what missed its target."""
    missed = {target.key.partition("-")[0] for target in TARGETS if target.is_met(bench.figures) is False}
    return {kind: await deed(bench) for kind, deed in _DEEDS.items() if kind in missed}


async def _scheduling(bench: measures.Bench) -> Samples:
    async with bench.opened(Ours) as (each, _):
        await each.expect(PROFILED // 10)
        with sampled() as samples:
            for _ in range(PROFILED // 10):
                await each.schedule(1)
    return samples


async def _moving(bench: measures.Bench) -> Samples:
    async with bench.opened(Ours) as (each, _):
        await each.expect(PROFILED // 10)
        await each.schedule(PROFILED // 10)
        with sampled() as samples:
            for _ in range(PROFILED // 10):
                await each.move()
    return samples


async def _draining(bench: measures.Bench) -> Samples:
    async with bench.opened(Ours) as (each, _):
        await each.pending(PROFILED, due=datetime.now(UTC) - timedelta(minutes=1))
        with sampled() as samples:
            await measures.drained(each, PROFILED)
    return samples


async def _lagging(bench: measures.Bench) -> Samples:
    async with bench.opened(Ours) as (each, _):
        with sampled() as samples:
            await measures.lags(each, PROFILED)
    return samples


_DEEDS: dict[str, Callable[[measures.Bench], Awaitable[Samples]]] = {
    "schedule": _scheduling,
    "move": _moving,
    "drain": _draining,
    "late": _lagging,
}
