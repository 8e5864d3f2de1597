"""What an onslaught did: how much was tried, what became of it, and which law did not hold."""

import collections
import dataclasses
from collections.abc import Iterator


@dataclasses.dataclass
class Figures:
    """The count of what became of each try, and the laws that were broken; `more` are figures of its own."""

    title: str
    tried: int = 0
    ended: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    broken: list[str] = dataclasses.field(default_factory=list)
    more: dict[str, str] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0

    def holds(self, law: bool, words: str) -> None:
        """Note that a law is broken unless it holds."""
        if not law:
            self.broken.append(words)

    def lines(self) -> Iterator[str]:
        """Yield the rows of a table: a figure and its value."""
        yield f"| {self.title} | {self.tried:,} in {self.seconds:.0f} s |"
        for what, count in self.ended.most_common():
            yield f"| – {what} | {count:,} |"
        for what, value in self.more.items():
            yield f"| – {what} | {value} |"
        yield f"| – violations | {len(self.broken)} |"
