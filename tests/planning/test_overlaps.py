"""Two sessions of one series: the newer one's care counts, each step is heard once a day, and a move undoes it all."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminderbot.planning import life, overlaps, plans, timeline
from tests.planning import cases

NEWER, ONE = life.Reason.NEWER_SESSION, life.Reason.ONE_MESSAGE
MONDAY = date(2026, 11, 23)
MAKE_UP_AGAIN = cases.day_step(5)
PLAN = plans.Plan("microneedling", (*cases.PLAN.steps, MAKE_UP_AGAIN))


def session(day: int, at: time = time(10), *, name: str = "", plan: plans.Plan = PLAN) -> overlaps.Session:
    """A session so many days after Monday, planned long before; its rows are called `session:step`."""
    anchor = timeline.Anchor(MONDAY + timedelta(days=day), at, cases.MADRID)
    called = name or f"{day}"
    slots = timeline.slots(plan, anchor, cases.ANA, now=cases.LONG_BEFORE)
    return overlaps.Session(called, plan.key, timeline.start(anchor), tuple(said(called, each) for each in slots))


def said(session: str, slot: timeline.Slot) -> overlaps.Said:
    return overlaps.Said(
        id=f"{session}:{slot.step.key}",
        step_key=slot.step.key,
        round=1,
        due=slot.due,
        useful_until=slot.useful_until,
        state=slot.state,
        reason=slot.reason,
        accepted=False,
        is_care=slot.step.part is plans.Part.CARE,
        is_before=timeline.is_before(slot.step),
    )


def standing(of: overlaps.Session, step: str, state: life.State, *, accepted: bool = False) -> overlaps.Session:
    """The session with one row in another state."""
    rows = (
        dataclasses.replace(row, state=state, accepted=accepted) if row.step_key == step else row for row in of.rows
    )
    return dataclasses.replace(of, rows=tuple(rows))


def decided(*sessions: overlaps.Session, now: datetime = cases.LONG_BEFORE) -> list[overlaps.Ruling]:
    return overlaps.decide(sessions, zone=cases.MADRID, now=now)


def retired(*sessions: overlaps.Session) -> dict[str, life.Reason | None]:
    return {each.id: each.reason for each in decided(*sessions)}


def done(sessions: Sequence[overlaps.Session], rulings: Sequence[overlaps.Ruling]) -> list[overlaps.Session]:
    """The sessions after a caller has written the rulings."""
    ruled = {each.id: each for each in rulings}

    def row(of: overlaps.Said) -> overlaps.Said:
        if of.id not in ruled:
            return of
        reason = ruled[of.id].reason
        return dataclasses.replace(of, state=life.State.SUPERSEDED if reason else life.State.PLANNED, reason=reason)

    return [dataclasses.replace(each, rows=tuple(map(row, each.rows))) for each in sessions]


def test_one_session_leaves_nothing_to_anybody() -> None:
    assert decided(session(0)) == []


def test_a_newer_session_says_its_own_steps_from_its_start_on() -> None:
    assert retired(session(0), session(7)) == {}
    assert retired(session(0), session(6)) == {"0:day-7": NEWER}


def test_you_may_use_make_up_again_is_not_said_in_the_first_days_of_a_newer_session() -> None:
    assert retired(session(0), session(3)) == {"0:day-5": NEWER, "0:day-7": NEWER}


def test_care_that_the_newer_sessions_plan_no_longer_has_is_not_said_in_its_care_days() -> None:
    shorter = plans.Plan("microneedling", cases.PLAN.steps)

    assert decided(session(0), session(4, plan=shorter))[0] == overlaps.Ruling("0:day-5", NEWER, None)


def test_care_that_falls_after_the_newer_sessions_care_days_is_still_said() -> None:
    shorter = plans.Plan("microneedling", (cases.EVE, cases.RIDE, cases.day_step(1)))

    assert "0:day-5" not in retired(session(0), session(2, plan=shorter))


def test_two_sessions_of_one_day_have_one_message_a_step() -> None:
    morning, evening = session(0, time(10), name="am"), session(0, time(15), name="pm")

    told = retired(morning, evening)

    assert set(told.values()) == {ONE}
    assert set(told) == {"pm:ride-home", *(f"am:day-{n}" for n in (1, 2, 3, 5, 7))}


def test_what_announces_a_session_is_about_that_session_alone() -> None:
    told = retired(session(0, time(10), name="am"), session(0, time(15), name="pm"))

    assert not {"am:eve", "pm:eve"} & set(told)


def test_who_says_it_instead_is_known() -> None:
    by = {each.id: each.by for each in decided(session(0), session(2), session(4))}

    assert by["0:day-7"] == "4:day-7"


@pytest.mark.parametrize("state", [life.State.SENT, life.State.SENDING, life.State.UNCONFIRMED])
def test_what_was_sent_that_day_is_not_said_again(state: life.State) -> None:
    morning = standing(session(0, time(10), name="am"), "ride-home", state, accepted=True)

    assert retired(morning, session(0, time(15), name="pm"))["pm:ride-home"] is ONE


def test_what_is_on_its_way_is_not_said_by_the_newer_session_at_the_same_hour() -> None:
    morning = standing(session(0, time(10), name="am"), "day-1", life.State.SENDING, accepted=True)

    assert retired(morning, session(0, time(15), name="pm"))["pm:day-1"] is ONE


def test_what_may_have_arrived_stays_as_it_is() -> None:
    waiting = standing(session(0), "day-7", life.State.PLANNED, accepted=True)

    assert retired(waiting, session(6)) == {}


def test_a_read_that_the_newer_session_will_not_say_is_still_said() -> None:
    silent = standing(session(6), "day-7", life.State.PARKED)

    assert retired(session(0), silent) == {}


@pytest.mark.parametrize("reason", [life.Reason.LEFT_OUT, life.Reason.TODAY_ONLY])
def test_what_the_patient_leaves_out_of_the_newer_session_is_not_said_by_the_older(reason: life.Reason) -> None:
    newer = session(6)
    rows = (dataclasses.replace(row, state=life.State.SKIPPED, reason=reason) for row in newer.rows)

    assert retired(session(0), dataclasses.replace(newer, rows=tuple(rows))) == {"0:day-7": NEWER}


def test_sessions_by_different_plans_leave_each_other_alone() -> None:
    other = plans.Plan("scalp", PLAN.steps)

    assert retired(session(0), session(2, plan=other)) == {}


def test_a_later_session_that_moves_away_gives_back_what_it_had_taken_over() -> None:
    before = done([session(0), session(3)], decided(session(0), session(3)))
    moved = [before[0], session(30)]

    back = decided(*moved)

    assert {(each.id, each.reason) for each in back} == {("0:day-5", None), ("0:day-7", None)}


def test_what_is_not_useful_any_more_does_not_come_back() -> None:
    before = done([session(0), session(3)], decided(session(0), session(3)))

    back = decided(before[0], now=cases.utc("2026-11-29 12:00"))

    assert [each.id for each in back] == ["0:day-7"]


TIMES = st.builds(lambda hour, quarter: time(hour, quarter * 15), st.integers(0, 23), st.integers(0, 3))
SPREAD = st.lists(st.tuples(st.integers(0, 12), TIMES), min_size=1, max_size=4, unique=True)


def series(spread: list[tuple[int, time]]) -> list[overlaps.Session]:
    return [session(day, at, name=f"{number}") for number, (day, at) in enumerate(spread)]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SPREAD)
def test_deciding_again_changes_nothing(spread: list[tuple[int, time]]) -> None:
    sessions = series(spread)

    after = done(sessions, decided(*sessions))

    assert decided(*after) == []


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SPREAD)
def test_no_step_after_a_session_comes_twice_on_one_day_and_none_is_lost(spread: list[tuple[int, time]]) -> None:
    sessions = series(spread)

    after = [row for each in done(sessions, decided(*sessions)) for row in each.rows if not row.is_before]

    said = [(row.step_key, timeline.hours.to_local(row.due, cases.MADRID).date()) for row in after if _comes(row)]
    assert len(said) == len(set(said))
    assert {step for step, _ in said} == {row.step_key for row in after if row.reason is not life.Reason.QUIET_HOURS}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SPREAD)
def test_all_comes_back_when_every_other_session_is_called_off(spread: list[tuple[int, time]]) -> None:
    sessions = series(spread)
    after = done(sessions, decided(*sessions))

    for alone, was in zip(after, sessions, strict=True):
        assert done([alone], decided(alone)) == [was]


def _comes(row: overlaps.Said) -> bool:
    return row.state is life.State.PLANNED
