"""How much is measured: the whole, a shorter run of it, and the least that shows that it runs."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Counts of a run; seconds where they say so."""

    rounds: int  # of what takes milliseconds
    bulk: int  # treatments scheduled in one go
    pending: tuple[int, ...]
    drains: tuple[int, ...]
    drain_rounds: int  # of what takes seconds
    late: int  # reminders, due at 100 a second
    idle_with: int  # pending, of those above
    idle_seconds: int
    paced: int  # reminders that are sent at the default pace, 25 a second, while nobody writes
    live: int  # the same while people write
    sends: int  # a step of the measure of sends in flight
    listed: int  # patients of the clinic whose list is looked at
    asked: int  # times that each look at it is asked for


FULL = Sizes(
    rounds=30,
    bulk=100,
    pending=(10_000, 100_000, 1_000_000),
    drains=(2_000, 10_000),
    drain_rounds=3,
    late=2_000,
    idle_with=100_000,
    idle_seconds=30,
    paced=1_000,
    live=5_000,
    sends=600,
    listed=100_000,
    asked=100,
)
SMALL = Sizes(
    rounds=10,
    bulk=20,
    pending=(1_000, 10_000),
    drains=(500,),
    drain_rounds=2,
    late=300,
    idle_with=10_000,
    idle_seconds=5,
    paced=250,
    live=250,
    sends=100,
    listed=10_000,
    asked=40,
)
TINY = Sizes(
    rounds=2,
    bulk=2,
    pending=(90,),
    drains=(20,),
    drain_rounds=1,
    late=20,
    idle_with=90,
    idle_seconds=0,
    paced=10,
    live=0,
    sends=8,
    listed=120,
    asked=2,
)
