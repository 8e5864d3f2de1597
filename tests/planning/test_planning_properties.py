"""What holds for every session, patient and moment: quiet hours, order, no burst, and moves that settle."""

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reminderbot.planning import hours, life, overdue, plan_form, plans, replan, timeline
from tests.planning import cases

settings.register_profile("planning", max_examples=200, deadline=None, derandomize=True)
quickly = settings(settings.get_profile("planning"))

ZONES = st.sampled_from(
    [
        "Europe/Madrid",
        "America/New_York",
        "America/St_Johns",
        "America/Los_Angeles",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
    ]
)
CHANGES = st.sampled_from(  # around changes of the clock, where the faults live
    [
        date(2026, 2, 14),
        date(2026, 3, 8),
        date(2026, 3, 22),
        date(2026, 3, 29),
        date(2026, 4, 5),
        date(2026, 10, 4),
        date(2026, 10, 25),
        date(2026, 11, 1),
        date(2027, 3, 28),
        date(2027, 10, 31),
    ]
)
DAYS = st.one_of(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.builds(lambda day, off: day + timedelta(days=off), CHANGES, st.integers(-2, 1)),
)
WALLS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45, 59]))
QUIET = st.one_of(st.just(cases.NIGHT), st.builds(hours.Quiet, WALLS, WALLS))
ANCHORS = st.builds(timeline.Anchor, DAYS, WALLS, ZONES)
HABITS = st.builds(timeline.Habits, ZONES, WALLS, QUIET)
STATES = st.sampled_from(list(life.State))
REASONS = st.sampled_from(list(life.Reason))
SENT = {life.State.SENDING, life.State.SENT, life.State.UNCONFIRMED}


@st.composite
def steps(draw: st.DrawFn, number: int) -> plans.Step:
    """A step that a plan may hold, before or after the session, by hours or by days."""
    part = draw(st.sampled_from(plans.Part))
    if draw(st.booleans()):
        delay = timedelta(minutes=draw(st.integers(-3000, 6000)))
        ends = plans.After(delay + timedelta(minutes=draw(st.integers(1, 6000))))
        until = plans.AtStart() if delay < timedelta(0) and draw(st.booleans()) else ends
        return plans.Step(f"step-{number}", "step", plans.After(delay), until, part=part)
    days, at = draw(st.integers(-2, 30)), draw(st.none() | WALLS)
    last = plans.OnDay(days + draw(st.integers(0, 5)), draw(st.none() | WALLS))
    end = plans.AtStart() if days < 0 and draw(st.booleans()) else last
    return plans.Step(f"step-{number}", "step", plans.OnDay(days, at), end, part=part)


@st.composite
def any_plan(draw: st.DrawFn) -> plans.Plan:
    return plans.Plan("any", tuple(draw(steps(number)) for number in range(draw(st.integers(1, 5)))))


PLANS = st.one_of(st.just(cases.PLAN), any_plan())


@st.composite
def moments(draw: st.DrawFn, anchor: timeline.Anchor) -> datetime:
    """An instant around a session, mostly within the weeks that its plan lasts."""
    return timeline.start(anchor) + timedelta(minutes=draw(st.integers(-5 * 1440, 14 * 1440)))


@st.composite
def stories(draw: st.DrawFn) -> tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime]:
    """A plan, a session, a patient and a moment of planning."""
    anchor = draw(ANCHORS)
    return draw(PLANS), anchor, draw(HABITS), draw(moments(anchor))


@st.composite
def histories(draw: st.DrawFn, slots: list[timeline.Slot]) -> list[replan.Existing]:
    """Rows of these slots, some of them further along in their lives, some never written."""
    found = []
    for slot in slots:
        if draw(st.booleans()):
            found.append(cases.row(slot))
        elif draw(st.booleans()):
            state, reason, accepted = draw(STATES), draw(REASONS), draw(st.booleans())
            found.append(cases.row(slot, state=state, reason=reason, accepted=accepted))
    return found


Why = st.sampled_from([life.Reason.MOVED, None])


@quickly
@given(stories(), st.booleans())
def test_a_planned_slot_is_ahead_useful_and_outside_quiet_hours(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime], wants_reads: bool
) -> None:
    plan, anchor, habits, now = story
    found = timeline.slots(plan, anchor, habits, now=now, wants_reads=wants_reads)

    for slot in (slot for slot in found if slot.state is life.State.PLANNED):
        assert now < slot.due < slot.useful_until
        assert not habits.quiet.covers(slot.due.astimezone(hours.zone(habits.zone)).time())


@quickly
@given(stories(), st.booleans())
def test_every_step_has_one_slot_in_order_and_a_reason_unless_planned(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime], wants_reads: bool
) -> None:
    plan, anchor, habits, now = story
    found = timeline.slots(plan, anchor, habits, now=now, wants_reads=wants_reads)

    assert sorted(slot.step.key for slot in found) == sorted(step.key for step in plan.steps)
    assert all(one.due <= next_one.due for one, next_one in pairwise(found))
    assert all((slot.state is life.State.PLANNED) == (slot.reason is None) for slot in found)
    assert all(slot.due.tzinfo is UTC for slot in found)
    assert all(slot.local.astimezone(UTC) == slot.due for slot in found)


@quickly
@given(stories())
def test_what_is_for_before_the_session_comes_before_it_and_the_days_after_come_after(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime],
) -> None:
    plan, anchor, habits, now = story
    begins = timeline.start(anchor)

    for slot in timeline.slots(plan, anchor, habits, now=now):
        if slot.state is life.State.PLANNED and timeline.is_before(slot.step):
            assert slot.due < begins
        elif slot.state is life.State.PLANNED and isinstance(slot.step.when, plans.OnDay):
            assert slot.due >= begins or slot.step.when.days == 0


