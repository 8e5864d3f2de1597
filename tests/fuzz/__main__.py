"""`python -m tests.fuzz --cases 200000`: hostile texts, or `--of updates`, or taps, against the laws."""

import argparse
import concurrent.futures
import os
import pprint
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

from tests.fuzz import laws, serving, tapping

SEED = 20261126
TOLD = 20


OF: Final[dict[str, Any]] = {"texts": laws, "updates": serving, "taps": tapping}
"""What is fuzzed: each shares its cases out, judges a share, and tells one case again."""


def run(cases: int, *, of: str, seed: int, jobs: int) -> laws.Figures:
    """Judge `cases` cases in `jobs` processes."""
    found = laws.Figures()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(OF[of].share, OF[of].shares(seed, jobs, cases)):
            found.add(part)
    return found


def _told(found: laws.Figures, of: str, seed: int, seconds: float) -> Iterator[str]:
    for number, law in sorted(found.broken)[:TOLD]:
        yield f"BROKEN  {law[:300]}\n        python -m tests.fuzz --of {of} --seed {seed} --case {number}"
    for title, counts in (("Kinds", found.kinds), ("Ends", found.ended)):
        yield f"{title}: " + ", ".join(f"{what} {count:,}" for what, count in counts.most_common())
    yield f"Slowest step: {found.slowest[1]}, {found.slowest[0] * 1000:.0f} ms of the processor"
    yield f"{found.cases:,} hostile {of}, {seconds:.0f} s, {len(found.broken)} violations"


def main() -> int:
    """Judge as asked on the command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--of", choices=sorted(OF), default="texts")
    asked.add_argument("--cases", type=int, default=200_000)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--case", type=int, help="the number of one case, as a violation tells it")
    given = asked.parse_args()
    began = time.monotonic()
    if given.case is not None:
        case, found = OF[given.of].again(given.seed, given.case)
        sys.stdout.write(pprint.pformat(case, width=120) + "\n")
    else:
        found = run(given.cases, of=given.of, seed=given.seed, jobs=given.jobs)
    sys.stdout.write("\n".join(_told(found, given.of, given.seed, time.monotonic() - began)) + "\n")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
