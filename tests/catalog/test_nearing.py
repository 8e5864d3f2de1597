"""How near a text comes to the one line of each topic that is most alike."""

import pytest

from reminderbot.catalog import nearing

LINES = [
    ("sun", {"go", "sun"}),
    ("sun", {"beach"}),
    ("makeup", {"wear", "makeup"}),
    ("makeup", {"go", "out", "makeup"}),
]
WEIGHTS = dict.fromkeys(["go", "sun", "beach", "wear", "makeup", "out"], 1.0)
NEAREST = nearing.Nearest.of(LINES, WEIGHTS)


def test_the_nearest_line_counts_and_not_how_many_there_are() -> None:
    near = NEAREST.likeness({"beach": 1.0})

    assert near == {"sun": 1.0, "makeup": 0.0}


def test_a_line_that_says_more_is_less_near() -> None:
    near = NEAREST.likeness({"go": 1.0})

    assert near == {"sun": pytest.approx(0.5**0.5), "makeup": pytest.approx((1 / 3) ** 0.5)}


def test_what_stands_in_no_line_is_near_to_nothing() -> None:
    assert NEAREST.likeness({"pizza": 1.0}) == {"sun": 0.0, "makeup": 0.0}
