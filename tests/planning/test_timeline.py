"""When each step falls: days by the calendar, hours by the instant, quiet hours, and what is past at planning."""

import dataclasses
from datetime import date, time, timedelta

import pytest

from reminderbot import errors
from reminderbot.planning import hours, life, plans, timeline
from tests.planning import cases
from tests.planning.cases import ANA, MADRID, NEW_YORK, NIGHT, NO_QUIET, SESSION, utc

PLANNED, SKIPPED, EXPIRED = life.State.PLANNED, life.State.SKIPPED, life.State.EXPIRED


def anchor(day: str, at: str, zone: str = MADRID) -> timeline.Anchor:
    return timeline.Anchor(date.fromisoformat(day), time.fromisoformat(at), zone)


def habits(zone: str = MADRID, morning: str = "08:30", quiet: hours.Quiet = NIGHT) -> timeline.Habits:
    return timeline.Habits(zone, time.fromisoformat(morning), quiet)


def hours_after(delay: float, *, until: float = 6) -> plans.Step:
    falls, ends = plans.After(timedelta(hours=delay)), plans.After(timedelta(hours=until))
    return plans.Step("after", "step.after", falls, ends)


def outcome(slot: timeline.Slot) -> tuple[life.State, life.Reason | None]:
    return slot.state, slot.reason


def test_a_plan_made_well_ahead_falls_on_the_patients_clock_in_order() -> None:
    found = timeline.slots(cases.PLAN, SESSION, ANA, now=cases.LONG_BEFORE)

    assert [(slot.step.key, cases.wall(slot)) for slot in found] == [
        ("eve", "2026-11-23 19:00"),
        ("ride-home", "2026-11-24 17:00"),
        ("day-1", "2026-11-25 08:30"),
        ("day-2", "2026-11-26 08:30"),
        ("day-3", "2026-11-27 08:30"),
        ("day-7", "2026-12-01 08:30"),
    ]
    assert {outcome(slot) for slot in found} == {(PLANNED, None)}


def test_a_slot_says_its_instant_the_local_time_of_it_and_until_when_it_is_useful() -> None:
    found = cases.slot(cases.day_step(1))

    assert found.due == utc("2026-11-25 07:30")
    assert found.local == found.due
    assert found.local.utcoffset() == timedelta(hours=1)
    assert found.useful_until == utc("2026-11-25 19:00")


@pytest.mark.parametrize(
    ("days", "session", "zone", "due"),
    [
        (1, "2026-03-28", MADRID, "2026-03-29 06:30"),  # the clock goes forward in between
        (1, "2026-10-24", MADRID, "2026-10-25 07:30"),  # and back
        (7, "2026-10-20", MADRID, "2026-10-27 07:30"),
        (1, "2026-03-07", NEW_YORK, "2026-03-08 12:30"),
        (1, "2026-10-31", NEW_YORK, "2026-11-01 13:30"),
        (1, "2026-03-28", "Asia/Beirut", "2026-03-29 05:30"),
        (1, "2026-10-03", "Australia/Lord_Howe", "2026-10-03 21:30"),
        (1, "2026-03-21", "Africa/Casablanca", "2026-03-22 07:30"),
        (1, "2026-11-24", "Asia/Kathmandu", "2026-11-25 02:45"),
        (90, "2026-11-30", MADRID, "2027-02-28 07:30"),
        (1, "2026-12-31", MADRID, "2027-01-01 07:30"),
        (1, "2028-02-28", MADRID, "2028-02-29 07:30"),
    ],
)
def test_a_day_step_is_a_calendar_date_later_whatever_the_clocks_did(
    days: int, session: str, zone: str, due: str
) -> None:
    found = cases.slot(cases.day_step(days), anchor(session, "15:30", zone), habits(zone))

    assert found.due == utc(due)


