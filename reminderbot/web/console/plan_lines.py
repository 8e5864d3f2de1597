"""A plan's time line in words: its days, when each step falls, how its text begins."""

import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from typing import Final

from reminderbot.catalog import previews
from reminderbot.planning import plans
from reminderbot.services import plan_editing, plan_steps, wording
from reminderbot.web.console.visit import Visit

LONG: Final = 60
"""Characters of a text's beginning."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One step on the time line, in words."""

    key: str
    when: str
    until: str
    message: str
    text: str
    notes: tuple[str, ...]


def days(visit: Visit, steps: Iterable[plans.Step], said: Mapping[str, str]) -> list[tuple[str, list[Line]]]:
    """Return the time line: each day that has a step, in words, with its steps."""
    grouped = itertools.groupby(plan_steps.ordered(steps), key=plan_steps.day_of)
    return [(_day(visit, day), [_line(visit, each, said) for each in own]) for day, own in grouped]


def _day(visit: Visit, days: int) -> str:
    if days == 0:
        return visit.text("plans.day-of")
    return visit.text("plans.day-before" if days < 0 else "plans.day-after", count=abs(days))


def _line(visit: Visit, step: plans.Step, said: Mapping[str, str]) -> Line:
    asked = tuple(visit.text(f"plans.asks-{ask}") for ask in step.asks)
    if step.asks_again_after:
        asked += (visit.text("plans.asks-again-after", text=f"{step.asks_again_after.total_seconds() / 3600:g}"),)
    loud = (visit.text("plans.silent"),) if step.silent else ()
    once = () if step.budget else (visit.text("plans.not-again"),)
    part = (visit.text(f"plans.part-{step.part}"),)
    until = step.until
    ends = (
        visit.text("plans.until-start")
        if isinstance(until, plans.AtStart)
        else visit.text("plans.until", text=_moment(visit, until))
    )
    text = excerpt(visit, step.message, said)
    return Line(step.key, _moment(visit, step.when), ends, step.message, text, (*part, *asked, *loud, *once))


def _moment(visit: Visit, moment: plans.When) -> str:
    if isinstance(moment, plans.After):
        hours = moment.delay.total_seconds() / 3600
        way = "plans.when-hours-before" if hours < 0 else "plans.when-hours"
        return visit.text(way, text=f"{abs(hours):g}")
    day = _day(visit, moment.days)
    if moment.at is None:
        return visit.text("plans.when-morning", text=day)
    return visit.text("plans.when-at", text=day, clock=visit.clock(moment.at))


async def said(visit: Visit, plan: plan_editing.Plan) -> dict[str, str]:
    """Return the texts of a plan as they would be published now, in the reader's language if the clinic has it."""
    if plan.key not in visit.catalog.plan_keys:
        return {}
    found = await wording.texts(visit.work, visit.who, plan.key, catalog=visit.catalog, now=visit.now)
    spoken = {text.language for text in found}
    language = visit.language if visit.language in spoken else next(iter(sorted(spoken)), "")
    return {text.key: text.body for text in found if text.language == language}


def excerpt(visit: Visit, key: str, said: Mapping[str, str]) -> str:
    """Return the beginning of a text as an invented patient reads it; the key of one that says nothing yet."""
    catalog = visit.catalog
    text = said.get(key) or catalog.shipped(visit.language, key)
    sample = {name: blank.sample for name, blank in catalog.blanks.items()}
    first = catalog.plain(previews.shown(text, visit.language, sample)).strip().split("\n")[0]
    if not first:
        return key
    return first if len(first) <= LONG else first[:LONG].rstrip() + "…"
