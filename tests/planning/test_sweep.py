"""The laws of time hold over all zones; `python -m tests.planning.sweep --cases 1000000` asks for more."""

from tests import sizes
from tests.planning import sweep

CASES = sizes.of(7_000, whole=50_000)


def test_the_laws_of_time_hold_over_all_zones() -> None:
    found = sweep.sweep(CASES)

    assert found.broken == []
    assert (found.cases, len(found.zones) > 590, set(found.acts)) == (CASES, True, set(sweep.drawing.Act))