@pytest.mark.parametrize(
    ("delay", "session", "at", "wall"),
    [
        (1.5, "2026-11-24", "15:30", "2026-11-24 17:00"),
        (1.5, "2026-03-29", "01:00", "2026-03-29 03:30"),  # ninety minutes, not two and a half hours
        (1.5, "2026-10-25", "01:00", "2026-10-25 02:30"),
        (3, "2026-10-25", "01:00", "2026-10-25 03:00"),
        (24, "2026-10-24", "12:00", "2026-10-25 11:00"),
    ],
)
def test_an_hour_step_is_so_many_hours_later_whatever_the_clocks_did(
    delay: float, session: str, at: str, wall: str
) -> None:
    found = cases.slot(hours_after(delay, until=48), anchor(session, at), habits(quiet=NO_QUIET))

    assert cases.wall(found) == wall


def test_the_hours_of_a_session_in_a_skipped_hour_count_from_where_it_was_moved_to() -> None:
    found = cases.slot(hours_after(1.5), anchor("2026-03-29", "02:30"), habits(quiet=NO_QUIET))

    assert cases.wall(found) == "2026-03-29 05:00"


def test_a_morning_in_a_skipped_hour_comes_once_and_later() -> None:
    found = cases.slot(cases.day_step(1), anchor("2026-03-28", "15:30"), habits(morning="02:30", quiet=NO_QUIET))

    assert cases.wall(found) == "2026-03-29 03:30"


def test_a_morning_that_happens_twice_comes_the_first_time() -> None:
    found = cases.slot(cases.day_step(1), anchor("2026-10-24", "15:30"), habits(morning="02:30", quiet=NO_QUIET))

    assert found.due == utc("2026-10-25 00:30")


def test_the_day_after_a_session_at_half_past_eleven_at_night_is_the_next_date() -> None:
    found = cases.slot(cases.day_step(1), anchor("2026-11-24", "23:30"))

    assert cases.wall(found) == "2026-11-25 08:30"


def test_a_step_with_a_wall_time_of_its_own_does_not_follow_the_morning() -> None:
    step = plans.Step("noon", "step.noon", plans.OnDay(2, time(12)), plans.OnDay(2, time(20)))

    assert cases.wall(cases.slot(step)) == "2026-11-26 12:00"


def test_a_patient_elsewhere_gets_day_steps_on_their_own_morning() -> None:
    found = cases.slot(cases.day_step(1), anchor("2026-11-24", "15:30", NEW_YORK), habits(MADRID))

    assert (cases.wall(found), found.due) == ("2026-11-25 08:30", utc("2026-11-25 07:30"))


def test_the_date_counts_as_the_place_writes_it_though_it_is_still_yesterday_for_the_patient() -> None:
    found = cases.slot(
        cases.day_step(1), anchor("2026-11-24", "09:00", "Pacific/Auckland"), habits("America/Los_Angeles")
    )

    assert cases.wall(found) == "2026-11-25 08:30"


def test_the_days_after_never_fall_before_the_session_for_a_patient_far_ahead_of_the_place() -> None:
    session = anchor("2026-11-24", "15:30", "America/Los_Angeles")  # 12:30 on the 25th in Auckland
    found = timeline.slots(cases.PLAN, session, habits("Pacific/Auckland"), now=cases.LONG_BEFORE)

    after = [cases.wall(slot) for slot in found if slot.step.key.startswith("day-")]
    assert after == ["2026-11-26 08:30", "2026-11-27 08:30", "2026-11-28 08:30", "2026-12-02 08:30"]


def test_the_day_after_counts_on_when_its_morning_is_the_very_start_of_the_session() -> None:
    session = anchor("2026-11-24", "15:30", "America/Los_Angeles")
    found = cases.slot(cases.day_step(1), session, habits("Pacific/Auckland", morning="12:30"))

    assert cases.wall(found) == "2026-11-26 12:30"


def test_all_days_count_on_together_when_the_earliest_wall_time_of_the_plan_is_before_the_session() -> None:
    dawn = plans.Step("dawn", "step.dawn", plans.OnDay(1, time(9)), plans.OnDay(1, time(20)))
    plan = plans.Plan("two", (dawn, cases.day_step(1)))
    session = anchor("2026-11-24", "15:30", "America/Los_Angeles")
    found = timeline.slots(plan, session, habits("Pacific/Auckland", "14:00"), now=cases.LONG_BEFORE)

    assert [cases.wall(slot) for slot in found] == ["2026-11-26 09:00", "2026-11-26 14:00"]


