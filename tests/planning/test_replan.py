"""Moving a treatment, new habits, new rules of a zone: what moves, what stays, what is never repeated."""

import dataclasses
from datetime import date, time, timedelta

import pytest

from reminderbot.planning import hours, life, plans, replan, timeline
from tests.planning import cases
from tests.planning.cases import ANA, PLAN, SESSION, utc

Kind, State, Reason = replan.ChangeKind, life.State, life.Reason
MOVED, HABITS = life.Reason.MOVED, None


def session(day: str, at: str = "15:30") -> timeline.Anchor:
    return timeline.Anchor(date.fromisoformat(day), time.fromisoformat(at), cases.MADRID)


def planned(anchor: timeline.Anchor = SESSION, now: str = "2026-11-01 12:00") -> dict[str, replan.Existing]:
    """Ana's rows as they were saved, by step."""
    slots = timeline.slots(PLAN, anchor, ANA, now=utc(now))
    return {row.step_key: row for row in cases.rows(slots)}


def changed(
    rows: dict[str, replan.Existing],
    *,
    to: timeline.Anchor = SESSION,
    habits: timeline.Habits = ANA,
    plan: plans.Plan = PLAN,
    now: str,
    wants_reads: bool = True,
    why: life.Reason | None = MOVED,
) -> dict[str, replan.Change]:
    found = replan.replan(rows.values(), plan, to, habits, now=utc(now), wants_reads=wants_reads, why=why)
    return {change.slot.step.key: change for change in found}


def with_state(
    rows: dict[str, replan.Existing],
    key: str,
    state: life.State,
    reason: life.Reason | None = None,
    *,
    accepted: bool = False,
) -> dict[str, replan.Existing]:
    row = dataclasses.replace(rows[key], state=state, reason=reason, accepted=accepted)
    return {**rows, key: row}


def kinds(changes: dict[str, replan.Change]) -> dict[str, str]:
    return {key: change.kind.value for key, change in changes.items()}


def test_a_session_that_moves_takes_everything_ahead_along() -> None:
    changes = changed(planned(), to=session("2026-11-30"), now="2026-11-20 12:00")

    assert {change.kind for change in changes.values()} == {Kind.MOVES}
    assert cases.wall(changes["day-1"].slot) == "2026-12-01 08:30"
    assert changes["day-1"].id == "day-1"


def test_nothing_changes_when_the_session_stays_where_it_is() -> None:
    changes = changed(planned(), now="2026-11-20 12:00")

    assert {change.kind for change in changes.values()} == {Kind.STAYS}


@pytest.mark.parametrize(
    ("state", "accepted"),
    [
        (State.SENT, True),
        (State.SENDING, False),
        (State.UNCONFIRMED, True),
        (State.EXPIRED, True),
        (State.BLOCKED, True),
    ],
)
def test_what_was_sent_or_may_have_been_is_kept_and_not_repeated(state: life.State, accepted: bool) -> None:
    rows = with_state(planned(), "eve", state, accepted=accepted)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-23 20:00")["eve"]

    assert (change.kind, change.writes) == (Kind.KEPT_SENT, False)
    assert (change.slot.state, change.slot.due) == (state, rows["eve"].due)


def test_what_is_past_after_a_move_is_skipped_and_not_sent_in_a_burst() -> None:
    changes = changed(planned(), to=session("2026-11-18"), now="2026-11-20 12:00")

    assert kinds(changes) == {
        "eve": "dropped",
        "ride-home": "dropped",
        "day-1": "dropped",
        "day-2": "dropped",
        "day-3": "moves",
        "day-7": "moves",
    }
    assert (changes["day-1"].slot.state, changes["day-1"].slot.reason) == (State.SKIPPED, Reason.MOVED)
    assert changes["eve"].slot.reason is Reason.MOVED


def test_what_a_first_move_skipped_returns_when_the_session_moves_back() -> None:
    rows = planned()
    there = changed(rows, to=session("2026-11-18"), now="2026-11-20 12:00")
    after = {row.step_key: row for row in cases.applied(list(rows.values()), list(there.values()))}
    back = changed(after, to=SESSION, now="2026-11-20 12:05")

    assert kinds(back) == {**dict.fromkeys(("eve", "ride-home", "day-1", "day-2"), "returns")} | {
        "day-3": "moves",
        "day-7": "moves",
    }
    assert back["eve"].slot.due == rows["eve"].due


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.CANCELLED, Reason.SESSION_CANCELLED),
        (State.SKIPPED, Reason.LATE_START),
        (State.EXPIRED, Reason.TOO_LATE),
        (State.EXPIRED, Reason.OVERTAKEN),
        (State.BLOCKED, Reason.BLOCKED),
    ],
)
def test_what_did_not_come_returns_when_the_move_puts_it_ahead(state: life.State, reason: life.Reason) -> None:
    rows = with_state(planned(), "day-1", state, reason)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-26 12:00")["day-1"]

    assert change.kind is Kind.RETURNS
    assert (change.slot.state, change.slot.reason) == (State.PLANNED, None)


