"""An admin of Dr Bea's at the plan editor, and a patient under way."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog.editions import Reach
from reminderbot.planning import hours
from reminderbot.services import (
    access,
    clinics,
    plan_editing,
    plan_publishing,
    plan_reach,
    plan_steps,
)
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


def local(row: Any) -> str:
    return f"{hours.to_local(row.due_at, cast.MADRID):%d.%m. %H:%M}"
