"""The second ask of a check-in: when it falls, where a plan may have it, and that it takes no step's place."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from reminderbot.planning import hours, life, overdue, plan_form, plans, second_ask
from tests.planning import cases
from tests.planning.cases import utc
from tests.planning.test_overdue import DAY_1, DAY_3, NOW

STEP = {
    "key": "day-1",
    "message": "step.day-1",
    "when": {"days": 1, "at": "09:00"},
    "until": {"days": 1, "at": "20:00"},
    "asks": ["skin", "reads"],
}


def step(**fields: Any) -> plans.Step:
    return plan_form.plan_from({"key": "any", "step": [{**STEP, **fields}]}).steps[0]


@pytest.mark.parametrize(
    ("after", "until", "falls"),
    [
        pytest.param(4, "2026-11-25 19:00", "2026-11-25 11:30", id="so long after the first was sent"),
        pytest.param(14, "2026-11-26 19:00", "2026-11-26 07:00", id="quiet hours are waited out"),
        pytest.param(4, "2026-11-25 11:30", None, id="of no use by then"),
        pytest.param(14, "2026-11-26 06:00", None, id="quiet until it is of no use"),
    ],
)
def test_it_falls_outside_quiet_hours_while_it_is_useful_or_not_at_all(
    after: int, until: str, falls: str | None
) -> None:
    quiet, zone = cases.ANA.quiet, cases.MADRID
    assert isinstance(quiet, hours.Quiet)

    due = second_ask.due(timedelta(hours=after), utc("2026-11-25 07:30"), utc(until), quiet=quiet, zone=zone)

    assert due == (utc(falls) if falls else None)


def test_it_asks_how_the_skin_is_and_nothing_else() -> None:
    assert second_ask.asks(step(), 1) == (plans.Ask.SKIN, plans.Ask.READS)
    assert second_ask.asks(step(), 2) == (plans.Ask.SKIN,)


def test_a_plan_that_asks_once_is_written_as_it_was_before_there_was_a_second_ask() -> None:
    assert set(plan_form.plan_to(plans.Plan("any", (step(),)))["step"][0]) == {  # type: ignore[index]
        *STEP,
        "part",
        "budget",
        "silent",
    }


def test_a_plan_that_asks_again_reads_back_the_same() -> None:
    plan = plans.Plan("any", (step(asks_again_after={"hours": 2.5}),))

    assert plan.steps[0].asks_again_after == timedelta(hours=2.5)
    assert plan_form.plan_from(plan_form.plan_to(plan)) == plan


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"asks_again_after": {"hours": 0.5}}, "is not understood; write { hours = 4 }", id="too soon"),
        pytest.param({"asks_again_after": {"hours": 169}}, "is not understood", id="too late for anybody"),
        pytest.param({"asks_again_after": {"days": 1, "at": "09:00"}}, "is not understood", id="a wall time"),
        pytest.param({"asks_again_after": 4}, "is not understood", id="a bare number"),
        pytest.param({"asks_again_after": {"hours": True}}, "is not understood", id="yes"),
        pytest.param({"asks_again_after": {"hours": 11}}, "of no use by then", id="the step is over"),
        pytest.param({"asks_again_after": {"hours": 4}, "asks": ["reads"]}, "asks nothing to ask again", id="no skin"),
        pytest.param(
            {"asks_again_after": {"hours": 4}, "when": {"hours": 2}, "until": {"hours": 6}}, "by then", id="hours"
        ),
    ],
)
def test_a_second_ask_that_could_never_be_is_refused_with_what_to_write(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match="asks_again_after") as refused:
        step(**fields)

    assert says in str(refused.value)


def test_a_second_ask_overtakes_no_step_and_is_overtaken_by_any() -> None:
    again = dataclasses.replace(DAY_3, id="again", due=DAY_3.due + timedelta(minutes=5), round=2)

    choice = overdue.overdue_choice([DAY_1, DAY_3, again], NOW)

    assert choice.send == ("day-3",)
    assert choice.expire["again"] is life.Reason.OVERTAKEN
