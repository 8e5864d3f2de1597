"""Draws cases for the sweep: sessions pushed towards changes of the clock, quiet hours of every shape, what comes."""

import dataclasses
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from reminderbot.planning import hours, plans, timeline
from tests.planning import oracle

YEARS = (2024, 2035)
FURTHEST = 400  # days


class Act(StrEnum):
    """What happens to a treatment after it was planned."""

    SAME = "same"  # it is planned anew with the same facts
    MOVE = "move"
    TRAVEL = "travel"  # the patient sets another zone
    HABITS = "habits"  # other quiet hours and another morning
    RULES = "rules"  # the zones' rules change


@dataclasses.dataclass(frozen=True)
class Case:
    """One story: a plan, a session, a patient, what happens `late` (seconds) after a step's time, and to what."""

    name: str
    plan: plans.Plan
    anchor: timeline.Anchor
    habits: timeline.Habits
    late: int
    about: int  # the step whose time is meant
    act: Act
    to_anchor: timeline.Anchor
    to_habits: timeline.Habits
    dice: int  # decides what became of each step meanwhile


def case(seed: int, number: int, zones: Sequence[str], clocks: Mapping[str, oracle.Clocks]) -> Case:
    """Return case `number` of a seed: the same every time. Every zone has its turn."""
    dice = random.Random(f"{seed}:{number}")
    zone = zones[number % len(zones)]
    home = zone if dice.random() < 0.6 else dice.choice(zones)
    plan = _plan(dice)
    anchor = _anchor(dice, zone, clocks, plan)
    habits = _habits(dice, home, clocks, anchor, _far(dice.choice(plan.steps)))
    other = dice.choice(zones)
    act = dice.choice(list(Act))
    return Case(
        name=f"{seed}:{number}",
        plan=plan,
        anchor=anchor,
        habits=habits,
        late=dice.choice((0, 60, -60, dice.randint(-2 * oracle.DAY, 2 * oracle.DAY))),
        about=dice.randrange(len(plan.steps)),
        act=act,
        to_anchor=_anchor(dice, zone, clocks, plan) if dice.random() < 0.3 else _near(dice, anchor),
        to_habits=_moved_habits(dice, act, habits, other, clocks, anchor),
        dice=dice.getrandbits(32),
    )


def _moved_habits(
    dice: random.Random,
    act: Act,
    habits: timeline.Habits,
    other: str,
    clocks: Mapping[str, oracle.Clocks],
    anchor: timeline.Anchor,
) -> timeline.Habits:
    if act is Act.TRAVEL:
        return dataclasses.replace(habits, zone=other)
    return _habits(dice, habits.zone, clocks, anchor) if act is Act.HABITS else habits


def _plan(dice: random.Random) -> plans.Plan:
    return plans.Plan("drawn", tuple(_step(dice, number) for number in range(dice.randint(1, 3))))


def _step(dice: random.Random, number: int) -> plans.Step:
    key, part = f"step-{number}", dice.choice(list(plans.Part))
    if dice.random() < 0.4:
        when = plans.After(
            timedelta(minutes=dice.choice((dice.randint(-3000, 3000), dice.randint(1, FURTHEST * 1440))))
        )
        until = plans.After(when.delay + timedelta(minutes=dice.choice((5, 60, 360, dice.randint(1, 6000)))))
        ends: plans.Until = plans.AtStart() if when.delay < timedelta(0) and dice.random() < 0.5 else until
        return plans.Step(key, "step", when, ends, part=part)
    days = dice.choice((dice.randint(-3, 3), dice.randint(1, 30), dice.randint(1, FURTHEST)))
    at = None if dice.random() < 0.5 else _wall(dice)
    until_day = plans.OnDay(days + dice.choice((0, 0, 1, 5)), _wall(dice))
    ends = plans.AtStart() if days < 0 and dice.random() < 0.5 else until_day
    return plans.Step(key, "step", plans.OnDay(days, at), ends, part=part)


