"""`python -m benchmarks`: measures, says each figure as it comes, and writes docs/benchmarks.md after a full run."""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from benchmarks import alive, console, database, everyone, flight, measures, policies, report, sizes, targets
from benchmarks.figures import Figures
from benchmarks.sampling import Samples

PARTS: dict[str, Callable[[measures.Bench], Awaitable[None]]] = {
    "schedule": measures.schedule,
    "look": measures.look,
    "drain": measures.drain,
    "late": measures.late,
    "live": alive.live,
    "flight": flight.flight,
    "console": console.console,
    "policies": policies.policies,
}
SIZES = {"full": sizes.FULL, "small": sizes.SMALL, "tiny": sizes.TINY}


def main(words: list[str] | None = None) -> Figures:
    """Measure what was asked for, and return the figures."""
    asked = _asked(words)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))  # what goes well is not told
    taking_part = everyone.everyone() if not asked.ours else (everyone.named(everyone.OURS),)
    with database.server() as server:
        bench = measures.Bench(server, taking_part, SIZES[asked.size], Figures())
        profiles = asyncio.run(_measured(bench, asked.only or list(PARTS)))
    if asked.values:
        bench.figures.keep(asked.values)
    if asked.report:
        report.write(bench.figures, profiles, asked.report)
    return bench.figures


async def _measured(bench: measures.Bench, parts: list[str]) -> dict[str, Samples]:
    for part in parts:
        await PARTS[part](bench)
    profiles = await targets.profiles(bench)
    for kind, samples in profiles.items():
        print(f"{kind} missed a target: {samples.told()}")
    return profiles


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be given again")
    parser.add_argument("--ours", action="store_true", help="without the rivals, on PostgreSQL")
    parser.add_argument("--small", dest="size", action="store_const", const="small", default="full", help="a tenth")
    parser.add_argument("--tiny", dest="size", action="store_const", const="tiny", help="only that it runs")
    parser.add_argument("--values", type=Path, help="a file for all values, as JSON")
    parser.add_argument("--report", type=Path, help="the page whose tables are written anew")
    return parser.parse_args(words)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
