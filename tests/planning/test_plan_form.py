"""Plans as plain data: what is read, what is refused and with which sentence, and that it reads back the same."""

import json
import tomllib
from datetime import time, timedelta
from typing import Any

import pytest

from reminderbot.planning import plan_form, plans
from tests.planning import cases

TEXT = """
key = "microneedling"

[[step]]
key = "day-1"
message = "step.day-1"
part = "reads"
budget = 0
silent = true
asks = ["skin", "reads"]
when = { days = 1, at = "morning" }
until = { days = 1, at = "20:00" }

[[step]]
key = "eve"
message = "step.eve"
when = { hours = -1.5 }
until = "start"
"""


def form(**fields: Any) -> dict[str, Any]:
    """A plan of one step with some of its fields replaced; None leaves the field out."""
    step = {
        "key": "day-1",
        "message": "step.day-1",
        "when": {"days": 1, "at": "morning"},
        "until": {"days": 1, "at": "20:00"},
    }
    step |= fields
    return {"key": "one", "step": [{name: value for name, value in step.items() if value is not None}]}


def test_a_plan_is_read_with_every_field() -> None:
    plan = plan_form.plan_from(tomllib.loads(TEXT))

    assert plan.step("day-1") == plans.Step(
        key="day-1",
        message="step.day-1",
        when=plans.OnDay(1),
        until=plans.OnDay(1, time(20)),
        budget=0,
        asks=(plans.Ask.SKIN, plans.Ask.READS),
        part=plans.Part.READS,
        silent=True,
    )


def test_what_a_step_does_not_say_has_a_default() -> None:
    eve = plan_form.plan_from(tomllib.loads(TEXT)).step("eve")

    assert eve == plans.Step("eve", "step.eve", plans.After(timedelta(hours=-1.5)), plans.AtStart())


@pytest.mark.parametrize("plan", [cases.PLAN, plan_form.plan_from(tomllib.loads(TEXT))], ids=["cases", "text"])
def test_a_plan_written_and_read_again_is_the_same_also_through_json(plan: plans.Plan) -> None:
    stored = json.dumps(plan_form.plan_to(plan))

    assert plan_form.plan_from(json.loads(stored)) == plan
    assert json.dumps(plan_form.plan_to(plan_form.plan_from(json.loads(stored)))) == stored


def test_the_same_plan_is_written_the_same_however_its_author_wrote_it() -> None:
    bare = form(when={"hours": 2}, until={"hours": 6})
    wordy = form(until={"hours": 6.0}, when={"hours": 2.0}, budget=1, silent=False, asks=[], part="care")

    assert json.dumps(plan_form.plan_to(plan_form.plan_from(bare))) == json.dumps(
        plan_form.plan_to(plan_form.plan_from(wordy))
    )


DAY = 'step "day-1"'


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"key": None}, 'step 1, field "key": it is missing; write a key of small letters'),
        ({"key": "Day 1"}, "step 1, field \"key\": 'Day 1' is not understood"),
        ({"message": None}, f'{DAY}, field "message": it is missing'),
        ({"message": 7}, f'{DAY}, field "message": 7 is not understood'),
        ({"when": None}, f'{DAY}, field "when": it is missing; write {{ days = 1, at = "morning" }}'),
        ({"when": "start"}, f"{DAY}, field \"when\": 'start' is not understood"),
        ({"when": {"days": 1}}, f'{DAY}, field "when":'),
        ({"when": {"days": 1.5, "at": "morning"}}, f'{DAY}, field "when":'),
        ({"when": {"days": True, "at": "morning"}}, f'{DAY}, field "when":'),
        ({"when": {"days": 1, "at": "8:30"}}, f'{DAY}, field "when":'),
        ({"when": {"days": 1, "at": "24:00"}}, f'{DAY}, field "when":'),
        ({"when": {"days": 1, "at": "08:30\n"}}, f'{DAY}, field "when":'),
        ({"when": {"days": 1, "at": time(8, 30)}}, f'{DAY}, field "when":'),
        ({"when": {"days": 1, "at": "morning", "hour": 8}}, f'{DAY}, field "when":'),
        ({"when": {"hours": "2"}}, f'{DAY}, field "when":'),
        ({"when": {"hours": True}}, f'{DAY}, field "when":'),
        ({"when": {"hours": float("nan")}}, f'{DAY}, field "when":'),
        ({"when": {"hours": float("inf")}}, f'{DAY}, field "when":'),
        ({"when": {"hours": 10**400}}, f'{DAY}, field "when":'),
        ({"when": {"days": 367, "at": "morning"}}, f'{DAY}, field "when":'),
        ({"until": "soon"}, f"{DAY}, field \"until\": 'soon' is not understood"),
        ({"until": {"days": 0, "at": "20:00"}}, f'{DAY}, field "until": it ends before the step falls'),
        ({"until": "start"}, f'{DAY}, field "until": it ends before the step falls'),
        ({"when": {"hours": 2}, "until": {"hours": 2}}, f'{DAY}, field "until": it ends before'),
        ({"when": {"hours": 0}, "until": "start"}, f'{DAY}, field "until": it ends before'),
        (
            {"when": {"days": 1, "at": "20:00"}, "until": {"days": 1, "at": "20:00"}},
            f'{DAY}, field "until": it ends before',
        ),
        ({"budget": 2}, f'{DAY}, field "budget": 2 is not understood; write 1, or 0'),
        ({"budget": True}, f'{DAY}, field "budget":'),
        ({"silent": "no"}, f"{DAY}, field \"silent\": 'no' is not understood; write true or false"),
        ({"asks": "skin"}, f'{DAY}, field "asks":'),
        ({"asks": ["mood"]}, f'{DAY}, field "asks": \'mood\' is not understood; write "skin" or "reads"'),
        ({"asks": ["skin", "skin"]}, f'{DAY}, field "asks":'),
        ({"part": "extras"}, f'{DAY}, field "part": \'extras\' is not understood; write "care" or "reads"'),
        ({"untill": "start"}, f'{DAY} has a field "untill" that means nothing; write one of key, message'),
    ],
)
def test_a_wrong_field_is_told_with_its_step_its_name_and_what_to_write(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 the sentence is compared below
        plan_form.plan_from(form(**fields))

    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("whole", "sentence"),
    [
        ({}, 'the plan, field "key": it is missing'),
        ({"key": "one"}, "the plan has no steps"),
        ({"key": "one", "step": []}, "the plan has no steps"),
        ({"key": "one", "step": {"key": "day-1"}}, "the plan has no steps"),
        ({"key": "one", "step": ["day-1"]}, "step 1 is 'day-1'; write a [[step]]"),
        ({"key": "one", "steps": []}, 'the plan has a field "steps" that means nothing'),
        ({**form(), "step": form()["step"] * 2}, 'two steps have the key "day-1"'),
    ],
)
def test_a_wrong_plan_is_told_what_to_write(whole: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 the sentence is compared below
        plan_form.plan_from(whole)

    assert str(refusal.value).startswith(sentence)


def test_a_morning_until_is_not_compared_with_a_fixed_hour() -> None:
    plan = plan_form.plan_from(form(when={"days": 1, "at": "07:00"}, until={"days": 1, "at": "morning"}))

    assert plan.steps[0].until == plans.OnDay(1)
