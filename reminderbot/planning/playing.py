"""A plan played for somebody invented: what is sent when, what is not and why, by the rules of the real reminders."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from reminderbot.planning import hours, life, overdue, plans, replan, timeline

TAP = timedelta(minutes=1)
"""How long after a question comes it is answered."""

_NOBODY = "patient"  # whose reminders they are: there is but one patient and one treatment


class Kind(StrEnum):
    """What may happen while a plan runs."""

    JOINS = "joins"  # the session is entered, and the plan begins
    MOVES = "moves"  # the session is moved
    STOPS = "stops"  # the patient says stop
    RETURNS = "returns"  # the patient wants the messages again
    DECLINES = "declines"  # the patient wants no short reads


@dataclasses.dataclass(frozen=True)
class Happening:
    """What happens at an instant (UTC); `to` is where a session moves to."""

    at: datetime
    kind: Kind
    to: timeline.Anchor | None = None


@dataclasses.dataclass(frozen=True)
class Script:
    """When the patient joins, what happens then, and whether the short reads are declined once they are asked for."""

    joins: datetime
    happens: tuple[Happening, ...] = ()
    declines: bool = False


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a step: SENT at `at` for the session as it stood then, or not, for a reason.

    Of a step that was not sent `at` is when it was meant to fall.
    """

    step: plans.Step
    at: datetime
    anchor: timeline.Anchor
    state: life.State
    reason: life.Reason | None


@dataclasses.dataclass(frozen=True)
class Played:
    """The outcome of every step in order of time, and all that has happened."""

    outcomes: tuple[Outcome, ...]
    happened: tuple[Happening, ...]


def play(plan: plans.Plan, anchor: timeline.Anchor, habits: timeline.Habits, script: Script) -> Played:
    """Return what becomes of each step of `plan` from when the patient joins to the plan's end."""
    stage = _Stage(plan, anchor, habits, script)
    ahead = sorted((each for each in script.happens if each.at >= script.joins), key=lambda each: each.at)
    while (due := stage.next_due()) is not None or ahead:
        if ahead and (due is None or ahead[0].at <= due):
            stage.happen(ahead.pop(0))
        elif due is not None and stage.has_asked(due):
            stage.happen(Happening(due + TAP, Kind.DECLINES))
    return stage.played()


class _Stage:
    """The treatment as it stands: its rows are what the table of reminders would hold."""

    def __init__(self, plan: plans.Plan, anchor: timeline.Anchor, habits: timeline.Habits, script: Script) -> None:
        self._plan, self._anchor, self._habits = plan, anchor, habits
        self._now, self._declines, self._wants_reads = script.joins, script.declines, True
        self._happened = [Happening(script.joins, Kind.JOINS)]
        self._sent: dict[str, Outcome] = {}
        slots = timeline.slots(plan, anchor, habits, now=script.joins, wants_reads=True)
        self._rows = {slot.step.key: _row(slot) for slot in slots}

    def next_due(self) -> datetime | None:
        """Return when a sender would look next."""
        return min((max(row.due, self._now) for row in self._open()), default=None)

    def has_asked(self, now: datetime) -> bool:
        """Send what is due, one message at most; tell whether it asked for reads that this patient declines."""
        self._now = now
        end = hours.quiet_end_after(now, self._habits.quiet, self._habits.zone)
        choice = overdue.overdue_choice(map(_due, self._in_order()), now, {_NOBODY: end} if end else {})
        for key, reason in choice.expire.items():
            self._set(key, state=life.State.EXPIRED, reason=reason)
        if end is not None:
            for key in choice.send:
                self._set(key, due=end)
            return False
        asked = [self._send(key, now) for key in choice.send]
        return self._declines and self._wants_reads and any(asked)

    def happen(self, happening: Happening) -> None:
        """Let something happen, as the services write it."""
        self._now = max(self._now, happening.at)
        self._happened.append(happening)
        match happening.kind:
            case Kind.MOVES:
                self._anchor = happening.to or self._anchor
                self._replan(life.Reason.MOVED)
            case Kind.STOPS:
                for row in self._open():
                    self._set(row.id, state=life.State.CANCELLED, reason=life.Reason.STOPPED)
            case Kind.RETURNS:
                self._reopen()
            case Kind.DECLINES:
                self._wants_reads = False
                self._replan(None)
            case Kind.JOINS:
                pass
            case _:
                assert_never(happening.kind)

    def played(self) -> Played:
        """Return what became of all steps."""
        found = [self._sent.get(step.key) or self._unsent(step) for step in self._plan.steps]
        return Played(tuple(sorted(found, key=lambda each: each.at)), tuple(self._happened))

    def _send(self, key: str, now: datetime) -> bool:
        step = self._plan.step(key)
        self._set(key, state=life.State.SENT, reason=None, accepted=True)
        self._sent[key] = Outcome(step, now, self._anchor, life.State.SENT, None)
        return plans.Ask.READS in step.asks

    def _replan(self, why: life.Reason | None) -> None:
        changes = replan.replan(
            self._rows.values(),
            self._plan,
            self._anchor,
            self._habits,
            now=self._now,
            wants_reads=self._wants_reads,
            why=why,
        )
        for change in changes:
            if change.id is not None and change.writes:
                slot = change.slot
                to = {"state": slot.state, "reason": slot.reason, "due": slot.due, "useful_until": slot.useful_until}
                self._set(change.id, **to)

    def _reopen(self) -> None:
        shut = [row for row in self._in_order(life.State.CANCELLED) if row.reason is life.Reason.STOPPED]
        late = overdue.overdue_choice(map(_due, shut), self._now).expire
        for row in shut:
            reason = late.get(row.id)
            self._set(row.id, state=life.State.EXPIRED if reason else life.State.PLANNED, reason=reason)
        if len(late) < len(shut):
            self._replan(None)

    def _unsent(self, step: plans.Step) -> Outcome:
        row = self._rows[step.key]
        return Outcome(step, row.due, self._anchor, row.state, row.reason)

    def _open(self) -> list[replan.Existing]:
        return [row for row in self._rows.values() if row.state is life.State.PLANNED]

    def _in_order(self, state: life.State = life.State.PLANNED) -> Iterable[replan.Existing]:
        rows = (row for row in self._rows.values() if row.state is state)
        return sorted(rows, key=lambda row: (row.due, row.useful_until))

    def _set(self, key: str, **values: object) -> None:
        self._rows[key] = dataclasses.replace(self._rows[key], **values)  # type: ignore[arg-type]


def _row(slot: timeline.Slot) -> replan.Existing:
    key = slot.step.key
    return replan.Existing(key, key, 1, slot.state, slot.reason, slot.due, slot.useful_until, accepted=False)


def _due(row: replan.Existing) -> overdue.Due:
    return overdue.Due(row.id, _NOBODY, _NOBODY, row.due, row.useful_until)
