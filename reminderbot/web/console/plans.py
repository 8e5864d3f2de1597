"""The clinic's plans: a list, one plan on its time line, the form of a step, publishing with what it would do."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from reminderbot.catalog.editions import Reach
from reminderbot.planning import plans as plans_
from reminderbot.services import (
    access,
    books,
    clinics,
    plan_editing,
    plan_publishing,
    plan_reach,
    plan_steps,
    shipping,
)
from reminderbot.services import staff as colleagues
from reminderbot.web.console import forms, plan_lines
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages(books.catalog)

RIGHT: Final = access.Right.WORD
PLAN: Final = {"plan_key": "plan"}
STEP: Final = {**PLAN, "step_key": "step"}
EDITION: Final = {**PLAN, "edition_id": "plan_edition"}
LISTED: Final = 100
"""Sessions of the list of those whom a publication reaches."""
COUNTED: Final = ("moves", "added", "dropped", "returns")


@dataclasses.dataclass(frozen=True)
class Touched:
    """One session that a publication reaches, in words."""

    patient_id: str
    name: str
    session: str
    changes: str


@pages.get("/plans", RIGHT)
async def listed(visit: Visit) -> Response:
    """Show the clinic's plans, and the form of a new one."""
    found = await plan_editing.listed(visit.work, visit.who, **_given(visit))
    names = {each.key: _called(visit, each) for each in found}
    return visit.show("plans.html", plans=found, names=names, states={each.key: _state(visit, each) for each in found})


@pages.post("/plans", RIGHT, again=listed)
async def create(visit: Visit) -> Response:
    """Begin a plan."""
    form = visit.form.get
    like, name = form("like", ""), form("name", "")
    key = await plan_editing.create(visit.work, visit.who, name, like=like, language=visit.language, **_given(visit))
    return visit.go(f"/plans/{key}", done="plan-begun")


@pages.get("/plans/{plan_key}", RIGHT, objects=PLAN)
async def one(visit: Visit) -> Response:
    """Show a plan on its time line, its names, and what was published of it."""
    plan = await _plan(visit)
    versions = await plan_editing.versions(visit.work, visit.who, plan.key)
    values = {
        "days": plan_lines.days(visit, plan.steps, await plan_lines.said(visit, plan)),
        "state": _state(visit, plan),
        "versions": versions,
        "authors": await _authors(visit),
        "zone": (await clinics.own(visit.work, visit.who)).zone,
        "languages": [(code, visit.console.catalog.language(code).name) for code in visit.console.catalog.languages],
    }
    return visit.show("plan.html", plan=plan, name=_called(visit, plan), **values)


@pages.post("/plans/{plan_key}", RIGHT, objects=PLAN, again=one)
async def rename(visit: Visit) -> Response:
    """Call a plan otherwise."""
    names = {code: visit.form.get(f"name-{code}", "") for code in visit.console.catalog.languages}
    key = visit.id("plan_key")
    await plan_editing.rename(visit.work, visit.who, key, names, version=_version(visit), **_given(visit))
    return visit.go(f"/plans/{key}", done="plan-saved")


@pages.post("/plans/{plan_key}/discard", RIGHT, objects=PLAN, again=one)
async def discard(visit: Visit) -> Response:
    """Drop a draft. A plan that was never published is then gone."""
    key = visit.id("plan_key")
    await plan_editing.discard(visit.work, visit.who, key, version=_version(visit), **_given(visit))
    left = {plan.key for plan in await plan_editing.listed(visit.work, visit.who, **_given(visit))}
    return visit.go(f"/plans/{key}" if key in left else "/plans", done="plan-discarded")


@pages.get("/plans/{plan_key}/steps/new", RIGHT, objects=PLAN)
async def new_step(visit: Visit) -> Response:
    """Show the form of a new step."""
    blank = plan_steps.Typed("day", days="1")
    typed = plan_steps.TypedStep("", plan_editing.OWN, blank, plan_steps.Typed("day", days="1", at="20:00"))
    return await _form(visit, await _plan(visit), typed, is_new=True)


@pages.post("/plans/{plan_key}/steps/new", RIGHT, objects=PLAN, again=new_step)
async def add_step(visit: Visit) -> Response:
    """Add a step."""
    key = visit.id("plan_key")
    await plan_editing.add_step(visit.work, visit.who, key, _typed(visit), version=_version(visit), **_given(visit))
    return visit.go(f"/plans/{key}", done="plan-saved")