@pytest.mark.parametrize("reason", [Reason.STOPPED, Reason.ERASED])
def test_what_the_patient_stopped_stays_stopped_but_follows_the_session(reason: life.Reason) -> None:
    rows = with_state(planned(), "day-1", State.CANCELLED, reason)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-20 12:00")["day-1"]

    assert (change.kind, change.slot.state, change.slot.reason) == (Kind.STAYS, State.CANCELLED, reason)
    assert cases.wall(change.slot) == "2026-12-01 08:30"


@pytest.mark.parametrize("state", [State.REJECTED, State.PARKED, State.REVIEW, State.SUPERSEDED, State.MERGED])
def test_what_waits_for_a_person_or_is_over_is_left_alone(state: life.State) -> None:
    rows = with_state(planned(), "day-1", state)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-20 12:00")["day-1"]

    assert (change.kind, change.writes, change.slot.due) == (Kind.STAYS, False, rows["day-1"].due)


@pytest.mark.parametrize("reason", [Reason.NEWER_SESSION, Reason.ONE_MESSAGE])
def test_what_stands_back_for_another_session_follows_its_own_and_stands_back_still(reason: life.Reason) -> None:
    rows = with_state(planned(), "day-1", State.SUPERSEDED, reason)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-20 12:00")["day-1"]

    assert (change.slot.state, change.slot.reason) == (State.SUPERSEDED, reason)
    assert cases.wall(change.slot) == "2026-12-01 08:30"


def test_a_read_that_stands_back_is_left_out_once_the_patient_wants_no_reads() -> None:
    rows = with_state(planned(), "day-7", State.SUPERSEDED, Reason.NEWER_SESSION)
    change = changed(rows, now="2026-11-25 12:00", wants_reads=False, why=HABITS)["day-7"]

    assert (change.slot.state, change.slot.reason) == (State.SKIPPED, Reason.NO_READS)


def test_a_claimed_row_counts_as_planned() -> None:
    rows = with_state(planned(), "day-1", State.CLAIMED)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-25 07:30")["day-1"]

    assert (change.kind, change.slot.state) == (Kind.MOVES, State.PLANNED)


def test_a_row_that_is_overdue_and_keeps_its_time_is_left_to_delivery() -> None:
    change = changed(planned(), to=session("2026-11-24", "16:00"), now="2026-11-25 07:31")["day-1"]

    assert (change.kind, change.slot.state) == (Kind.STAYS, State.PLANNED)


def test_a_step_that_keeps_its_time_still_learns_its_new_useful_until() -> None:
    change = changed(planned(), to=session("2026-11-24", "16:00"), now="2026-11-20 12:00")["eve"]

    assert (change.kind, change.writes) == (Kind.STAYS, True)
    assert change.slot.useful_until == utc("2026-11-24 15:00")


def test_a_row_that_waits_for_its_resend_is_not_sent_again_about_another_date() -> None:
    rows = with_state(planned(), "eve", State.PLANNED, accepted=True)
    change = changed(rows, to=session("2026-11-30"), now="2026-11-23 18:01")["eve"]

    assert (change.kind, change.writes) == (Kind.KEPT_SENT, True)
    assert (change.slot.state, change.slot.reason) == (State.UNCONFIRMED, Reason.NO_ANSWER)


def test_a_row_that_waits_for_its_resend_keeps_it_when_its_time_does_not_change() -> None:
    rows = with_state(planned(), "day-1", State.PLANNED, accepted=True)
    change = changed(rows, to=session("2026-11-24", "16:00"), now="2026-11-25 07:31")["day-1"]

    assert (change.kind, change.slot.state) == (Kind.STAYS, State.PLANNED)


def test_a_read_that_waits_for_its_resend_is_not_sent_again_once_reads_are_declined() -> None:
    rows = with_state(planned(), "day-7", State.PLANNED, accepted=True)
    change = changed(rows, now="2026-12-01 07:31", wants_reads=False, why=HABITS)["day-7"]

    assert (change.kind, change.slot.state) == (Kind.KEPT_SENT, State.UNCONFIRMED)


def test_a_moved_session_skips_a_past_step_though_its_old_time_is_ahead_and_it_is_still_useful() -> None:
    change = changed(planned(), to=session("2026-11-22"), now="2026-11-30 12:00")["day-7"]

    assert (change.kind, change.slot.reason) == (Kind.DROPPED, Reason.MOVED)


