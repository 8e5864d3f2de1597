"""A clinic's own plans: drafts, what was published of them, and whose treatments follow a plan."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, or_, select, update

from reminderbot.planning import life, plan_form, plans
from reminderbot.store import inserting, patients, tables
from reminderbot.store.editions import Scope
from reminderbot.store.work import Work

_e, _d, _v = tables.plan_editions.c, tables.plan_drafts.c, tables.plan_versions.c
_t, _r, _p = tables.treatments.c, tables.reminders.c, tables.patients.c


@dataclasses.dataclass(frozen=True)
class PlanEdition:
    """A published version of a plan; `called` is its name by language."""

    id: str
    plan_key: str
    number: int
    is_clinics: bool
    plan_version_id: str
    plan: plans.Plan = dataclasses.field(repr=False)
    called: Mapping[str, str]
    reach: str
    why: str
    staff_id: str | None
    published_at: datetime


@dataclasses.dataclass(frozen=True)
class PlanDraft:
    """A plan that is being written; a new one has no steps yet."""

    plan_key: str
    called: Mapping[str, str]
    steps: tuple[plans.Step, ...]
    version: int
    staff_id: str
    changed_at: datetime


async def in_force(work: Work, clinic_id: str) -> dict[str, PlanEdition]:
    """Return what is in force in a clinic by the plan's key: its own, else its organisation's, the newest of each."""
    whose = select(tables.clinics.c.organisation_id).where(tables.clinics.c.id == clinic_id).scalar_subquery()
    ours = or_(_e.scope == clinic_id, _e.clinic_id.is_(None) & (_e.organisation_id == whose))
    found = await _editions(work, _published().where(ours))
    return {each.plan_key: each for each in sorted(found, key=lambda each: (each.is_clinics, each.number))}


async def of(work: Work, scope: Scope, plan_key: str) -> list[PlanEdition]:
    """Return all that a scope has published of a plan, the newest first."""
    query = _published().where(_e.scope == scope.id, _e.plan_key == plan_key)
    return await _editions(work, query.order_by(_e.number.desc()))


async def add(
    work: Work,
    scope: Scope,
    *,
    plan_key: str,
    plan_version_id: str,
    called: Mapping[str, str],
    reach: str,
    why: str,
    staff_id: str,
    now: datetime,
) -> int:
    """Publish the next version of a plan and return its number. The caller holds the scope."""
    highest = select(func.coalesce(func.max(_e.number), 0)).where(_e.scope == scope.id, _e.plan_key == plan_key)
    number: int = (await work.run(highest)).scalar_one() + 1
    said = {"plan_key": plan_key, "number": number, "plan_version_id": plan_version_id, "called": dict(called)}
    by = {"reach": reach, "why": why, "staff_id": staff_id, "published_at": now}
    await work.run(insert(tables.plan_editions).values(id=tables.new_id(), **_whose(scope), **said, **by))
    return number


async def hold(work: Work, clinic_id: str) -> None:
    """Let nobody else publish in the clinic before this visit ends; whoever enters patients meanwhile is not held."""
    query = select(tables.clinics.c.id).where(tables.clinics.c.id == clinic_id)
    await work.run(query.with_for_update(key_share=True))


async def drafts(work: Work, scope: Scope) -> list[PlanDraft]:
    """Return the plans that are being written."""
    query = select(tables.plan_drafts).where(_d.scope == scope.id).order_by(_d.plan_key)
    return [_draft(row) for row in (await work.run(query)).all()]


async def draft(work: Work, scope: Scope, plan_key: str) -> PlanDraft | None:
    """Return the draft of a plan."""
    query = select(tables.plan_drafts).where(_d.scope == scope.id, _d.plan_key == plan_key)
    row = (await work.run(query)).first()
    return _draft(row) if row else None


async def is_begun(
    work: Work,
    scope: Scope,
    plan_key: str,
    *,
    called: Mapping[str, str],
    steps: Sequence[plans.Step],
    staff_id: str,
    now: datetime,
) -> bool:
    """Begin a draft; False if there is one."""
    said = {"plan_key": plan_key, "called": dict(called), "steps": _form(steps), "staff_id": staff_id}
    row = {"id": tables.new_id(), **_whose(scope), **said, "changed_at": now}
    return await inserting.is_inserted(work, tables.plan_drafts, **row)


async def is_changed(
    work: Work,
    scope: Scope,
    plan_key: str,
    *,
    version: int,
    called: Mapping[str, str],
    steps: Sequence[plans.Step],
    staff_id: str,
    now: datetime,
) -> bool:
    """Change a draft as it was read at `version`; False if it has changed or gone since."""
    mine = (_d.scope == scope.id) & (_d.plan_key == plan_key) & (_d.version == version)
    said = {"called": dict(called), "steps": _form(steps), "staff_id": staff_id, "changed_at": now}
    change = update(tables.plan_drafts).where(mine).values(version=version + 1, **said)
    return (await work.run(change)).rowcount == 1


async def is_dropped(work: Work, scope: Scope, plan_key: str, *, version: int | None = None) -> bool:
    """Drop a draft, with `version` only as it was read; False if there is none."""
    mine = (_d.scope == scope.id) & (_d.plan_key == plan_key)
    if version is not None:
        mine &= _d.version == version
    return (await work.run(delete(tables.plan_drafts).where(mine))).rowcount == 1


async def under_way(work: Work, clinic_id: str, plan_key: str, *, now: datetime) -> list[tuple[str, str]]:
    """Return treatment and patient of all that is booked by a plan and of which something may still come."""
    query = select(_t.id, _t.patient_id).where(*_following(clinic_id, now), _v.plan_key == plan_key)
    found = (await work.run(_joined(query).order_by(_t.patient_id, _t.id))).all()
    return [(row.id, row.patient_id) for row in found]


async def count_under_way(work: Work, clinic_id: str, *, now: datetime) -> dict[str, int]:
    """Return how many treatments are under way by each plan."""
    query = select(_v.plan_key, func.count(_t.id).label("how_many")).where(*_following(clinic_id, now))
    return {row.plan_key: row.how_many for row in (await work.run(_joined(query).group_by(_v.plan_key))).all()}


async def repoint(work: Work, treatment_ids: Sequence[str], plan_version_id: str) -> None:
    """Have treatments follow a version; whoever had one open to change it is told that it has changed."""
    values = {"plan_version_id": plan_version_id, "version": _t.version + 1}
    await work.run(update(tables.treatments).where(_t.id.in_(treatment_ids)).values(**values))


async def reword(work: Work, treatment_ids: Sequence[str], plan: plans.Plan) -> None:
    """Have what is still to come, or may return, say what `plan` says, as loudly and as often as it says."""
    for step in plan.steps:
        which = (_r.treatment_id.in_(treatment_ids), _r.step_key == step.key, _r.round == 1)
        said: dict[str, Any] = {"message_key": step.message, "budget": step.budget, "silent": step.silent}
        differs = or_(*(_r[name] != value for name, value in said.items()))
        free = {"lease_owner": None, "lease_until": None}
        change = update(tables.reminders).where(*which, differs)
        claimed = change.where(_r.state == life.State.CLAIMED).values(**said, **free, state=life.State.PLANNED)
        await work.run(claimed)
        await work.run(change.where(_r.state.in_(life.MAY_COME)).values(**said))


async def chats_of(work: Work, patient_ids: Sequence[str]) -> list[str]:
    """Return the chats that patients are bound to now, always in the same order."""
    at = tables.bindings.c
    query = select(at.chat_id).where(at.patient_id.in_(patient_ids), patients.OPEN).distinct().order_by(at.chat_id)
    return list((await work.run(query)).scalars())


def _following(clinic_id: str, now: datetime) -> tuple[Any, ...]:
    may_return = _r.state.in_(life.REOPENABLE) & (_r.due_at > now)
    waits = exists().where(_r.treatment_id == _t.id, or_(_r.state.in_(life.OPEN), may_return))
    return (_p.clinic_id == clinic_id, _p.erased_at.is_(None), _t.state == "booked", waits)


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(tables.treatments)
        .join(tables.patients, _p.id == _t.patient_id)
        .join(tables.plan_versions, _v.id == _t.plan_version_id)
    )


def _published() -> Select[Any]:
    return select(tables.plan_editions, _v.body).join(tables.plan_versions, _v.id == _e.plan_version_id)


async def _editions(work: Work, query: Select[Any]) -> list[PlanEdition]:
    return [_edition(row) for row in (await work.run(query)).all()]


def _edition(row: Any) -> PlanEdition:
    return PlanEdition(
        id=row.id,
        plan_key=row.plan_key,
        number=row.number,
        is_clinics=row.clinic_id is not None,
        plan_version_id=row.plan_version_id,
        plan=plan_form.plan_from(row.body),
        called=row.called,
        reach=row.reach,
        why=row.why,
        staff_id=row.staff_id,
        published_at=row.published_at,
    )


def _draft(row: Any) -> PlanDraft:
    listed = {"key": row.plan_key, "step": row.steps}
    return PlanDraft(
        plan_key=row.plan_key,
        called=row.called,
        steps=plan_form.plan_from(listed).steps if row.steps else (),
        version=row.version,
        staff_id=row.staff_id,
        changed_at=row.changed_at,
    )


def _form(steps: Sequence[plans.Step]) -> Any:
    return plan_form.plan_to(plans.Plan("any", tuple(steps)))["step"]


def _whose(scope: Scope) -> dict[str, str | None]:
    return {"organisation_id": scope.organisation_id, "clinic_id": scope.clinic_id, "scope": scope.id}
