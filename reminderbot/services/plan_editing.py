"""A clinic's own plans as they are written: drafts over the shipped ones, their steps, old versions taken up again."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans
from reminderbot.services import access, audit, plan_steps, wording
from reminderbot.store import plan_editions as rows
from reminderbot.store import work as works

LONGEST_NAME: Final = 60
OWN: Final = "own"
"""Instead of a text's key: a text of the step's own, to be written under Wording."""

RIGHT: Final = access.Right.WORD


@dataclasses.dataclass(frozen=True)
class Plan:
    """A plan of the clinic: `steps` are those of the draft if there is one, else those in force.

    `edition` is what is in force of the clinic's own; without it the shipped plan is, if there is one.
    """

    key: str
    called: Mapping[str, str]
    is_shipped: bool
    edition: rows.PlanEdition | None
    draft: rows.PlanDraft | None
    steps: tuple[plans.Step, ...]
    under_way: int

    @property
    def version(self) -> int:
        """The version of the draft; 0 if there is none."""
        return self.draft.version if self.draft else 0

    def step(self, key: str) -> plans.Step:
        """Return a step; NotFound `console.sorry.not-found`."""
        for each in self.steps:
            if each.key == key:
                return each
        raise errors.NotFound("console.sorry.not-found")


async def listed(work: works.Work, who: access.Staff, *, catalog: catalogs.Catalog, now: datetime) -> list[Plan]:
    """Return the clinic's plans: the shipped ones first, each as it would be published."""
    access.require(who, RIGHT)
    published = await rows.in_force(work, who.clinic_id)
    written = {each.plan_key: each for each in await rows.drafts(work, wording.scope(who))}
    counts = await rows.count_under_way(work, who.clinic_id, now=now)
    keys = dict.fromkeys((*catalog.plan_keys, *sorted({*published, *written})))
    return [_plan(catalog, key, published.get(key), written.get(key), counts.get(key, 0)) for key in keys]


async def get(work: works.Work, who: access.Staff, plan_key: str, *, catalog: catalogs.Catalog, now: datetime) -> Plan:
    """Return one plan of the clinic; NotFound `console.sorry.not-found`."""
    for plan in await listed(work, who, catalog=catalog, now=now):
        if plan.key == plan_key:
            return plan
    raise errors.NotFound("console.sorry.not-found")


async def versions(work: works.Work, who: access.Staff, plan_key: str) -> list[rows.PlanEdition]:
    """Return what the clinic has published of a plan, the newest first."""
    access.require(who, RIGHT)
    return await rows.of(work, wording.scope(who), plan_key)


async def edition(work: works.Work, who: access.Staff, plan_key: str, edition_id: str) -> rows.PlanEdition:
    """Return one published version; NotFound `console.sorry.not-found`."""
    for each in await versions(work, who, plan_key):
        if each.id == edition_id:
            return each
    raise errors.NotFound("console.sorry.not-found")


