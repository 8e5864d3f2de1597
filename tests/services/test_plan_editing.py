"""A clinic's own plans: written, checked, published; whoever is under way, at whatever stage, gets nothing twice."""

import dataclasses
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog.editions import Reach
from reminderbot.planning import hours
from reminderbot.services import (
    access,
    changes,
    clinics,
    invites,
    plan_editing,
    plan_publishing,
    plan_reach,
    plan_steps,
    stopping,
)
from reminderbot.store import plan_editions, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

PLAN = "microneedling"


def day(days: int, at: str = "") -> plan_steps.Typed:
    return plan_steps.Typed("day", days=str(days), at=at)


def after(count: str) -> plan_steps.Typed:
    return plan_steps.Typed("hours", hours=count)


DAY_5 = plan_steps.TypedStep("day-5", "step.day-3", day(5, "12:00"), day(5, "20:00"))


@dataclasses.dataclass
class Editor:
    """An admin of Dr Bea's at the plan editor."""

    store: works.Store
    who: access.Staff
    catalog: catalogs.Catalog
    now: datetime

    @property
    def given(self) -> dict[str, object]:
        return {"catalog": self.catalog, "now": self.now}

    async def plan(self, key: str = PLAN) -> plan_editing.Plan:
        async with self.store.reading() as work:
            return await plan_editing.get(work, self.who, key, **self.given)

    async def add(self, step: plan_steps.TypedStep, key: str = PLAN) -> None:
        version = (await self.plan(key)).version
        async with self.store.writing() as work:
            await plan_editing.add_step(work, self.who, key, step, version=version, **self.given)

    async def change(self, step_key: str, **typed: object) -> None:
        plan = await self.plan()
        step = dataclasses.replace(plan_steps.shown(plan.step(step_key)), **typed)
        async with self.store.writing() as work:
            await plan_editing.change_step(work, self.who, PLAN, step_key, step, version=plan.version, **self.given)

    async def remove(self, step_key: str) -> None:
        version = (await self.plan()).version
        async with self.store.writing() as work:
            await plan_editing.remove_step(work, self.who, PLAN, step_key, version=version, **self.given)

    async def impact(self) -> plan_reach.Impact:
        plan = plan_editing.plans.Plan(PLAN, (await self.plan()).steps)
        async with self.store.reading() as work:
            return await plan_reach.impact(work, self.who, plan, now=self.now)

    async def publish(self, reach: Reach = Reach.ALL, key: str = PLAN) -> plan_reach.Done:
        version = (await self.plan(key)).version
        async with self.store.writing() as work:
            return await plan_publishing.publish(
                work, self.who, key, reach=reach, why="", version=version, **self.given
            )

    async def take_up(self, edition_id: str) -> None:
        version = (await self.plan()).version
        async with self.store.writing() as work:
            await plan_editing.take_up(work, self.who, PLAN, edition_id, version=version, **self.given)


@pytest.fixture
async def editor(store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock) -> Editor:
    return Editor(store, await desk.employ(store, bea, access.Role.ADMIN), catalog, clock.now())


