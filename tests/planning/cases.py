"""A plan in miniature, Ana's habits, and short hands for instants."""

from datetime import UTC, date, datetime, time, timedelta

from reminderbot.planning import hours, life, plans, replan, timeline

MADRID = "Europe/Madrid"
NEW_YORK = "America/New_York"
NIGHT = hours.Quiet(time(21), time(8))
NO_QUIET = hours.Quiet(time(0), time(0))
LONG_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
UP_TO_SIX_HOURS = plans.After(timedelta(hours=6))


def day_step(days: int, *, until: int | None = None, part: plans.Part = plans.Part.CARE) -> plans.Step:
    """A step on the patient's morning, useful until eight in the evening (of day `until`)."""
    ends = plans.OnDay(days if until is None else until, time(20))
    return plans.Step(f"day-{days}", f"step.day-{days}", plans.OnDay(days), ends, part=part)


EVE = plans.Step("eve", "step.eve", plans.OnDay(-1, time(19)), plans.AtStart())
RIDE = plans.Step("ride-home", "step.ride-home", plans.After(timedelta(hours=1.5)), UP_TO_SIX_HOURS)
DAY_7 = day_step(7, until=12, part=plans.Part.READS)
PLAN = plans.Plan("microneedling", (EVE, RIDE, day_step(1), day_step(2), day_step(3), DAY_7))

ANA = timeline.Habits(MADRID, time(8, 30), NIGHT)
SESSION = timeline.Anchor(date(2026, 11, 24), time(15, 30), MADRID)


def utc(text: str) -> datetime:
    """`2026-11-24 14:30` as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot(
    step: plans.Step,
    anchor: timeline.Anchor = SESSION,
    habits: timeline.Habits = ANA,
    *,
    now: datetime = LONG_BEFORE,
    wants_reads: bool = True,
) -> timeline.Slot:
    """The one slot of a plan of one step."""
    (only,) = timeline.slots(plans.Plan("one", (step,)), anchor, habits, now=now, wants_reads=wants_reads)
    return only


def wall(slot: timeline.Slot) -> str:
    """What the patient's clock shows at a slot."""
    return slot.local.strftime("%Y-%m-%d %H:%M")


def rows(slots: list[timeline.Slot]) -> list[replan.Existing]:
    """Rows as the store would hold them after the slots were saved, with the step's key as id."""
    return [row(slot) for slot in slots]


def row(
    slot: timeline.Slot,
    *,
    state: life.State | None = None,
    reason: life.Reason | None = None,
    accepted: bool = False,
) -> replan.Existing:
    """The row of one slot, perhaps further along in its life."""
    state, reason = (slot.state, slot.reason) if state is None else (state, reason)
    key = slot.step.key
    return replan.Existing(key, key, 1, state, reason, slot.due, slot.useful_until, accepted)


def applied(existing: list[replan.Existing], changes: list[replan.Change]) -> list[replan.Existing]:
    """The rows after a caller has written what the changes say."""
    before = {row.id: row for row in existing}
    after = []
    for change in changes:
        old = before.get(change.id or "")
        if old is not None and not change.writes:
            after.append(old)
            continue
        slot, key = change.slot, change.slot.step.key
        number, accepted = (old.round, old.accepted) if old else (1, False)
        name = change.id or f"{key}-new"
        after.append(replan.Existing(name, key, number, slot.state, slot.reason, slot.due, slot.useful_until, accepted))
    return after