@quickly
@given(stories(), st.integers(0, 20 * 1440), st.booleans(), Why)
def test_unchanged_inputs_change_nothing_however_late_one_asks(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime],
    minutes: int,
    wants_reads: bool,
    why: life.Reason | None,
) -> None:
    plan, anchor, habits, now = story
    existing = cases.rows(timeline.slots(plan, anchor, habits, now=now, wants_reads=wants_reads))
    later = now + timedelta(minutes=minutes)
    changes = replan.replan(existing, plan, anchor, habits, now=later, wants_reads=wants_reads, why=why)

    assert {change.kind for change in changes} == {replan.ChangeKind.STAYS}
    assert cases.applied(existing, changes) == sorted(existing, key=lambda row: row.due)


@quickly
@given(stories(), st.data(), st.booleans(), Why)
def test_a_replan_never_touches_what_was_sent_and_asking_twice_changes_nothing(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime],
    data: st.DataObject,
    wants_reads: bool,
    why: life.Reason | None,
) -> None:
    plan, anchor, habits, now = story
    existing = data.draw(histories(timeline.slots(plan, anchor, habits, now=now)))
    moved = data.draw(ANCHORS) if why is life.Reason.MOVED else anchor
    later, new_habits = data.draw(moments(moved)), data.draw(HABITS)
    changes = replan.replan(existing, plan, moved, new_habits, now=later, wants_reads=wants_reads, why=why)
    after = cases.applied(existing, changes)
    again = replan.replan(after, plan, moved, new_habits, now=later, wants_reads=wants_reads, why=why)

    kept = {row.id: row for row in after}
    assert all(kept[row.id] == row for row in existing if row.state in SENT)
    assert {change.kind for change in again} <= {replan.ChangeKind.STAYS, replan.ChangeKind.KEPT_SENT}
    assert {row.id: row for row in cases.applied(after, again)} == kept


@quickly
@given(stories(), st.data(), st.booleans(), Why)
def test_a_replan_plans_only_what_is_ahead_useful_and_outside_quiet_hours(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime],
    data: st.DataObject,
    wants_reads: bool,
    why: life.Reason | None,
) -> None:
    plan, anchor, habits, now = story
    existing = data.draw(histories(timeline.slots(plan, anchor, habits, now=now)))
    moved, later = data.draw(ANCHORS), data.draw(moments(anchor))
    changes = replan.replan(existing, plan, moved, habits, now=later, wants_reads=wants_reads, why=why)

    comes = {replan.ChangeKind.MOVES, replan.ChangeKind.RETURNS}
    for change in (change for change in changes if change.kind in comes):
        assert change.slot.state is life.State.PLANNED
        assert later < change.slot.due < change.slot.useful_until
        assert not hours.is_quiet(change.slot.due, habits.quiet, habits.zone)
    assert len({change.id for change in changes if change.id}) == len(existing)


@quickly
@given(ZONES, DAYS, WALLS)
def test_an_instant_shows_its_wall_time_unless_the_clock_skipped_it(zone: str, day: date, at: time) -> None:
    found = hours.local_to_instant(day, at, zone)
    shown = hours.to_local(found.instant, zone).replace(tzinfo=None)

    meant = datetime.combine(day, at)
    assert shown > meant if found.kind is hours.Kind.SKIPPED else shown == meant


@quickly
@given(ZONES, DAYS, WALLS, QUIET)
def test_quiet_hours_end_outside_of_themselves_and_within_two_days(
    zone: str, day: date, at: time, quiet: hours.Quiet
) -> None:
    instant = hours.local_to_instant(day, at, zone).instant
    end = hours.quiet_end_after(instant, quiet, zone)

    if end is None:
        assert not hours.is_quiet(instant, quiet, zone)
    else:
        assert not hours.is_quiet(end, quiet, zone)
        assert timedelta(0) < end - instant <= timedelta(hours=48)


@quickly
@given(any_plan())
def test_every_plan_that_is_read_is_written_and_read_the_same(plan: plans.Plan) -> None:
    try:
        read = plan_form.plan_from(plan_form.plan_to(plan))
    except ValueError as refusal:
        assert "it ends before the step falls" in str(refusal)  # noqa: PT017 the one fault a plan drawn here has
    else:
        assert read == plan


@quickly
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 50), st.sampled_from("ab"))))
def test_each_overdue_step_is_sent_or_told_and_at_most_one_a_treatment_is_sent(
    drawn: list[tuple[int, int, str]],
) -> None:
    now = cases.LONG_BEFORE
    rows = [
        overdue.Due(
            str(number), owner, owner, now + timedelta(hours=due), now + timedelta(hours=due) + timedelta(hours=length)
        )
        for number, (due, length, owner) in enumerate(drawn)
    ]
    choice = overdue.overdue_choice(rows, now)

    by_id = {row.id: row for row in rows}
    assert sorted([*choice.send, *choice.expire]) == sorted(row.id for row in rows if row.due <= now)
    assert len({by_id[name].treatment for name in choice.send}) == len(choice.send)
    assert all(by_id[name].useful_until > now for name in choice.send)


@quickly
@given(stories())
def test_the_timeline_does_not_depend_on_the_order_in_which_a_plan_lists_its_steps(
    story: tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime],
) -> None:
    plan, anchor, habits, now = story
    backwards = dataclasses.replace(plan, steps=plan.steps[::-1])

    forth = {slot.step.key: slot for slot in timeline.slots(plan, anchor, habits, now=now)}
    back = {slot.step.key: slot for slot in timeline.slots(backwards, anchor, habits, now=now)}
    assert forth == back
