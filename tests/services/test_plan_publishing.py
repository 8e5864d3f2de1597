"""Publishing a clinic's own plan: whoever is under way, at whatever stage, gets nothing twice and nothing late."""

import dataclasses
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from reminderbot import clocks, errors
from reminderbot.catalog.editions import Reach
from reminderbot.services import (
    access,
    changes,
    clinics,
    invites,
    plan_editing,
    plan_publishing,
    plan_steps,
    stopping,
)
from reminderbot.store import tables
from tests.services import cast
from tests.services.plan_cast import DAY_5, PLAN, Editor, after, day, editor, local

__all__ = ["editor"]  # fixtures


async def test_the_shipped_plan_published_anew_for_all_leaves_nothing_of_the_version_before_to_be_sent(
    editor: Editor, bound: invites.Created
) -> None:
    """What withdrawing a version would promise: not even what was claimed a moment ago goes out."""
    await editor.add(DAY_5)
    await editor.publish()
    lease = {"lease_owner": "sender", "lease_until": editor.now + timedelta(minutes=1)}
    await cast.set_rows(editor.store, bound.treatment_id, "day-5", state="claimed", **lease)

    await editor.take_up("")
    done = await editor.publish()

    rows = await cast.rows(editor.store, bound.treatment_id)
    assert (rows["day-5"].state, rows["day-5"].reason, rows["day-5"].lease_owner) == ("skipped", "plan", None)
    assert len(done.patients) == 1


async def test_a_step_that_is_added_for_all_comes_once_and_what_was_sent_is_not_repeated(
    editor: Editor, bound: invites.Created
) -> None:
    await cast.sent(editor.store, bound.treatment_id, "eve", "ride-home", "day-1", now=cast.at(25, 8))
    before = await cast.rows(editor.store, bound.treatment_id)
    editor.now = cast.at(25, 10)
    await editor.add(DAY_5)
    seen = await editor.impact()

    done = await editor.publish()

    rows = await cast.rows(editor.store, bound.treatment_id)
    assert (seen.total("added"), seen.total("moves"), seen.repeats, len(done.patients)) == (1, 0, 0, 1)
    assert (rows["day-5"].state, local(rows["day-5"])) == ("planned", "29.11. 12:00")
    assert {step: row for step, row in rows.items() if step != "day-5"} == before


async def test_a_step_that_falls_earlier_moves_and_one_whose_new_time_is_past_does_not_come_in_a_burst(
    editor: Editor, bound: invites.Created
) -> None:
    editor.now = cast.at(26, 12)
    await cast.sent(editor.store, bound.treatment_id, "eve", "ride-home", "day-1", "day-2", now=cast.at(26, 8))
    await editor.change("day-7", when=day(6), until=day(12, "20:00"))
    await editor.change("day-14", when=day(1, "09:30"), until=day(1, "20:00"))
    await editor.add(plan_steps.TypedStep("first", "step.day-2", after("1"), after("5")))
    seen = await editor.impact()

    await editor.publish()

    rows = await cast.rows(editor.store, bound.treatment_id)
    assert (seen.total("moves"), seen.total("dropped"), seen.total("added"), seen.repeats) == (1, 1, 0, 0)
    assert local(rows["day-7"]) == "30.11. 08:30"
    assert (rows["day-14"].state, rows["first"].state) == ("expired", "skipped")
    assert not [row for row in rows.values() if row.state == "planned" and row.due_at <= editor.now]


async def test_only_new_treatments_follow_what_is_published_for_new_ones(
    editor: Editor, bound: invites.Created, bea: clinics.ClinicView
) -> None:
    before = await cast.rows(editor.store, bound.treatment_id)
    await editor.add(DAY_5)

    await editor.publish(Reach.NEW)

    later = await cast.invite(editor.store, bea, editor.catalog, now=editor.now, name="Bruno Díaz")
    assert await cast.rows(editor.store, bound.treatment_id) == before
    assert "day-5" in await cast.rows(editor.store, later.treatment_id)


async def test_a_step_that_was_taken_out_comes_back_when_the_old_version_is_published_anew(
    editor: Editor, bound: invites.Created
) -> None:
    await editor.change("day-3", silent=True)
    await editor.publish()
    async with editor.store.reading() as work:
        [first] = await plan_editing.versions(work, editor.who, PLAN)
    await editor.remove("day-3")
    await editor.publish()
    gone = (await cast.states(editor.store, bound.treatment_id))["day-3"]

    await editor.take_up(first.id)
    await editor.publish()

    async with editor.store.reading() as work:
        numbers = [each.number for each in await plan_editing.versions(work, editor.who, PLAN)]
    assert gone == ("skipped", "plan")
    assert (await cast.states(editor.store, bound.treatment_id))["day-3"] == ("planned", None)
    assert numbers == [3, 2, 1]


