"""What was measured: values under a measure and a contender, and what they come to."""

import dataclasses
import json
import statistics
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Measure:
    """One thing that is measured; `more_is_better` tells which way a ratio reads."""

    key: str
    words: str
    unit: str
    more_is_better: bool = False


@dataclasses.dataclass
class Figures:
    """All values of a run, in the order in which they came."""

    measures: dict[str, Measure] = dataclasses.field(default_factory=dict)
    values: dict[tuple[str, str], list[float]] = dataclasses.field(default_factory=dict)

    def note(self, measure: Measure, contender: str, value: float) -> None:
        """Keep a value, and say it."""
        self.measures[measure.key] = measure
        self.values.setdefault((measure.key, contender), []).append(value)
        print(f"{measure.words:<58} {contender:<22} {value:>10.2f} {measure.unit}", flush=True)

    def median(self, key: str, contender: str) -> float | None:
        """Return the median of a measure; None if it was not measured."""
        found = self.values.get((key, contender))
        return statistics.median(found) if found else None

    def times_better(self, key: str, ours: str, theirs: str) -> float | None:
        """Return how many times better we are than they; None if one of the two was not measured."""
        mine, other = self.median(key, ours), self.median(key, theirs)
        if not mine or not other:
            return None
        return mine / other if self.measures[key].more_is_better else other / mine

    def contenders(self) -> list[str]:
        """Return who was measured, in the order in which they came."""
        return list(dict.fromkeys(name for _, name in self.values))

    def keep(self, path: Path) -> None:
        """Write all values, for whoever wants more than medians."""
        rows = [
            {**dataclasses.asdict(self.measures[key]), "contender": name, "values": values}
            for (key, name), values in self.values.items()
        ]
        path.write_text(json.dumps(rows, indent=1))


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