@pages.get("/plans/{plan_key}/steps/{step_key}", RIGHT, objects=STEP)
async def step(visit: Visit) -> Response:
    """Show the form of a step."""
    plan = await _plan(visit)
    return await _form(visit, plan, plan_steps.shown(plan.step(visit.id("step_key"))), is_new=False)


@pages.post("/plans/{plan_key}/steps/{step_key}", RIGHT, objects=STEP, again=step)
async def change_step(visit: Visit) -> Response:
    """Change or move a step."""
    ids = (visit.id("plan_key"), visit.id("step_key"))
    await plan_editing.change_step(visit.work, visit.who, *ids, _typed(visit), version=_version(visit), **_given(visit))
    return visit.go(f"/plans/{ids[0]}", done="plan-saved")


@pages.post("/plans/{plan_key}/steps/{step_key}/remove", RIGHT, objects=STEP, again=step)
async def remove_step(visit: Visit) -> Response:
    """Take a step out."""
    ids = (visit.id("plan_key"), visit.id("step_key"))
    await plan_editing.remove_step(visit.work, visit.who, *ids, version=_version(visit), **_given(visit))
    return visit.go(f"/plans/{ids[0]}", done="plan-saved")


@pages.get("/plans/{plan_key}/versions/{edition_id}", RIGHT, objects=EDITION)
async def version(visit: Visit) -> Response:
    """Show an old version on its time line."""
    plan = await _plan(visit)
    edition = await plan_editing.edition(visit.work, visit.who, plan.key, visit.id("edition_id"))
    days = plan_lines.days(visit, edition.plan.steps, await plan_lines.said(visit, plan))
    return visit.show("plan_version.html", plan=plan, name=_called(visit, plan), edition=edition, days=days)


@pages.post("/plans/{plan_key}/versions/{edition_id}", RIGHT, objects=EDITION, again=version)
async def take_up(visit: Visit) -> Response:
    """Make an old version the draft, to be published anew."""
    ids = (visit.id("plan_key"), visit.id("edition_id"))
    await plan_editing.take_up(visit.work, visit.who, *ids, version=_version(visit), **_given(visit))
    return visit.go(f"/plans/{ids[0]}/publish")


@pages.post("/plans/{plan_key}/shipped", RIGHT, objects=PLAN, again=one)
async def take_shipped(visit: Visit) -> Response:
    """Make the shipped plan the draft."""
    key = visit.id("plan_key")
    await plan_editing.take_up(visit.work, visit.who, key, "", version=_version(visit), **_given(visit))
    return visit.go(f"/plans/{key}/publish")


@pages.get("/plans/{plan_key}/publish", RIGHT, objects=PLAN)
async def publish(visit: Visit) -> Response:
    """Show what stands in the way of a publication, and what it would do."""
    plan, reach = await _plan(visit), _reach(visit)
    faults = await plan_publishing.faults(visit.work, visit.who, plan, **_given(visit))
    wanted = plans_.Plan(plan.key, plan.steps)
    impact = await plan_reach.impact(visit.work, visit.who, wanted, now=visit.now)
    touched = await _touched(visit, impact.treatments[:LISTED]) if reach is Reach.ALL else []
    more = max(len(impact.treatments) - LISTED, 0)
    lines = _does(visit, impact, reach)
    values: dict[str, Any] = {"faults": faults, "lines": lines, "touched": touched, "more": more, "reach": reach}
    return visit.show("plan_publish.html", plan=plan, name=_called(visit, plan), **values)


@pages.post("/plans/{plan_key}/publish", RIGHT, objects=PLAN, again=publish, proves=True)
async def published(visit: Visit) -> Response:
    """Publish the draft."""
    key, why = visit.id("plan_key"), visit.form.get("why", "")
    more = {"reach": _reach(visit), "why": why, "version": _version(visit)}
    await plan_publishing.publish(visit.work, visit.who, key, **more, **_given(visit))  # type: ignore[arg-type]
    return visit.go(f"/plans/{key}", done="plan-published")


def _given(visit: Visit) -> dict[str, Any]:
    return {"catalog": visit.console.catalog, "now": visit.now}