def test_reads_that_are_declined_are_dropped_and_return_when_wanted() -> None:
    rows = planned()
    declined = changed(rows, now="2026-11-27 12:00", wants_reads=False, why=HABITS)
    after = {row.step_key: row for row in cases.applied(list(rows.values()), list(declined.values()))}
    wanted = changed(after, now="2026-11-28 12:00", why=HABITS)

    assert (declined["day-7"].kind, declined["day-7"].slot.reason) == (Kind.DROPPED, Reason.NO_READS)
    assert (wanted["day-7"].kind, wanted["day-7"].slot.due) == (Kind.RETURNS, rows["day-7"].due)


def test_declined_reads_stay_away_when_the_session_moves_but_follow_it() -> None:
    rows = with_state(planned(), "day-7", State.SKIPPED, Reason.NO_READS)
    moved = changed(rows, to=session("2026-12-24"), now="2026-11-20 12:00", wants_reads=False)
    after = {row.step_key: row for row in cases.applied(list(rows.values()), list(moved.values()))}
    wanted = changed(after, to=session("2026-12-24"), now="2026-12-26 12:00", why=HABITS)

    assert (moved["day-7"].kind, moved["day-7"].slot.reason) == (Kind.STAYS, Reason.NO_READS)
    assert wanted["day-7"].kind is Kind.RETURNS


# Habits and rules of a zone: the treatment stays, future steps move


def test_a_new_morning_moves_future_day_steps_only() -> None:
    later = dataclasses.replace(ANA, morning=time(10))
    changes = changed(planned(), habits=later, now="2026-11-26 07:30", why=HABITS)

    assert kinds(changes) == {
        **dict.fromkeys(("eve", "ride-home", "day-1", "day-2"), "stays"),
        "day-3": "moves",
        "day-7": "moves",
    }
    assert cases.wall(changes["day-3"].slot) == "2026-11-27 10:00"


def test_a_new_morning_that_is_past_today_counts_from_tomorrow() -> None:
    earlier = dataclasses.replace(ANA, morning=time(8))
    changes = changed(planned(), habits=earlier, now="2026-11-25 07:10", why=HABITS)

    assert (changes["day-1"].kind, changes["day-1"].slot.due) == (Kind.STAYS, utc("2026-11-25 07:30"))
    assert cases.wall(changes["day-2"].slot) == "2026-11-26 08:00"


def test_a_new_zone_moves_future_day_steps_and_not_the_hours_after_the_session() -> None:
    abroad = dataclasses.replace(ANA, zone=cases.NEW_YORK)
    changes = changed(planned(), habits=abroad, now="2026-11-24 12:00", why=HABITS)

    assert changes["ride-home"].kind is Kind.STAYS
    assert (changes["day-1"].kind, changes["day-1"].slot.due) == (Kind.MOVES, utc("2026-11-25 13:30"))
    assert changes["ride-home"].slot.local.strftime("%H:%M") == "11:00"


def test_new_quiet_hours_hold_for_what_is_ahead() -> None:
    sleeper = dataclasses.replace(ANA, quiet=hours.Quiet(time(22), time(11)))
    changes = changed(planned(), habits=sleeper, now="2026-11-25 12:00", why=HABITS)

    assert cases.wall(changes["day-2"].slot) == "2026-11-26 11:00"


def test_new_quiet_hours_over_all_of_its_useful_time_drop_a_step_and_say_so() -> None:
    night_shift = dataclasses.replace(ANA, quiet=hours.Quiet(time(8), time(20, 30)))
    rows = planned(now="2026-11-26 12:00")
    change = changed(rows, habits=night_shift, now="2026-11-27 07:00", why=HABITS)["day-3"]

    assert change.kind is Kind.DROPPED
    assert (change.slot.state, change.slot.reason) == (State.EXPIRED, Reason.QUIET_HOURS)


def test_a_step_whose_useful_time_a_new_zone_put_behind_us_is_dropped_as_too_late() -> None:
    far = dataclasses.replace(ANA, zone="Pacific/Kiritimati", quiet=cases.NO_QUIET)
    change = changed(planned(), habits=far, now="2026-11-25 06:30", why=HABITS)["day-1"]

    assert change.kind is Kind.DROPPED
    assert (change.slot.state, change.slot.reason) == (State.EXPIRED, Reason.TOO_LATE)


def test_new_habits_do_not_bring_back_what_was_past_at_registration() -> None:
    rows = planned(now="2026-11-25 08:00")
    later = dataclasses.replace(ANA, morning=time(11))
    change = changed(rows, habits=later, now="2026-11-25 08:30", why=HABITS)["day-1"]

    assert (change.kind, change.slot.reason) == (Kind.STAYS, Reason.LATE_START)