def _anchor(dice: random.Random, zone: str, clocks: Mapping[str, oracle.Clocks], plan: plans.Plan) -> timeline.Anchor:
    """Three of four times the session, or a step of it, falls on a change of the zone's clocks, if there is one."""
    change = _change(dice, clocks[zone])
    if change is None or dice.random() < 0.25:
        year = dice.randint(*YEARS)
        return timeline.Anchor(date(year, 1, 1) + timedelta(days=dice.randrange(365)), _wall(dice), zone)
    step = dice.choice(plan.steps).when
    if isinstance(step, plans.After) and dice.random() < 0.5:  # an hour step reaches both of two equal wall times
        change += dice.randint(-90, 90) * 60 - int(step.delay.total_seconds())
    local = datetime.fromtimestamp(change, UTC).replace(tzinfo=None)
    if isinstance(step, plans.After) and YEARS[0] <= local.year <= YEARS[1]:
        return timeline.Anchor(local.date(), local.time(), zone)
    back = step.days if isinstance(step, plans.OnDay) and dice.random() < 0.6 else dice.choice((-1, 0, 0, 0, 1, 2))
    at = local + timedelta(minutes=dice.choice((-90, -60, -31, -30, -1, 0, 1, 15, 30, 59, 60, 90)))
    day = min(max(local.date() - timedelta(days=back), date(YEARS[0], 1, 1)), date(YEARS[1], 12, 31))
    return timeline.Anchor(day, at.time() if dice.random() < 0.7 else _wall(dice), zone)


def _near(dice: random.Random, anchor: timeline.Anchor) -> timeline.Anchor:
    day = anchor.day + timedelta(days=dice.choice((-7, -1, 0, 0, 1, 7)))
    return dataclasses.replace(anchor, day=day, at=_wall(dice))


def _habits(
    dice: random.Random, zone: str, clocks: Mapping[str, oracle.Clocks], anchor: timeline.Anchor, far: int = 0
) -> timeline.Habits:
    change = _change(dice, clocks[zone], near=oracle.wall_of(anchor.day, anchor.at) + far)
    return timeline.Habits(zone, _wall(dice), _quiet(dice, change))


def _far(step: plans.Step) -> int:
    """Return about how many seconds after the session a step falls."""
    if isinstance(step.when, plans.OnDay):
        return step.when.days * oracle.DAY
    return int(step.when.delay.total_seconds()) if isinstance(step.when, plans.After) else 0


def _quiet(dice: random.Random, change: int | None) -> hours.Quiet:
    """None, the usual night, over midnight, by day, all day but minutes, or an end inside a change of the clock."""
    first, second = sorted((_wall(dice), _wall(dice)))
    shape = dice.randrange(7)
    if shape == 0:
        return hours.Quiet(first, first)
    if shape == 1:
        return hours.Quiet(time(21), time(8))
    if shape == 2:
        return hours.Quiet(second, first)
    if shape == 3:
        return hours.Quiet(first, second)
    if shape == 4:
        free = _plus(first, dice.randint(1, 20))
        return hours.Quiet(free, first)
    local = datetime.fromtimestamp(change or 0, UTC)
    edge = _plus(local.time(), dice.choice((-45, -30, -15, 0, 15, 30, 45)))
    length = dice.choice((10, 60, 300, 600))
    return hours.Quiet(edge, _plus(edge, length)) if shape == 5 else hours.Quiet(_plus(edge, -length), edge)


def _change(dice: random.Random, clocks: oracle.Clocks, *, near: int | None = None) -> int | None:
    """Return what the clocks show at one of their changes (the one nearest to a wall time), before they are set."""
    low, high = (oracle.wall_of(date(year, 1, 1), time()) for year in (YEARS[0], YEARS[1] + 1))
    k = [k for k in range(1, len(clocks.begins)) if low <= clocks.begins[k] < high]
    if not k:
        return None
    chosen = dice.choice(k) if near is None else min(k, key=lambda k: abs(clocks.begins[k] - near))
    return clocks.begins[chosen] + clocks.offsets[chosen - 1]


def _wall(dice: random.Random) -> time:
    return time(dice.randrange(24), dice.choice((0, 0, 15, 30, 45, 59, dice.randrange(60))))


def _plus(at: time, minutes: int) -> time:
    total = (at.hour * 60 + at.minute + minutes) % 1440
    return time(total // 60, total % 60)
