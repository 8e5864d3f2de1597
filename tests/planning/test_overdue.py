"""After an outage: one message a patient, the latest useful step of each treatment in it, a reason for every other."""

from reminderbot.planning import life, overdue
from tests.planning.cases import utc

TOO_LATE, OVERTAKEN = life.Reason.TOO_LATE, life.Reason.OVERTAKEN
NOW = utc("2026-11-27 12:00")


def due(
    name: str, at: str, until: str, treatment: str = "ana's", patient: str = "ana", budget: int = 1, once: bool = False
) -> overdue.Due:
    return overdue.Due(name, patient, treatment, utc(at), utc(until), budget, once)


DAY_1 = due("day-1", "2026-11-25 07:30", "2026-11-25 19:00")
DAY_2 = due("day-2", "2026-11-26 07:30", "2026-11-27 19:00")
DAY_3 = due("day-3", "2026-11-27 07:30", "2026-11-27 19:00")
DAY_7 = due("day-7", "2026-12-01 07:30", "2026-12-06 19:00")


def test_one_overdue_step_is_sent() -> None:
    assert overdue.overdue_choice([DAY_3], NOW) == overdue.Choice(("day-3",), {})


def test_of_several_overdue_steps_the_latest_useful_one_is_sent_and_the_others_say_why_not() -> None:
    choice = overdue.overdue_choice([DAY_3, DAY_1, DAY_2], NOW)

    assert choice.send == ("day-3",)
    assert choice.expire == {"day-1": TOO_LATE, "day-2": OVERTAKEN}


def test_a_useless_later_step_does_not_overtake_a_useful_one() -> None:
    useless = due("short", "2026-11-27 08:00", "2026-11-27 09:00")
    choice = overdue.overdue_choice([DAY_2, useless], NOW)

    assert choice == overdue.Choice(("day-2",), {"short": TOO_LATE})


def test_a_step_that_is_not_due_is_left_alone() -> None:
    assert overdue.overdue_choice([DAY_3, DAY_7], NOW) == overdue.Choice(("day-3",), {})


def test_a_step_is_due_at_its_instant_and_useless_at_its_end() -> None:
    edge = due("edge", "2026-11-27 12:00", "2026-11-27 13:00")
    over = due("over", "2026-11-27 11:00", "2026-11-27 12:00")

    assert overdue.overdue_choice([edge, over], NOW) == overdue.Choice(("edge",), {"over": TOO_LATE})


def test_of_two_steps_due_at_once_the_later_of_the_plan_is_sent() -> None:
    twin = due("twin", "2026-11-27 07:30", "2026-11-27 19:00")

    assert overdue.overdue_choice([DAY_3, twin], NOW) == overdue.Choice(("twin",), {"day-3": OVERTAKEN})


def test_two_treatments_of_a_patient_are_said_in_one_message_by_the_latest_step() -> None:
    other = due("other-day-14", "2026-11-27 07:00", "2026-12-06 19:00", treatment="the earlier one")

    choice = overdue.overdue_choice([DAY_2, DAY_3, other], NOW)

    assert choice == overdue.Choice(("day-3",), {"day-2": OVERTAKEN}, {"day-3": ("other-day-14",)})


def test_two_patients_get_a_message_each() -> None:
    daughters = due("hers", "2026-11-27 07:00", "2026-12-06 19:00", treatment="hers", patient="daughter")

    assert overdue.overdue_choice([DAY_3, daughters], NOW) == overdue.Choice(("hers", "day-3"), {})


def test_what_may_be_said_once_only_bears_the_message_so_that_it_is_not_repeated() -> None:
    code = due("code", "2026-11-27 07:00", "2026-12-06 19:00", treatment="the earlier one", budget=0)

    assert overdue.overdue_choice([DAY_3, code], NOW) == overdue.Choice(("code",), {}, {"code": ("day-3",)})


def test_a_step_that_is_over_before_the_quiet_hours_are_overtakes_nothing() -> None:
    morning = utc("2026-11-27 15:00")
    short = due("short", "2026-11-27 08:00", "2026-11-27 15:00")

    choice = overdue.overdue_choice([DAY_2, short], NOW, {"ana": morning})

    assert choice == overdue.Choice(("day-2",), {"short": life.Reason.QUIET_HOURS})


def test_what_may_have_arrived_already_goes_by_itself() -> None:
    again = due("again", "2026-11-27 07:00", "2026-12-06 19:00", treatment="the earlier one", once=True)

    assert overdue.overdue_choice([DAY_3, again], NOW) == overdue.Choice(("again", "day-3"), {})


def test_nothing_overdue_is_nothing_to_do() -> None:
    assert overdue.overdue_choice([], NOW) == overdue.Choice((), {})