def test_a_step_on_a_date_that_the_place_skipped_falls_on_the_next() -> None:
    found = cases.slot(cases.day_step(2), anchor("2011-12-28", "15:30", "Pacific/Apia"), habits("Pacific/Apia"))

    assert cases.wall(found) == "2011-12-31 08:30"


# Quiet hours


def test_a_step_in_quiet_hours_waits_for_their_end() -> None:
    found = cases.slot(cases.day_step(1), habits=habits(morning="06:15"))

    assert cases.wall(found) == "2026-11-25 08:00"


def test_a_step_waits_for_the_end_of_quiet_hours_in_the_patients_zone_not_the_places() -> None:
    found = cases.slot(hours_after(6, until=18), anchor("2026-11-24", "15:30", NEW_YORK), habits(MADRID))

    assert cases.wall(found) == "2026-11-25 08:00"


def test_a_step_that_falls_as_quiet_hours_end_does_not_wait() -> None:
    found = cases.slot(cases.day_step(1), habits=habits(morning="08:00"))

    assert cases.wall(found) == "2026-11-25 08:00"


def test_a_step_that_is_useless_by_morning_goes_before_the_quiet_hours() -> None:
    found = cases.slot(hours_after(1.5), anchor("2026-11-24", "19:45"))

    assert (cases.wall(found), outcome(found)) == ("2026-11-24 20:45", (PLANNED, None))


def test_a_step_that_is_useful_until_the_very_end_of_quiet_hours_does_not_wait_for_it() -> None:
    found = cases.slot(hours_after(1.5, until=12.25), anchor("2026-11-24", "19:45"))

    assert cases.wall(found) == "2026-11-24 20:45"


def test_a_step_goes_no_earlier_than_the_session_that_it_follows() -> None:
    found = cases.slot(hours_after(1.5), anchor("2026-11-24", "20:50"))

    assert cases.wall(found) == "2026-11-24 20:50"


def test_a_step_whose_session_starts_inside_quiet_hours_expires_and_says_why() -> None:
    found = cases.slot(hours_after(1.5), anchor("2026-11-24", "21:00"))

    assert (cases.wall(found), outcome(found)) == ("2026-11-24 22:30", (EXPIRED, life.Reason.QUIET_HOURS))


def test_the_day_after_is_not_said_before_a_late_session() -> None:
    morning = plans.Step("dawn", "step.dawn", plans.OnDay(1, time(6)), plans.OnDay(1, time(7)))
    found = cases.slot(morning, anchor("2026-11-24", "23:30"))

    assert outcome(found) == (EXPIRED, life.Reason.QUIET_HOURS)


def test_a_step_is_not_put_before_quiet_hours_that_begin_too_soon_from_now() -> None:
    found = cases.slot(hours_after(1.5), anchor("2026-11-24", "19:45"), now=utc("2026-11-24 19:45"))

    assert outcome(found) == (EXPIRED, life.Reason.QUIET_HOURS)


def test_quiet_hours_around_nearly_the_whole_day_leave_no_moment_before_them() -> None:
    always = hours.Quiet(time(8, 10), time(8))
    found = cases.slot(hours_after(1.5), anchor("2026-11-24", "15:30"), habits(quiet=always))

    assert outcome(found) == (EXPIRED, life.Reason.QUIET_HOURS)


def test_an_eve_step_in_quiet_hours_still_comes_on_the_morning_of_the_session() -> None:
    found = cases.slot(cases.EVE, habits=habits(quiet=hours.Quiet(time(18), time(9))))

    assert cases.wall(found) == "2026-11-24 09:00"


def test_an_eve_step_before_an_early_session_goes_before_quiet_hours() -> None:
    late = dataclasses.replace(cases.EVE, when=plans.OnDay(-1, time(22)))
    found = cases.slot(late, anchor("2026-11-24", "07:45"))

    assert cases.wall(found) == "2026-11-23 20:45"


