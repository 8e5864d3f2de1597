"""The laws can be broken: each mutant of the protocol breaks the one that names its rule; the shipped code none.

The suite plays one mutant a law; with WHOLE=1, as `make chaos` asks, all.
"""

from collections.abc import Iterator

import pytest

from tests import sizes
from tests.chaos import mutants, rig, scenarios
from tests.chaos.truth import Law

ENDS = 60.0  # seconds within which a story ends; it takes three or four
PLAYED = mutants.ALL if sizes.IS_WHOLE else mutants.one_a_law()
NEVER = 4.0  # seconds after which a row that a mutant has left behind counts as left: the lease, and once more


@pytest.mark.parametrize("play", scenarios.ALL, ids=lambda play: play.__name__)
def test_the_shipped_code_breaks_no_law(house: rig.Rig, play: scenarios.Play) -> None:
    report = scenarios.played(play, house, seconds=ENDS)

    assert not report.broken, str(report)


@pytest.mark.parametrize("mutant", PLAYED, ids=lambda mutant: mutant.name)
def test_a_mutant_breaks_the_law_of_its_rule(houses: Iterator[rig.Rig], mutant: mutants.Mutant) -> None:
    """A story rests on who is faster: on a busy machine it is told again, the shipped code breaks no law anyway."""
    seconds = NEVER if mutant.breaks is Law.FINAL else ENDS
    for house in houses:
        report = scenarios.played(mutant.story, house, mutant=mutant.name, seconds=seconds)
        if mutant.breaks in report.broken and not house.crashes:
            break

    assert mutant.breaks in report.broken, str(report)
    assert not house.crashes
