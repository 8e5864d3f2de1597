"""Publishing a clinic's own plan: what its steps can say, what keeps it back, and whom it reaches."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.planning import plans
from reminderbot.services import (
    access,
    audit,
    hourly,
    in_force,
    plan_editing,
    plan_reach,
    plan_steps,
    shipping,
    wording,
)
from reminderbot.store import drafts as text_drafts
from reminderbot.store import plan_editions as rows
from reminderbot.store import work as works

LONGEST_WHY: Final = 500


@dataclasses.dataclass(frozen=True)
class Fault:
    """What keeps a plan from being published: a key of messages, the step at which it is, and another it is about."""

    key: str
    step: str = ""
    other: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What fills the sentence."""
        return {"title": self.step, "text": self.other}


async def messages(
    work: works.Work, who: access.Staff, plan: plan_editing.Plan, *, catalog: catalogs.Catalog, now: datetime
) -> dict[str, bool]:
    """Return the keys of texts that steps of a plan may say, and whether each can be sent in every language."""
    keys = list(catalog.keys("step."))
    keys += [each.key for each in await text_drafts.of(work, wording.scope(who), plan.key)]
    keys += [step.message for step in plan.steps]
    says = await _sayable(work, who, plan.key, catalog=catalog, now=now)
    return {key: says(key) for key in dict.fromkeys(keys)}


async def faults(
    work: works.Work, who: access.Staff, plan: plan_editing.Plan, *, catalog: catalogs.Catalog, now: datetime
) -> list[Fault]:
    """Return what keeps a plan from being published, each with its step."""
    if not plan.steps:
        return [Fault("console.plans.gate-none")]
    says = await _sayable(work, who, plan.key, catalog=catalog, now=now)
    found = [Fault("console.plans.gate-text", step.key) for step in plan.steps if not says(step.message)]
    found += [Fault("console.plans.gate-until", step.key) for step in plan.steps if plan_steps.never_fits(step)]
    for one, other in plan_steps.twins(plan.steps):
        found.append(Fault("console.plans.gate-minute", other.key, one.key))
    return found


async def publish(
    work: works.Work,
    who: access.Staff,
    plan_key: str,
    *,
    reach: worded.Reach,
    why: str,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> plan_reach.Done:
    """Publish the draft: new treatments follow it, and with reach ALL those under way too; return what that did.

    Nothing that was sent is sent again, and nothing of what is past comes. Raises Conflict `console.refusal.old`;
    Invalid with the first of `faults`, `console.plans.refused-why`.
    """
    access.require(who, plan_editing.RIGHT)
    await rows.hold(work, who.clinic_id)
    await hourly.require_calm(work, who)
    plan = await plan_editing.get(work, who, plan_key, catalog=catalog, now=now)
    if plan.draft is None or plan.version != version:
        raise errors.Conflict("console.refusal.old")
    for fault in await faults(work, who, plan, catalog=catalog, now=now):
        raise errors.Invalid(fault.key, **fault.values)
    if len(why) > LONGEST_WHY:
        raise errors.Invalid("console.plans.refused-why", most=str(LONGEST_WHY))
    wanted = plans.Plan(plan_key, plan.steps)
    given = {"organisation_id": who.organisation_id, "now": now}
    version_id = await shipping.version_of(work, catalog, wanted, **given)  # type: ignore[arg-type]
    said = {"plan_version_id": version_id, "called": plan.called, "reach": reach, "why": why.strip()}
    scope, by = wording.scope(who), {"staff_id": who.staff_id, "now": now}
    number = await rows.add(work, scope, plan_key=plan_key, **said, **by)  # type: ignore[arg-type]
    await rows.is_dropped(work, scope, plan_key)
    done = plan_reach.Done(number, ())
    if reach is worded.Reach.ALL:
        done = plan_reach.Done(number, await plan_reach.follow(work, who, wanted, version_id, now=now))
    changed = len(done.patients)
    await audit.note(work, who, "plan.published", plan=plan_key, number=number, reach=reach, treatments=changed)
    return done


async def _sayable(
    work: works.Work, who: access.Staff, plan_key: str, *, catalog: catalogs.Catalog, now: datetime
) -> "_Sayable":
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    wordings = await in_force.wording(work, catalog, **whose)
    edition = wordings.edition(plan_key, now)
    languages = await wording.languages(work, who, catalog)
    return _Sayable(catalog, edition.texts if edition else {}, languages)


@dataclasses.dataclass(frozen=True)
class _Sayable:
    """Tells of a text's key whether delivery can say it in every language of the clinic."""

    catalog: catalogs.Catalog
    texts: Mapping[worded.At, str]
    languages: tuple[str, ...]

    def __call__(self, key: str) -> bool:
        return all((code, key) in self.texts or self.catalog.has(code, key) for code in self.languages)