async def create(
    work: works.Work,
    who: access.Staff,
    name: str,
    *,
    like: str = "",
    language: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str:
    """Begin a plan of the clinic's own, from nothing or as a copy of the plan `like`; return its key.

    Raises Invalid `console.plans.refused-name`; Conflict `console.plans.refused-taken` for a name that a plan has.
    """
    access.require(who, RIGHT)
    cleaned = _name(name)
    known = await listed(work, who, catalog=catalog, now=now)
    key = _key(cleaned)
    if key in {each.key for each in known} | {wording.WORDS}:
        raise errors.Conflict("console.plans.refused-taken")
    source = await get(work, who, like, catalog=catalog, now=now) if like else None
    begun = await rows.is_begun(
        work,
        wording.scope(who),
        key,
        called={language: cleaned},
        steps=source.steps if source else (),
        staff_id=who.staff_id,
        now=now,
    )
    if not begun:
        raise errors.Conflict("console.plans.refused-taken")
    await audit.note(work, who, "plan.begun", plan=key)
    return key


async def rename(
    work: works.Work,
    who: access.Staff,
    plan_key: str,
    names: Mapping[str, str],
    *,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Have the draft called otherwise, by language; an empty name is left out. Invalid `console.plans.refused-name`."""
    plan = await get(work, who, plan_key, catalog=catalog, now=now)
    called = {code: _name(name) for code, name in names.items() if name.strip() and code in catalog.languages}
    await _save(work, who, plan, plan.steps, version=version, called=called, now=now)


async def add_step(
    work: works.Work,
    who: access.Staff,
    plan_key: str,
    typed: plan_steps.TypedStep,
    *,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Add a step to the draft, where it falls.

    Raises Invalid as `plan_steps.read` does, `console.plans.refused-twin` for a key that a step has,
    `console.plans.refused-title` for one under which patients read what a shipped step is about,
    `console.plans.refused-many`; Conflict `console.refusal.old` when the draft has changed since `version`.
    """
    plan = await get(work, who, plan_key, catalog=catalog, now=now)
    step = plan_steps.read(_own(plan, typed, typed.key))
    if step.key in {each.key for each in plan.steps}:
        raise errors.Invalid("console.plans.refused-twin")
    if not plan.is_shipped and typed.message == OWN and catalog.has(catalogs.ENGLISH, f"title.{step.key}"):
        raise errors.Invalid("console.plans.refused-title", typed=step.key, text=f"{plan.key}-{step.key}")
    if len(plan.steps) >= plan_steps.MOST:
        raise errors.Invalid("console.plans.refused-many", most=str(plan_steps.MOST))
    await _save(work, who, plan, (*plan.steps, step), version=version, now=now)


async def change_step(
    work: works.Work,
    who: access.Staff,
    plan_key: str,
    step_key: str,
    typed: plan_steps.TypedStep,
    *,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Change or move a step of the draft; its key stays, whatever `typed` says: by it what was sent is known."""
    plan = await get(work, who, plan_key, catalog=catalog, now=now)
    plan.step(step_key)
    step = plan_steps.read(_own(plan, dataclasses.replace(typed, key=step_key), step_key))
    steps = tuple(step if each.key == step_key else each for each in plan.steps)
    await _save(work, who, plan, steps, version=version, now=now)


async def remove_step(
    work: works.Work,
    who: access.Staff,
    plan_key: str,
    step_key: str,
    *,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Take a step out of the draft."""
    plan = await get(work, who, plan_key, catalog=catalog, now=now)
    plan.step(step_key)
    steps = tuple(each for each in plan.steps if each.key != step_key)
    await _save(work, who, plan, steps, version=version, now=now)


async def take_up(
    work: works.Work,
    who: access.Staff,
    plan_key: str,
    edition_id: str,
    *,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Make the draft say what an old version says, or without `edition_id` the shipped plan: to be published anew.

    Raises Invalid `console.plans.refused-not-shipped`; Conflict `console.refusal.old`.
    """
    plan = await get(work, who, plan_key, catalog=catalog, now=now)
    if edition_id:
        old = await edition(work, who, plan_key, edition_id)
        await _save(work, who, plan, old.plan.steps, version=version, called=old.called, now=now)
    elif plan.is_shipped:
        await _save(work, who, plan, catalog.plan(plan_key).steps, version=version, called={}, now=now)
    else:
        raise errors.Invalid("console.plans.refused-not-shipped")


async def discard(
    work: works.Work, who: access.Staff, plan_key: str, *, version: int, catalog: catalogs.Catalog, now: datetime
) -> None:
    """Drop the draft; Conflict `console.refusal.old` when it has changed since `version`."""
    await get(work, who, plan_key, catalog=catalog, now=now)
    if not await rows.is_dropped(work, wording.scope(who), plan_key, version=version):
        raise errors.Conflict("console.refusal.old")
    await audit.note(work, who, "plan.discarded", plan=plan_key)


async def _save(
    work: works.Work,
    who: access.Staff,
    plan: Plan,
    steps: Sequence[plans.Step],
    *,
    version: int,
    now: datetime,
    called: Mapping[str, str] | None = None,
) -> None:
    names = plan.called if called is None else called
    said = {"called": names, "steps": plan_steps.ordered(steps), "staff_id": who.staff_id, "now": now}
    scope = wording.scope(who)
    if plan.draft is None and version == 0:
        kept = await rows.is_begun(work, scope, plan.key, **said)  # type: ignore[arg-type]
    else:
        kept = await rows.is_changed(work, scope, plan.key, version=version, **said)  # type: ignore[arg-type]
    if not kept:
        raise errors.Conflict("console.refusal.old")


def _plan(
    catalog: catalogs.Catalog,
    key: str,
    edition: rows.PlanEdition | None,
    draft: rows.PlanDraft | None,
    under_way: int,
) -> Plan:
    is_shipped = key in catalog.plan_keys
    stands = edition.plan.steps if edition else catalog.plan(key).steps if is_shipped else ()
    called = draft.called if draft else edition.called if edition else {}
    return Plan(key, called, is_shipped, edition, draft, draft.steps if draft else stands, under_way)


def _own(plan: Plan, typed: plan_steps.TypedStep, key: str) -> plan_steps.TypedStep:
    return dataclasses.replace(typed, message=f"step.{plan.key}.{key}") if typed.message == OWN else typed


def _name(text: str) -> str:
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise errors.Invalid("console.plans.refused-name", most=str(LONGEST_NAME))
    return cleaned


def _key(name: str) -> str:
    """Return "chemical-peel" for "Chemical peel"; Invalid `console.plans.refused-name` where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_NAME].strip("-")
    if not key:
        raise errors.Invalid("console.plans.refused-name", most=str(LONGEST_NAME))
    return key