async def _plan(visit: Visit) -> plan_editing.Plan:
    return await plan_editing.get(visit.work, visit.who, visit.id("plan_key"), **_given(visit))


def _version(visit: Visit) -> int:
    return forms.number(visit.form.get("version", ""))


def _reach(visit: Visit) -> Reach:
    typed = visit.form.get("reach", visit.query("reach"))
    return Reach.ALL if typed == Reach.ALL else Reach.NEW


def _called(visit: Visit, plan: plan_editing.Plan) -> str:
    return shipping.called(plan.key, plan.called, visit.language)


async def _authors(visit: Visit) -> dict[str, str]:
    return {each.id: each.name for each in await colleagues.list_(visit.work, visit.who)}


def _state(visit: Visit, plan: plan_editing.Plan) -> str:
    if plan.edition:
        return visit.text("plans.state-own", count=plan.edition.number)
    return visit.text("plans.state-shipped" if plan.is_shipped else "plans.state-new")


def _typed(visit: Visit) -> plan_steps.TypedStep:
    form = visit.form.get
    return plan_steps.TypedStep(
        key=form("key", ""),
        message=form("message", ""),
        when=_typed_moment(visit, "when"),
        until=_typed_moment(visit, "until"),
        part=form("part", plans_.Part.CARE),
        asks=tuple(visit.lists.get("asks", [])),
        again="again" in visit.form,
        silent="silent" in visit.form,
        asks_again_after=form("asks_again_after", ""),
    )


def _typed_moment(visit: Visit, name: str) -> plan_steps.Typed:
    form = visit.form.get
    given = {field: form(f"{name}_{field}", "") for field in ("hours", "days", "at")}
    return plan_steps.Typed(form(f"{name}_kind", "day"), **given)


async def _form(visit: Visit, plan: plan_editing.Plan, typed: plan_steps.TypedStep, *, is_new: bool) -> Response:
    says = await plan_publishing.messages(visit.work, visit.who, plan, **_given(visit))
    missing, said = visit.text("plans.message-missing"), await plan_lines.said(visit, plan)
    options = [(plan_editing.OWN, visit.text("plans.message-own"))]
    for key, is_said in says.items():
        begins = plan_lines.excerpt(visit, key, said) if is_said else missing
        options.append((key, f"{key.removeprefix('step.')} · {begins}"))
    typed = _typed(visit) if visit.request.method == "POST" and "when_kind" in visit.form else typed
    kinds = [(kind, visit.text(f"plans.kind-{kind}")) for kind in ("day", "hours", "start")]
    choices = {
        "options": options,
        "when_kinds": kinds[:2],
        "until_kinds": kinds,
        "parts": [(part, visit.text(f"plans.part-{part}")) for part in plans_.Part],
        "asks": [(ask, visit.text(f"plans.asks-{ask}")) for ask in plans_.Ask],
    }
    return visit.show("plan_step.html", plan=plan, name=_called(visit, plan), typed=typed, is_new=is_new, **choices)


def _does(visit: Visit, impact: plan_reach.Impact, reach: Reach) -> list[str]:
    """Return what a publication would do, counted."""
    head = visit.text(f"plans.will-{reach}", count=len(impact.treatments))
    if reach is Reach.NEW or not impact.treatments:
        return [head]
    counts = {what: impact.total(what) for what in (*COUNTED, "kept_sent")} | {"reworded": impact.reworded}
    lines = [visit.text(f"plans.will-{what}", count=count) for what, count in counts.items() if count]
    return [head, *lines, visit.text("plans.will-repeats", count=impact.repeats)]


async def _touched(visit: Visit, reached: Sequence[plan_reach.Reached]) -> list[Touched]:
    found = []
    for each in reached:
        of = each.follower
        name = await plan_reach.name(visit.work, visit.who, of)
        counts = {what: getattr(each.counts, what) for what in COUNTED} | {"reworded": each.reworded}
        said = [visit.text(f"plans.row-{what}", count=count) for what, count in counts.items() if count]
        session = f"{visit.day(of.anchor.day, zone=of.anchor.zone)}, {visit.clock(of.anchor.at)}"
        found.append(Touched(of.owner.patient_id, name, session, ", ".join(said) or visit.text("plans.list-same")))
    return found