@pytest.fixture
async def joined(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> invites.Created:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
    return invite


def local(row: Any) -> str:
    return f"{hours.to_local(row.due_at, cast.MADRID):%d.%m. %H:%M}"


async def test_a_step_that_is_added_for_all_comes_once_and_what_was_sent_is_not_repeated(
    editor: Editor, joined: invites.Created
) -> None:
    await cast.sent(editor.store, joined.treatment_id, "eve", "ride-home", "day-1", now=cast.at(25, 8))
    before = await cast.rows(editor.store, joined.treatment_id)
    editor.now = cast.at(25, 10)
    await editor.add(DAY_5)
    seen = await editor.impact()

    done = await editor.publish()

    rows = await cast.rows(editor.store, joined.treatment_id)
    assert (seen.total("added"), seen.total("moves"), seen.repeats, len(done.patients)) == (1, 0, 0, 1)
    assert (rows["day-5"].state, local(rows["day-5"])) == ("planned", "29.11. 12:00")
    assert {step: row for step, row in rows.items() if step != "day-5"} == before


async def test_a_step_that_falls_earlier_moves_and_one_whose_new_time_is_past_does_not_come_in_a_burst(
    editor: Editor, joined: invites.Created
) -> None:
    editor.now = cast.at(26, 12)
    await cast.sent(editor.store, joined.treatment_id, "eve", "ride-home", "day-1", "day-2", now=cast.at(26, 8))
    await editor.change("day-7", when=day(6), until=day(12, "20:00"))
    await editor.change("day-14", when=day(1, "09:30"), until=day(1, "20:00"))
    await editor.add(plan_steps.TypedStep("first", "step.day-2", after("1"), after("5")))
    seen = await editor.impact()

    await editor.publish()

    rows = await cast.rows(editor.store, joined.treatment_id)
    assert (seen.total("moves"), seen.total("dropped"), seen.total("added"), seen.repeats) == (1, 1, 0, 0)
    assert local(rows["day-7"]) == "30.11. 08:30"
    assert (rows["day-14"].state, rows["first"].state) == ("expired", "skipped")
    assert not [row for row in rows.values() if row.state == "planned" and row.due_at <= editor.now]


async def test_only_new_treatments_follow_what_is_published_for_new_ones(
    editor: Editor, joined: invites.Created, bea: clinics.ClinicView
) -> None:
    before = await cast.rows(editor.store, joined.treatment_id)
    await editor.add(DAY_5)

    await editor.publish(Reach.NEW)

    later = await cast.invite(editor.store, bea, editor.catalog, now=editor.now, name="Bruno Díaz")
    assert await cast.rows(editor.store, joined.treatment_id) == before
    assert "day-5" in await cast.rows(editor.store, later.treatment_id)


async def test_a_step_that_was_taken_out_comes_back_when_the_old_version_is_published_anew(
    editor: Editor, joined: invites.Created
) -> None:
    await editor.change("day-3", silent=True)
    await editor.publish()
    async with editor.store.reading() as work:
        [first] = await plan_editing.versions(work, editor.who, PLAN)
    await editor.remove("day-3")
    await editor.publish()
    gone = (await cast.states(editor.store, joined.treatment_id))["day-3"]

    await editor.take_up(first.id)
    await editor.publish()

    async with editor.store.reading() as work:
        numbers = [each.number for each in await plan_editing.versions(work, editor.who, PLAN)]
    assert gone == ("skipped", "plan")
    assert (await cast.states(editor.store, joined.treatment_id))["day-3"] == ("planned", None)
    assert numbers == [3, 2, 1]


async def test_whoever_has_stopped_gets_nothing_of_a_new_version(
    editor: Editor, joined: invites.Created, ana: access.Person
) -> None:
    async with editor.store.writing() as work:
        await stopping.stop(work, ana, now=editor.now)
    await editor.add(DAY_5)
    await editor.remove("day-2")

    await editor.publish()

    states = await cast.states(editor.store, joined.treatment_id)
    assert states["day-5"] == ("cancelled", "stopped")
    assert states["day-2"] == ("skipped", "plan")
    assert "planned" not in {state for state, _ in states.values()}


async def test_a_treatment_that_is_over_is_left_alone(editor: Editor, joined: invites.Created) -> None:
    editor.now = editor.now + timedelta(days=150)
    every = await cast.rows(editor.store, joined.treatment_id)
    await cast.sent(editor.store, joined.treatment_id, *every, now=cast.at(25, 8))
    await editor.add(plan_steps.TypedStep("day-200", "step.day-90", day(200), day(210)))

    done = await editor.publish()

    assert done.patients == ()
    assert "day-200" not in await cast.rows(editor.store, joined.treatment_id)


async def test_a_session_that_was_moved_and_one_before_its_date_follow_from_their_own_day(
    editor: Editor, joined: invites.Created
) -> None:
    moment = changes.Moment(editor.catalog, cast.BOT, editor.now, clocks.machine())
    async with editor.store.writing() as work:
        row = (await cast.rows(editor.store, joined.treatment_id))["eve"]
        friday = cast.TUESDAY.day + timedelta(days=3)
        where = (row.patient_id, joined.treatment_id)
        await changes.move(work, editor.who, *where, day=friday, at=time(10), version=1, moment=moment)
    await editor.add(DAY_5)

    await editor.publish()

    rows = await cast.rows(editor.store, joined.treatment_id)
    assert local(rows["day-5"]) == "02.12. 12:00"


async def test_another_text_for_a_step_is_said_by_what_is_to_come_only(editor: Editor, joined: invites.Created) -> None:
    await cast.sent(editor.store, joined.treatment_id, "eve", now=editor.now)
    await editor.change("day-2", message="step.day-3", again=False, silent=True)
    seen = await editor.impact()

    await editor.publish()

    row = (await cast.rows(editor.store, joined.treatment_id))["day-2"]
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


async def test_the_second_of_two_admins_is_told_and_the_first_ones_step_stays(editor: Editor) -> None:
    await editor.add(DAY_5)
    with pytest.raises(errors.Conflict, match=r"console.refusal.old"):
        async with editor.store.writing() as work:
            await plan_editing.add_step(
                work, editor.who, PLAN, dataclasses.replace(DAY_5, key="x"), version=0, **editor.given
            )

    assert [step.key for step in (await editor.plan()).steps if step.key in ("day-5", "x")] == ["day-5"]


async def test_a_draft_reaches_nobody_before_it_is_published(editor: Editor, joined: invites.Created) -> None:
    before = await cast.rows(editor.store, joined.treatment_id)
    await editor.add(DAY_5)

    async with editor.store.reading() as work:
        assert await plan_editions.in_force(work, editor.who.clinic_id) == {}
    assert await cast.rows(editor.store, joined.treatment_id) == before


async def test_carl_sees_nothing_of_dr_beas_plans_and_front_desks_write_none(
    editor: Editor, joined: invites.Created
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


async def test_what_was_published_is_in_the_audit_once(editor: Editor, joined: invites.Created) -> None:
    await editor.add(DAY_5)
    await editor.publish()

    a = tables.audit.c
    async with editor.store.reading() as work:
        query = select(func.count()).where(a.action == "plan.published", a.staff_id == editor.who.staff_id)
        assert (await work.run(query)).scalar_one() == 1


async def test_a_step_of_another_treatment_does_not_bear_the_name_of_a_shipped_message(editor: Editor) -> None:
    async with editor.store.writing() as work:
        key = await plan_editing.create(work, editor.who, "Peel", language="en", **editor.given)

    with pytest.raises(errors.Invalid) as refused:
        await editor.add(plan_steps.TypedStep("day-1", plan_editing.OWN, day(1), day(1, "20:00")), key)

    assert (refused.value.key, refused.value.values["text"]) == ("console.plans.refused-title", "peel-day-1")