# Another version of the plan, later rounds


def test_a_step_new_to_the_plan_is_added_and_one_that_left_it_is_superseded() -> None:
    newer = plans.Plan("microneedling", (*PLAN.steps[:-1], cases.day_step(5)))
    changes = changed(planned(), plan=newer, now="2026-11-20 12:00")

    assert (changes["day-5"].kind, changes["day-5"].id) == (Kind.ADDED, None)
    assert (changes["day-7"].kind, changes["day-7"].slot.state) == (Kind.DROPPED, State.SUPERSEDED)


def test_a_step_that_left_the_plan_is_not_sent_a_second_time() -> None:
    rows = with_state(planned(), "day-7", State.PLANNED, accepted=True)
    newer = plans.Plan("microneedling", PLAN.steps[:-1])
    change = changed(rows, plan=newer, now="2026-12-01 07:31")["day-7"]

    assert (change.kind, change.slot.state) == (Kind.KEPT_SENT, State.UNCONFIRMED)


def test_a_sent_step_that_left_the_plan_is_kept() -> None:
    rows = with_state(planned(), "day-7", State.SENT, accepted=True)
    newer = plans.Plan("microneedling", PLAN.steps[:-1])
    change = changed(rows, plan=newer, now="2026-12-02 12:00")["day-7"]

    assert (change.kind, change.writes) == (Kind.KEPT_SENT, False)


ASKING = plans.Plan(
    PLAN.key,
    tuple(
        dataclasses.replace(step, asks=(plans.Ask.SKIN,), asks_again_after=timedelta(hours=4))
        if step.key == "day-1"
        else step
        for step in PLAN.steps
    ),
)


@pytest.mark.parametrize(
    ("plan", "why", "becomes"),
    [
        pytest.param(ASKING, HABITS, (State.PLANNED, None), id="it stays where it is for other habits"),
        pytest.param(ASKING, MOVED, (State.SKIPPED, Reason.MOVED), id="it was about the session that moved"),
        pytest.param(PLAN, HABITS, (State.SKIPPED, Reason.PLAN), id="the plan asks once now"),
    ],
)
def test_a_second_ask_stays_or_ends_and_never_moves(
    plan: plans.Plan, why: life.Reason | None, becomes: tuple[life.State, life.Reason | None]
) -> None:
    rows = with_state(planned(), "day-1", State.SENT, accepted=True)
    again = dataclasses.replace(rows["day-2"], id="again", step_key="day-1", round=2)
    found = replan.replan(
        [again, *rows.values()],
        plan,
        session("2026-11-30"),
        ANA,
        now=utc("2026-11-25 12:00"),
        wants_reads=True,
        why=why,
    )

    by_id = {change.id: change for change in found}
    assert by_id["day-1"].kind is Kind.KEPT_SENT
    assert (by_id["again"].slot.state, by_id["again"].slot.reason) == becomes
    assert by_id["again"].writes is (becomes != (State.PLANNED, None))


def test_the_summary_counts_what_the_sentence_says() -> None:
    rows = with_state(planned(), "eve", State.SENT, accepted=True)
    changes = changed(rows, to=session("2026-11-22"), now="2026-11-23 20:00")

    assert replan.summary(list(changes.values())) == replan.Summary(moves=3, kept_sent=1, dropped=2)


def test_the_summary_counts_added_steps_only_when_they_will_come() -> None:
    changes = changed({}, now="2026-11-26 12:00")

    assert replan.summary(list(changes.values())) == replan.Summary(added=2)


def test_changes_come_in_order_of_due() -> None:
    changes = changed(planned(), to=session("2026-11-30"), now="2026-11-20 12:00")

    dues = [change.slot.due for change in changes.values()]
    assert dues == sorted(dues)
    assert dues[-1] - dues[0] > timedelta(days=7)


def test_what_quiet_hours_held_before_its_resend_keeps_its_resend_when_nothing_has_changed() -> None:
    slot = cases.slot(cases.day_step(1))
    held = dataclasses.replace(
        cases.row(slot, state=life.State.PLANNED, accepted=True), due=slot.due + timedelta(hours=3)
    )
    plan, now = plans.Plan("one", (slot.step,)), slot.due + timedelta(hours=1)
    (change,) = replan.replan([held], plan, cases.SESSION, cases.ANA, now=now, wants_reads=True, why=None)

    assert (change.kind, change.slot.due, change.slot.state) == (replan.ChangeKind.STAYS, held.due, life.State.PLANNED)
