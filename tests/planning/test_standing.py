"""Where a patient stands follows from the facts and the hour, and says itself when to look again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminderbot.planning.standing import Facts, Link, Standing, decide

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SOON = NOW + DAY
LINK = Link(made_at=NOW, is_dead=False, is_opened=False, is_declined=False)
WAITING = Facts(
    is_erased=False,
    has_chat=False,
    is_stopped=False,
    is_blocked=False,
    paused_until=None,
    latest_at=SOON,
    next_at=SOON,
    coming_until=SOON + DAY,
    last_due=SOON,
    link=LINK,
)


def facts(**changed: object) -> Facts:
    return Facts(**vars(WAITING) | changed)


CASES = {
    "erased": (facts(is_erased=True, has_chat=True), Standing.ENDED),
    "not opened": (facts(), Standing.INVITED),
    "opened": (facts(link=Link(NOW, False, True, False)), Standing.OPENED),
    "said no": (facts(link=Link(NOW, False, True, True)), Standing.DECLINED),
    "taken back": (facts(link=Link(NOW, True, True, False)), Standing.TO_INVITE),
    "no link yet": (facts(link=None), Standing.TO_INVITE),
    "session over": (
        facts(latest_at=NOW - 3 * DAY, next_at=None, link=Link(NOW - 2 * DAY, False, False, False)),
        Standing.NEVER,
    ),
    "late link": (facts(latest_at=NOW - 3 * DAY, next_at=None), Standing.INVITED),
    "called off": (facts(latest_at=None, next_at=None), Standing.ENDED),
    "joined": (facts(has_chat=True), Standing.JOINED),
    "stopped": (facts(has_chat=True, is_stopped=True), Standing.STOPPED),
    "blocked": (facts(has_chat=True, is_blocked=True), Standing.BLOCKED),
    "paused": (facts(has_chat=True, paused_until=SOON), Standing.PAUSED),
    "pause over": (facts(has_chat=True, paused_until=NOW), Standing.JOINED),
    "all said": (facts(has_chat=True, coming_until=None, last_due=None, next_at=None), Standing.ENDED),
    "blocked when over": (facts(has_chat=True, is_blocked=True, coming_until=None, next_at=None), Standing.ENDED),
}


@pytest.mark.parametrize("name", CASES)
def test_every_standing_has_its_cause(name: str) -> None:
    known, expected = CASES[name]

    assert decide(known, NOW).standing is expected


def test_whoever_has_not_joined_a_day_after_the_session_has_never_joined() -> None:
    first = decide(facts(), NOW)
    waits = decide(facts(next_at=None), SOON)
    last = decide(facts(next_at=None), SOON + DAY)

    assert first.until == SOON
    assert (waits.standing, waits.until) == (Standing.INVITED, SOON + DAY)
    assert (last.standing, last.until) == (Standing.NEVER, None)


INSTANTS = st.none() | st.integers(-100, 100).map(lambda hours: NOW + timedelta(hours=hours))


@given(
    st.builds(
        Facts,
        is_erased=st.booleans(),
        has_chat=st.booleans(),
        is_stopped=st.booleans(),
        is_blocked=st.booleans(),
        paused_until=INSTANTS,
        latest_at=INSTANTS,
        next_at=st.none() | st.integers(1, 100).map(lambda hours: NOW + timedelta(hours=hours)),
        coming_until=st.none() | st.integers(1, 100).map(lambda hours: NOW + timedelta(hours=hours)),
        last_due=INSTANTS,
        link=st.none()
        | st.builds(
            Link,
            made_at=st.integers(-100, 0).map(lambda hours: NOW + timedelta(hours=hours)),
            is_dead=st.booleans(),
            is_opened=st.booleans(),
            is_declined=st.booleans(),
        ),
    )
)
def test_a_standing_is_looked_at_again_later_and_within_a_day(known: Facts) -> None:
    until = decide(known, NOW).until

    assert until is None or NOW < until <= NOW + DAY
