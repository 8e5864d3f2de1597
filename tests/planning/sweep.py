"""Sweeps over all zones: `python -m tests.planning.sweep --cases 1000000`; `--case SEED:NUMBER` repeats one.

Prints cases, zones, seconds and violations, each violation with the words that repeat it; ends with 1 if there are any.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import importlib.resources
import os
import pprint
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reminderbot.planning import hours
from tests import zones
from tests.planning import drawing, laws, oracle

SEED = 20_260_301
BLOCK = 1_000  # cases between two changes of the rules in force
TOLD = 20  # violations that are printed
SHIFT = 7  # how far down the list, ordered by offset, a zone finds its later rules


@dataclasses.dataclass
class Swept:
    """What a sweep found: laws broken, by case, and how often each thing happened."""

    cases: int = 0
    zones: set[str] = dataclasses.field(default_factory=set)
    acts: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    broken: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    def add(self, other: "Swept") -> None:
        """Take in what another part found."""
        self.cases += other.cases
        self.zones |= other.zones
        self.acts += other.acts
        self.broken += other.broken


class Sweep:
    """All zones with their clocks of today, and with those of a later release that no zone shares with today's."""

    def __init__(self, folder: Path) -> None:
        hours.use_pinned_rules()
        self.zones = sorted(name for name in zoneinfo.available_timezones() if hours.is_zone(name))
        self.today = _clocks(self.zones)
        self.folder = folder
        ordered = sorted(self.zones, key=lambda name: (self.today[name].offsets[-2:], name))
        later = {name: ordered[(place + SHIFT) % len(ordered)] for place, name in enumerate(ordered)}
        zones.write(folder, later)
        self.later = {name: self.today[other] for name, other in later.items()}

    def run(self, seed: int, numbers: Sequence[int]) -> Swept:
        """Check cases of a seed."""
        found = Swept()
        for first in range(0, len(numbers), BLOCK):
            self._block(seed, numbers[first : first + BLOCK], found)
        return found

    def case(self, seed: int, number: int) -> drawing.Case:
        """Return one case."""
        return drawing.case(seed, number, self.zones, self.today)

    def _block(self, seed: int, numbers: Iterable[int], found: Swept) -> None:
        later = []
        for number in numbers:
            case = self.case(seed, number)
            found.cases += 1
            found.zones |= {case.anchor.zone, case.habits.zone}
            found.acts[case.act] += 1
            self._note(case, laws.planning(case, self.today), found)
            told = laws.meanwhile(case, self.today)
            if case.act is drawing.Act.RULES:
                later.append(told)
            else:
                self._note(case, laws.acting(told, self.today), found)
        with zones.in_force(self.folder):
            for told in later:
                self._note(told.case, laws.acting(told, self.later), found)

    @staticmethod
    def _note(case: drawing.Case, broken: Iterator[str], found: Swept) -> None:
        found.broken += [(case.name, law) for law in broken]


def sweep(cases: int, *, seed: int = SEED, jobs: int = 1) -> Swept:
    """Check `cases` cases in `jobs` processes."""
    found = Swept()
    shares = [range(job, cases, jobs) for job in range(jobs)]
    if jobs == 1:
        found.add(_share(seed, shares[0]))
        return found
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(_share, [seed] * jobs, shares):
            found.add(part)
    return found


def _share(seed: int, numbers: Sequence[int]) -> Swept:
    with tempfile.TemporaryDirectory() as folder:
        return Sweep(Path(folder)).run(seed, numbers)


def _clocks(names: Iterable[str]) -> dict[str, oracle.Clocks]:
    """Return the clocks of every zone; those under several names once."""
    by_data: dict[bytes, oracle.Clocks] = {}
    root = importlib.resources.files("tzdata.zoneinfo")
    return {
        name: by_data.get(data) or by_data.setdefault(data, oracle.Clocks(hours.zone(name)))
        for name in names
        for data in (root.joinpath(*name.split("/")).read_bytes(),)
    }


def _told(found: Swept, seconds: float) -> Iterator[str]:
    for name, law in found.broken[:TOLD]:
        yield f"BROKEN  {law}\n        python -m tests.planning.sweep --case {name}"
    acts = ", ".join(f"{act} {count}" for act, count in sorted(found.acts.items()))
    yield f"{found.cases} cases ({acts}), {len(found.zones)} zones, {seconds:.1f} s, {len(found.broken)} violations"


def main() -> int:
    """Sweep as asked on the command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=50_000)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--case", help="SEED:NUMBER, as a violation tells it")
    given = asked.parse_args()
    began = time.monotonic()
    if given.case:
        seed, number = (int(each) for each in given.case.split(":"))
        found = _share(seed, [number])
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(pprint.pformat(Sweep(Path(folder)).case(seed, number), width=120) + "\n")
    else:
        found = sweep(given.cases, seed=given.seed, jobs=given.jobs)
    sys.stdout.write("\n".join(_told(found, time.monotonic() - began)) + "\n")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
