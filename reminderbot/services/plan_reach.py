"""Whom a new version of a plan reaches: what would become of each reminder under way, and the doing of it."""

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from reminderbot.planning import life, plans, replan
from reminderbot.services import access, overlaps, planner, standings
from reminderbot.store import chats, followers, planned
from reminderbot.store import plan_editions as rows
from reminderbot.store import work as works

WHY = life.Reason.PLAN
_HELD = frozenset({life.State.CANCELLED, life.State.BLOCKED})
"""What a patient who comes back gets again: not what the plan no longer has."""


@dataclasses.dataclass(frozen=True)
class Reached:
    """A treatment under way, and what becomes of its reminders; `repeats` of what was sent would come again: never."""

    follower: followers.Follower
    counts: replan.Summary
    reworded: int
    repeats: int

    @property
    def differs(self) -> bool:
        """Tell whether the patient gets anything else than before."""
        return bool(self.counts.moves + self.counts.added + self.counts.dropped + self.counts.returns + self.reworded)


@dataclasses.dataclass(frozen=True)
class Impact:
    """What a new version does to those under way, added up; `repeats` is counted, not claimed."""

    treatments: tuple[Reached, ...]

    def total(self, what: str) -> int:
        """Return how many reminders in all: "moves", "added", "dropped", "returns", "kept_sent"."""
        return sum(getattr(each.counts, what) for each in self.treatments)

    @property
    def reworded(self) -> int:
        """Reminders that stay when they are and say another text."""
        return sum(each.reworded for each in self.treatments)

    @property
    def repeats(self) -> int:
        """Reminders that were sent and would come again."""
        return sum(each.repeats for each in self.treatments)


@dataclasses.dataclass(frozen=True)
class Done:
    """What was published, and the patients whose treatments follow it now."""

    number: int
    patients: tuple[str, ...]


async def impact(work: works.Work, who: access.Staff, plan: plans.Plan, *, now: datetime) -> Impact:
    """Return what becomes of all that is under way if it follows `plan` from now on. Nothing is written."""
    access.require(who, access.Right.WORD)
    ids = [id for id, _ in await rows.under_way(work, who.clinic_id, plan.key, now=now)]
    found = await followers.of(work, ids)
    own = _by_treatment(await planned.of_treatments(work, ids))
    return Impact(tuple(_reached(each, own[each.id], plan, now) for each in found))


async def follow(
    work: works.Work, who: access.Staff, plan: plans.Plan, version_id: str, *, now: datetime
) -> tuple[str, ...]:
    """Have all that is under way follow `plan`; return the patients. Their chats are locked first, as intents do."""
    chosen = await rows.under_way(work, who.clinic_id, plan.key, now=now)
    if not chosen:
        return ()
    for chat_id in await rows.chats_of(work, [patient for _, patient in chosen]):
        await chats.get(work, chat_id, lock=True)
    ids = [id for id, _ in chosen]
    found = await followers.of(work, ids, lock=True)
    ids = [each.id for each in found]
    await rows.repoint(work, ids, version_id)
    own = _by_treatment(await planned.of_treatments(work, ids, lock=True))
    await rows.reword(work, ids, plan)
    for each in found:
        changed = _changes(each, own[each.id], plan, now)
        await planner.write(work, each.owner, own[each.id], changed, zone=each.habits.zone, now=now, why=WHY)
    patients = tuple(dict.fromkeys(each.owner.patient_id for each in found))
    await overlaps.settle(work, patients, now=now)
    await standings.settle(work, patients, now=now)
    return patients


async def name(work: works.Work, who: access.Staff, follower: followers.Follower) -> str:
    """Return the name of a patient whom `impact` has found; empty if they never said one."""
    access.require(who, access.Right.SEE_PATIENTS)
    return await followers.name(work, follower)


def _by_treatment(reminders: Sequence[planned.ReminderRow]) -> Mapping[str, list[planned.ReminderRow]]:
    rows: dict[str, list[planned.ReminderRow]] = collections.defaultdict(list)
    for row in reminders:
        rows[row.treatment_id].append(row)
    return rows


def _changes(
    of: followers.Follower, own: Sequence[planned.ReminderRow], plan: plans.Plan, now: datetime
) -> list[replan.Change]:
    """Return what becomes of each reminder. What ends may come back with a later version; a stop holds what is new."""
    existing = [row.existing for row in own]
    wants = of.wants_reads
    changed = replan.replan(existing, plan, of.anchor, of.habits, now=now, wants_reads=wants, why=None)
    known = {step.key for step in plan.steps}
    return [_as_the_plan_says(each, known, is_stopped=of.is_stopped) for each in changed]


def _as_the_plan_says(change: replan.Change, known: set[str], *, is_stopped: bool) -> replan.Change:
    slot, kinds = change.slot, replan.ChangeKind
    if slot.step.key not in known and (change.kind is kinds.DROPPED or slot.state in _HELD):
        ended = dataclasses.replace(slot, state=life.State.SKIPPED, reason=WHY)
        return dataclasses.replace(change, slot=ended, writes=True)
    if is_stopped and slot.state is life.State.PLANNED and change.kind in (kinds.ADDED, kinds.RETURNS):
        shut = dataclasses.replace(slot, state=life.State.CANCELLED, reason=life.Reason.STOPPED)
        return dataclasses.replace(change, slot=shut, kind=kinds.STAYS if change.id else kinds.ADDED)
    return change


def _reached(of: followers.Follower, own: list[planned.ReminderRow], plan: plans.Plan, now: datetime) -> Reached:
    changed, rows_by_id = _changes(of, own, plan, now), {row.id: row for row in own}
    coming = [each for each in changed if each.slot.state in life.OPEN and each.id is not None]
    says = {step.key: step.message for step in plan.steps}
    return Reached(
        follower=of,
        counts=replan.summary(changed),
        reworded=sum(_says_else(rows_by_id[str(each.id)], says) for each in coming),
        repeats=sum(_repeats(rows_by_id[str(each.id)]) for each in coming),
    )


def _says_else(row: planned.ReminderRow, says: dict[str, str]) -> bool:
    return row.round == 1 and says.get(row.step_key, row.message_key) != row.message_key


def _repeats(row: planned.ReminderRow) -> bool:
    return row.sent_at is not None or (row.accepted and row.state not in life.OPEN)