@pytest.mark.parametrize(
    ("night", "wall"),
    [("2026-03-28", "2026-03-29 08:00"), ("2026-10-24", "2026-10-25 08:00")],
)
def test_a_night_with_a_change_of_the_clock_ends_at_its_wall_time(night: str, wall: str) -> None:
    found = cases.slot(hours_after(8, until=24), anchor(night, "15:30"))

    assert cases.wall(found) == wall


# What is past when the plan is made


def test_what_is_past_at_planning_is_not_sent_in_a_burst() -> None:
    found = timeline.slots(cases.PLAN, SESSION, ANA, now=utc("2026-11-26 12:00"))

    assert [(slot.step.key, slot.reason) for slot in found] == [
        ("eve", life.Reason.NO_TIME_BEFORE),
        ("ride-home", life.Reason.LATE_START),
        ("day-1", life.Reason.LATE_START),
        ("day-2", life.Reason.LATE_START),
        ("day-3", None),
        ("day-7", None),
    ]
    assert [slot.state for slot in found] == [SKIPPED] * 4 + [PLANNED] * 2


def test_a_step_due_at_this_very_instant_is_past() -> None:
    due = utc("2026-11-25 07:30")

    assert cases.slot(cases.day_step(1), now=due).reason is life.Reason.LATE_START
    assert cases.slot(cases.day_step(1), now=due - timedelta(microseconds=1)).state is PLANNED


def test_a_step_of_the_night_that_waits_for_morning_is_not_past() -> None:
    found = cases.slot(hours_after(7, until=24), now=utc("2026-11-24 23:00"))  # meant for 22:30, an hour and a half ago

    assert (cases.wall(found), found.state) == ("2026-11-25 08:00", PLANNED)


def test_an_eve_step_that_would_come_after_the_start_has_no_time_before() -> None:
    session = anchor("2026-11-24", "09:00", "Pacific/Auckland")  # noon on the 23rd in Los Angeles
    found = cases.slot(cases.EVE, session, habits("America/Los_Angeles"))

    assert outcome(found) == (SKIPPED, life.Reason.NO_TIME_BEFORE)


def test_an_eve_step_whose_until_lies_after_the_start_ends_at_the_start() -> None:
    step = dataclasses.replace(cases.EVE, until=plans.OnDay(0, time(20)))

    assert cases.slot(step).useful_until == timeline.start(SESSION)


def test_hours_before_the_session_are_before_it_too() -> None:
    step = hours_after(-3, until=0)

    assert cases.wall(cases.slot(step)) == "2026-11-24 12:30"
    assert cases.slot(step, now=utc("2026-11-24 12:00")).reason is life.Reason.NO_TIME_BEFORE


def test_reads_that_the_patient_declined_are_skipped_and_the_care_is_not() -> None:
    found = timeline.slots(cases.PLAN, SESSION, ANA, now=cases.LONG_BEFORE, wants_reads=False)

    assert {slot.step.key: slot.reason for slot in found if slot.state is not PLANNED} == {
        "day-7": life.Reason.NO_READS
    }


def test_a_morning_later_than_a_step_is_useful_is_told_as_too_late() -> None:
    found = cases.slot(cases.day_step(1), habits=habits(morning="20:30"))

    assert outcome(found) == (EXPIRED, life.Reason.TOO_LATE)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(errors.Invalid):
        timeline.slots(cases.PLAN, SESSION, habits("Mars/Olympus"), now=cases.LONG_BEFORE)


def test_steps_of_the_same_instant_keep_the_plans_order() -> None:
    early = dataclasses.replace(cases.day_step(1), key="second", when=plans.OnDay(1, time(6)))
    plan = plans.Plan("two", (cases.day_step(1), early))
    found = timeline.slots(plan, SESSION, habits(morning="08:00"), now=cases.LONG_BEFORE)

    assert [slot.step.key for slot in found] == ["day-1", "second"]
    assert found[0].due == found[1].due
