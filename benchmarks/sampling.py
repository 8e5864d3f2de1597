"""Where the CPU time of this process goes: its stack looked at every few milliseconds of computing."""

import collections
import contextlib
import dataclasses
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

EVERY = 0.003  # seconds of CPU time
OURS = "reminderbot"
LIBRARIES = ("sqlalchemy", "psycopg", "asyncio", "selectors", "liquid", "babel", "cryptography", OURS)


@dataclasses.dataclass
class Samples:
    """How often a library was at work, and a function of ours, with what it called."""

    count: int = 0
    libraries: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    functions: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)

    def told(self, most: int = 12) -> str:
        """Return the shares as two lines of prose."""
        if not self.count:
            return "too short to be looked at"
        libraries = ", ".join(f"{name} {self._share(n)}" for name, n in self.libraries.most_common(6))
        functions = ", ".join(f"`{name}` {self._share(n)}" for name, n in self.functions.most_common(most))
        return f"by library {libraries}; by function of ours with what it calls {functions}"

    def take(self, frame: FrameType | None) -> None:
        """Count one look at the stack."""
        if frame is None:
            return
        self.count += 1
        self.libraries[_library(frame.f_code.co_filename)] += 1
        seen = set()
        while frame is not None:
            if _library(frame.f_code.co_filename) == OURS:
                seen.add(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}")
            frame = frame.f_back
        self.functions.update(seen)

    def _share(self, count: int) -> str:
        return f"{100 * count / self.count:.0f} %"


@contextlib.contextmanager
def sampled() -> Iterator[Samples]:
    """Look at the main thread's stack until the block ends, by a timer that runs while this process computes.

    A second thread would see the stack only where the interpreter lets go of its lock: at the driver's calls.
    """
    samples = Samples()
    before = signal.signal(signal.SIGPROF, lambda _, frame: samples.take(frame))
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield samples
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _library(path: str) -> str:
    parts = Path(path).with_suffix("").parts
    found = [part for part in parts if part in LIBRARIES]
    return found[-1] if found else parts[-1]
