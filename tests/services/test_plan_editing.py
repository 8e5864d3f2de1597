"""A clinic's own plans as they are written: what a form may say, two at once, and that nobody else sees a draft."""

import dataclasses

import pytest

from reminderbot import errors
from reminderbot.services import (
    access,
    invites,
    plan_editing,
    plan_steps,
)
from reminderbot.store import plan_editions
from tests.services import cast
from tests.services.plan_cast import DAY_5, PLAN, Editor, after, day, editor
from tests.web.console import desk

__all__ = ["editor"]  # fixtures


async def test_a_copy_has_the_steps_of_the_plan_it_is_of_and_leaves_that_alone(editor: Editor) -> None:
    async with editor.store.writing() as work:
        key = await plan_editing.create(work, editor.who, "Deep needling", like=PLAN, language="en", **editor.given)

    copy, shipped = await editor.plan(key), await editor.plan()
    assert copy.steps == shipped.steps == editor.catalog.plan(PLAN).steps
    assert shipped.draft is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"key": "Day 5!"}, "refused-key"),
        ({"key": "day-2"}, "refused-twin"),
        ({"when": day(500)}, "refused-when"),
        ({"when": day(5, "25:00")}, "refused-when-at"),
        ({"when": plan_steps.Typed("day", days="soon")}, "refused-when-days"),
        ({"when": after("1e9")}, "refused-when-hours"),
        ({"until": after("")}, "refused-until-hours"),
        ({"until": day(4)}, "refused-early"),
        ({"until": plan_steps.Typed("start")}, "refused-early"),
        ({"asks": ("skin", "skin")}, "refused-asks"),
        ({"asks": ("weight",)}, "refused-asks"),
        ({"part": "rest"}, "refused-part"),
        ({"message": "{{ x }}"}, "refused-message"),
    ],
)
async def test_every_wrong_field_of_a_step_is_answered_in_words(
    editor: Editor, typed: dict[str, object], key: str
) -> None:
    with pytest.raises(errors.Invalid) as refused:
        await editor.add(dataclasses.replace(DAY_5, **typed))

    assert refused.value.key == f"console.plans.{key}"
    assert all(editor.catalog.has(code, refused.value.key) for code in ("en", "es"))


async def test_the_second_of_two_admins_is_told_and_the_first_ones_step_stays(editor: Editor) -> None:
    await editor.add(DAY_5)
    with pytest.raises(errors.Conflict, match=r"console.refusal.old"):
        async with editor.store.writing() as work:
            await plan_editing.add_step(
                work, editor.who, PLAN, dataclasses.replace(DAY_5, key="x"), version=0, **editor.given
            )

    assert [step.key for step in (await editor.plan()).steps if step.key in ("day-5", "x")] == ["day-5"]


async def test_a_draft_reaches_nobody_before_it_is_published(editor: Editor, bound: invites.Created) -> None:
    before = await cast.rows(editor.store, bound.treatment_id)
    await editor.add(DAY_5)

    async with editor.store.reading() as work:
        assert await plan_editions.in_force(work, editor.who.clinic_id) == {}
    assert await cast.rows(editor.store, bound.treatment_id) == before


async def test_carl_sees_nothing_of_dr_beas_plans_and_front_desks_write_none(
    editor: Editor, bound: invites.Created
) -> None:
    async with editor.store.writing() as work:
        own = await plan_editing.create(work, editor.who, "Peel", language="en", **editor.given)
        other = await cast.clinic(work, editor.catalog, now=editor.now, name="Carl Skin")
    await editor.add(DAY_5)
    await editor.publish()
    carl = dataclasses.replace(editor, who=await desk.employ(editor.store, other, access.Role.ADMIN))

    with pytest.raises(errors.NotFound):
        await carl.plan(own)
    assert (await carl.plan()).steps == editor.catalog.plan(PLAN).steps
    await carl.remove("day-2")
    assert (await carl.publish()).patients == ()
    for role in (access.Role.DESK, access.Role.CLINICIAN):
        with pytest.raises(errors.NotAllowed):
            await dataclasses.replace(editor, who=dataclasses.replace(editor.who, role=role)).plan()


async def test_a_step_of_another_treatment_does_not_bear_the_name_of_a_shipped_message(editor: Editor) -> None:
    async with editor.store.writing() as work:
        key = await plan_editing.create(work, editor.who, "Peel", language="en", **editor.given)

    with pytest.raises(errors.Invalid) as refused:
        await editor.add(plan_steps.TypedStep("day-1", plan_editing.OWN, day(1), day(1, "20:00")), key)

    assert (refused.value.key, refused.value.values["text"]) == ("console.plans.refused-title", "peel-day-1")