async def test_whoever_has_stopped_gets_nothing_of_a_new_version(
    editor: Editor, bound: invites.Created, ana: access.Person
) -> None:
    async with editor.store.writing() as work:
        await stopping.stop(work, ana, now=editor.now)
    await editor.add(DAY_5)
    await editor.remove("day-2")

    await editor.publish()

    states = await cast.states(editor.store, bound.treatment_id)
    assert states["day-5"] == ("cancelled", "stopped")
    assert states["day-2"] == ("skipped", "plan")
    assert "planned" not in {state for state, _ in states.values()}


async def test_a_treatment_that_is_over_is_left_alone(editor: Editor, bound: invites.Created) -> None:
    editor.now = editor.now + timedelta(days=150)
    every = await cast.rows(editor.store, bound.treatment_id)
    await cast.sent(editor.store, bound.treatment_id, *every, now=cast.at(25, 8))
    await editor.add(plan_steps.TypedStep("day-200", "step.day-90", day(200), day(210)))

    done = await editor.publish()

    assert done.patients == ()
    assert "day-200" not in await cast.rows(editor.store, bound.treatment_id)


async def test_a_session_that_was_moved_and_one_before_its_date_follow_from_their_own_day(
    editor: Editor, bound: invites.Created
) -> None:
    moment = changes.Moment(editor.catalog, cast.BOT, editor.now, clocks.machine())
    async with editor.store.writing() as work:
        row = (await cast.rows(editor.store, bound.treatment_id))["eve"]
        friday = cast.TUESDAY.day + timedelta(days=3)
        where = (row.patient_id, bound.treatment_id)
        await changes.move(work, editor.who, *where, day=friday, at=time(10), version=1, moment=moment)
    await editor.add(DAY_5)

    await editor.publish()

    rows = await cast.rows(editor.store, bound.treatment_id)
    assert local(rows["day-5"]) == "02.12. 12:00"


async def test_another_text_for_a_step_is_said_by_what_is_to_come_only(editor: Editor, bound: invites.Created) -> None:
    await cast.sent(editor.store, bound.treatment_id, "eve", now=editor.now)
    await editor.change("day-2", message="step.day-3", again=False, silent=True)
    seen = await editor.impact()

    await editor.publish()

    row = (await cast.rows(editor.store, bound.treatment_id))["day-2"]
    assert (row.message_key, row.budget, row.silent) == ("step.day-3", 0, True)
    assert seen.reworded == 1


async def test_a_plan_from_nothing_is_offered_once_it_is_published_and_patients_follow_it(
    editor: Editor, bea: clinics.ClinicView
) -> None:
    async with editor.store.writing() as work:
        key = await plan_editing.create(work, editor.who, "Chemical peel", language="en", **editor.given)
    await editor.add(plan_steps.TypedStep("evening", "step.day-1", after("4"), after("8")), key)
    await editor.publish(key=key)

    async with editor.store.writing() as work:
        made = await invites.create(
            work,
            editor.who,
            name="Ana",
            day=cast.TUESDAY.day,
            at=time(12),
            language="en",
            plan_key=key,
            **editor.given,
        )

    assert key == "chemical-peel"
    assert list(await cast.rows(editor.store, made.treatment_id)) == ["evening"]


async def test_the_gates_name_the_step_and_hold_back_what_patients_could_not_be_sent(editor: Editor) -> None:
    await editor.add(dataclasses.replace(DAY_5, message="own"))
    await editor.add(dataclasses.replace(DAY_5, key="noon"))
    await editor.add(plan_steps.TypedStep("odd", "step.day-1", after("30"), day(1, "12:00")))
    plan = await editor.plan()
    async with editor.store.reading() as work:
        found = await plan_publishing.faults(work, editor.who, plan, **editor.given)

    said = {(fault.key.rpartition("-")[2], fault.step) for fault in found}
    assert said == {("text", "day-5"), ("minute", "noon"), ("until", "odd")} or said == {
        ("text", "day-5"),
        ("minute", "day-5"),
        ("until", "odd"),
    }
    with pytest.raises(errors.Invalid, match=r"console.plans.gate-"):
        await editor.publish()
    assert (await editor.plan()).edition is None


async def test_a_plan_without_steps_is_not_published(editor: Editor) -> None:
    async with editor.store.writing() as work:
        key = await plan_editing.create(work, editor.who, "Laser", language="en", **editor.given)

    with pytest.raises(errors.Invalid, match=r"console.plans.gate-none"):
        await editor.publish(key=key)


async def test_what_was_published_is_in_the_audit_once(editor: Editor, bound: invites.Created) -> None:
    await editor.add(DAY_5)
    await editor.publish()

    a = tables.audit.c
    async with editor.store.reading() as work:
        query = select(func.count()).where(a.action == "plan.published", a.staff_id == editor.who.staff_id)
        assert (await work.run(query)).scalar_one() == 1
